using Bms.Can.Log;
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
        public static CanBurst Of(CanLogReader reader, long windowUs)
        {
            var burst = new CanBurst();
            var block = new CanFrameBlock();
            long firstNs = long.MinValue;
            while (reader.Read(block))
            {
                for (int i = 0; i < block.Count; i++)
                {
                    bool counts = (block.Flags[i] & (CanFrameFlags.Error | CanFrameFlags.Transmitted)) == 0;
                    if (counts && !IsFromController(block.Id[i], (block.Flags[i] & CanFrameFlags.Extended) != 0))
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

        // What the controller sends itself fills no receive buffer of its own.
        private static bool IsFromController(uint id, bool isExtended)
        {
            return !isExtended && (id - PackStatus.Id < 0x40 || id - ModuleBalancing.BaseId < 0x10);
        }
    }
}
