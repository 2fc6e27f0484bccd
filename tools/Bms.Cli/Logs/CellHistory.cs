using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Cli.Profiles;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Cli.Logs
{
    /// <summary>One cell or one temperature sensor over a log.</summary>
    internal sealed class ElementHistory
    {
        // Enough for any picture; statistics see every value.
        private const long KeptNs = 1_000_000_000;

        private double _sum;

        public long Count { get; private set; }

        public int Lowest { get; private set; } = int.MaxValue;

        public long LowestNs { get; private set; }

        public int Highest { get; private set; } = int.MinValue;

        public long HighestNs { get; private set; }

        public int Last { get; private set; }

        public double Mean => _sum / Count;

        /// <summary>Times of the values kept for drawing, ns.</summary>
        public List<long> Times { get; } = [];

        /// <summary>Values kept for drawing.</summary>
        public List<double> Values { get; } = [];

        public void Add(int value, long timeNs, double unit)
        {
            Count++;
            _sum += value;
            Last = value;
            if (value < Lowest)
            {
                Lowest = value;
                LowestNs = timeNs;
            }

            if (value > Highest)
            {
                Highest = value;
                HighestNs = timeNs;
            }

            if (Times.Count == 0 || timeNs - Times[^1] >= KeptNs || timeNs < Times[^1])
            {
                Times.Add(timeNs);
                Values.Add(value * unit);
            }
        }
    }

    /// <summary>A change of a row of the fault table, as the log tells it.</summary>
    /// <param name="TimeNs">Time, ns.</param>
    /// <param name="Fault">Number of the row.</param>
    /// <param name="Severity">0 cleared, 1 warning, 2 limit, 3 trip.</param>
    /// <param name="Value">Value that did it, in the row's unit.</param>
    internal sealed record FaultChange(long TimeNs, int Fault, int Severity, int Value);

    /// <summary>All cells and temperature sensors of a pack over a log, read by the firmware's own decoders; balancing and faults where the log is one of ours.</summary>
    internal sealed class CellHistory
    {
        private readonly ProfileCheck _decoder;
        private readonly int _perFrame;

        public CellHistory(int profile, int cellsPerModule)
        {
            _perFrame = ModuleProfile.CellsPerFrame(profile);
            _decoder = new ProfileCheck(profile, cellsPerModule) { News = Take };
            CellsPerModule = _decoder.CellsPerModule;
        }

        public int CellsPerModule { get; }

        public long FirstNs { get; private set; } = long.MaxValue;

        public long LastNs { get; private set; } = long.MinValue;

        /// <summary>Cells by number from 0; those not heard of are missing.</summary>
        public SortedDictionary<int, ElementHistory> Cells { get; } = [];

        /// <summary>Temperature sensors by module and place.</summary>
        public SortedDictionary<(int Module, int Sensor), ElementHistory> Temperatures { get; } = [];

        /// <summary>How long each cell was told to bleed, s.</summary>
        public SortedDictionary<int, double> BleedS { get; } = [];

        public List<FaultChange> Faults { get; } = [];

        /// <summary>Distance of the highest from the lowest cell, mV, once a second.</summary>
        public ElementHistory Spread { get; } = new();

        /// <summary>Reads a log.</summary>
        /// <exception cref="CanLogException">A record is broken.</exception>
        public void Read(CanLogReader log, ProgressLine progress) => _decoder.Read(log, progress);

        /// <summary>Reads the controller's own frames of a log.</summary>
        public void ReadController(CanLogReader log, ProgressLine progress)
        {
            byte[] data = new byte[8];
            foreach (CanLogFrame frame in WatchedLog.Frames(log, progress))
            {
                if (!frame.IsData || frame.IsExtended || frame.Length > 8)
                {
                    continue;
                }

                frame.CopyTo(data);
                uint module = frame.Id - ModuleBalancing.BaseId;
                if (module < ModuleBalancing.Count && frame.Length == ModuleBalancing.Length)
                {
                    TakeBleeding((int)module, ModuleBalancing.UnpackBleedCells(data));
                }
                else if (frame.Id == FaultEvent.Id && frame.Length == FaultEvent.Length && E2eProfile1.HasValidCrc(data, frame.Length, (int)frame.Id))
                {
                    Faults.Add(new FaultChange(frame.TimeNs, FaultEvent.UnpackFaultId(data), FaultEvent.UnpackFaultSeverity(data), FaultEvent.UnpackValue(data)));
                }
            }
        }

        private void TakeBleeding(int module, int mask)
        {
            for (int cell = 0; cell < CellsPerModule; cell++)
            {
                if ((mask >> cell & 1) != 0)
                {
                    int number = (module * CellsPerModule) + cell;
                    BleedS[number] = BleedS.GetValueOrDefault(number) + (ModuleBalancing.PeriodMs * 1e-3);
                }
            }
        }

        private void Take(int module, int block, int[] values, long timeNs)
        {
            FirstNs = Math.Min(FirstNs, timeNs);
            LastNs = Math.Max(LastNs, timeNs);
            if (block == _decoder.VoltageFrames)
            {
                for (int sensor = 0; sensor < _decoder.Temperatures; sensor++)
                {
                    if (values[sensor] != SignalValue.NotAvailable)
                    {
                        Of(Temperatures, (module, sensor)).Add(values[sensor], timeNs, 0.1);
                    }
                }

                return;
            }

            for (int index = 0; index < _perFrame && (block * _perFrame) + index < CellsPerModule; index++)
            {
                if (values[index] != SignalValue.NotAvailable)
                {
                    Of(Cells, (module * CellsPerModule) + (block * _perFrame) + index).Add(values[index], timeNs, 0.001);
                }
            }

            if (Spread.Times.Count == 0 || timeNs - Spread.Times[^1] >= 1_000_000_000)
            {
                Spread.Add(Cells.Values.Max(cell => cell.Last) - Cells.Values.Min(cell => cell.Last), timeNs, 1);
            }
        }

        private static ElementHistory Of<TKey>(SortedDictionary<TKey, ElementHistory> all, TKey key)
            where TKey : notnull
        {
            if (!all.TryGetValue(key, out ElementHistory? history))
            {
                all[key] = history = new ElementHistory();
            }

            return history;
        }
    }
}
