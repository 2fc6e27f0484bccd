using Bms.Can.Log;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Cli.Device
{
    /// <summary>Finds in a log how many frames come while a controller's cycle keeps the driver from emptying its chip.</summary>
    internal sealed class CanBurst
    {
        private readonly Queue<long> _window = new();

        /// <summary>Most frames that fell into one window.</summary>
        public int Most { get; private set; }

        /// <summary>Time of the end of that window in s.</summary>
        public double AtS { get; private set; }

        /// <summary>Frames that were looked at.</summary>
        public long FrameCount { get; private set; }

        /// <summary>Looks at a whole log.</summary>
        /// <param name="reader">The log.</param>
        /// <param name="windowUs">Length of the window in us.</param>
        /// <param name="modules">Kind of the modules; the answers of polled ones do not count, for they come while the loop has nothing else to do. Null: every frame counts.</param>
        public static CanBurst Of(CanLogReader reader, long windowUs, int? modules = null)
        {
            var burst = new CanBurst();
            var block = new CanFrameBlock();
            long firstNs = long.MinValue;
            while (reader.Read(block))
            {
                for (int i = 0; i < block.Count; i++)
                {
                    bool counts = (block.Flags[i] & (CanFrameFlags.Error | CanFrameFlags.Transmitted)) == 0;
                    bool isExtended = (block.Flags[i] & CanFrameFlags.Extended) != 0;
                    if (counts && !IsFromController(block.Id[i], isExtended) && !IsAnswer(modules, block.Id[i], isExtended))
                    {
                        firstNs = firstNs == long.MinValue ? block.TimeNs[i] : firstNs;
                        burst.Take(block.TimeNs[i], firstNs, windowUs * 1000);
                    }
                }
            }

            return burst;
        }

        private void Take(long timeNs, long firstNs, long windowNs)
        {
            FrameCount++;
            while (_window.TryPeek(out long oldest) && timeNs - oldest > windowNs)
            {
                _window.Dequeue();
            }

            _window.Enqueue(timeNs);
            if (_window.Count > Most)
            {
                Most = _window.Count;
                AtS = (timeNs - firstNs) * 1e-9;
            }
        }

        // Ranges as in the firmware's own filters.
        private static bool IsAnswer(int? modules, uint id, bool isExtended)
        {
            return modules switch
            {
                ModuleProfile.BmwI3 => !isExtended && (id & 0x780) == 0x100,
                ModuleProfile.VwMqb or ModuleProfile.VwMeb => isExtended ? (id & 0x1FFFFE00) == 0x1A555400 : (id & 0x780) == 0x180,
                _ => false,
            };
        }

        // What the controller sends itself fills no receive buffer of its own.
        private static bool IsFromController(uint id, bool isExtended)
        {
            return !isExtended && (id - PackStatus.Id < 0x40 || id - ModuleBalancing.BaseId < 0x10);
        }
    }
}
