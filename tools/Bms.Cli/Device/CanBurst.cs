using Bms.Can.Log;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Cli.Device
{
    /// <summary>Finds in a log how many frames come while a controller's cycle keeps the driver from emptying its chip.</summary>
    internal sealed class CanBurst
    {
        private readonly Queue<long> _window = new();
        private readonly uint[] _answerIds = new uint[BusFilters.MaxCount];
        private readonly uint[] _answerMasks = new uint[BusFilters.MaxCount];
        private readonly bool[] _answerIsExtended = new bool[BusFilters.MaxCount];
        private readonly int _answerCount;

        private CanBurst(int? modules)
        {
            if (modules is ModuleProfile.BmwI3 or ModuleProfile.VwMqb or ModuleProfile.VwMeb)
            {
                _answerCount = BusFilters.AddModules(modules.Value, _answerIds, _answerMasks, _answerIsExtended, 0);
            }
        }

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
            var burst = new CanBurst(modules);
            var block = new CanFrameBlock();
            long firstNs = long.MinValue;
            while (reader.Read(block))
            {
                for (int i = 0; i < block.Count; i++)
                {
                    bool counts = (block.Flags[i] & (CanFrameFlags.Error | CanFrameFlags.Transmitted)) == 0;
                    bool isExtended = (block.Flags[i] & CanFrameFlags.Extended) != 0;
                    if (counts && !IsFromController(block.Id[i], isExtended) && !burst.IsAnswer(block.Id[i], isExtended))
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

        private bool IsAnswer(uint id, bool isExtended)
        {
            for (int i = 0; i < _answerCount; i++)
            {
                if (isExtended == _answerIsExtended[i] && (id & _answerMasks[i]) == _answerIds[i])
                {
                    return true;
                }
            }

            return false;
        }

        // What the controller sends itself fills no receive buffer of its own.
        private static bool IsFromController(uint id, bool isExtended)
        {
            return !isExtended && (id - PackStatus.Id < 0x40 || id - ModuleBalancing.BaseId < 0x10);
        }
    }
}
