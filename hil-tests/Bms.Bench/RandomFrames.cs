using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>What a run of random frames showed.</summary>
    /// <param name="Modules">Profile of the modules.</param>
    /// <param name="Sensor">Profile of the current sensor.</param>
    /// <param name="Frames">Random frames that the controller took.</param>
    /// <param name="Skipped">Random frames left out of the noise on a working pack, because they are good by every rule of the protocol: nobody can tell them from a sender's own.</param>
    /// <param name="GoodFrames">Frames of the simulated pack that the controller took amid the noise.</param>
    /// <param name="TripMs">Time from the over-voltage to open contactors amid the noise, in ms.</param>
    /// <param name="QuietTripMs">The same without noise.</param>
    /// <param name="Problem">What went wrong first; null where nothing did.</param>
    public sealed record RandomFramesResult(int Modules, int Sensor, long Frames, long Skipped, long GoodFrames, double TripMs, double QuietTripMs, string? Problem);

    /// <summary>Random frames of every identifier, length and payload, standard and extended, through the whole controller.</summary>
    /// <remarks>
    /// Two parts for each profile. Chaos: nothing but random frames, among them many that carry a right CRC; no value may leave its range, no contactor may close. Noise: a working pack whose
    /// good frames come amid random ones; every value must stay the pack's, nothing may trip, and a real over-voltage must. The same seed gives the same frames.
    /// </remarks>
    public static class RandomFrames
    {
        /// <summary>Random frames amid the good ones of one cycle.</summary>
        public const int NoisePerCycle = 30;

        // Chaos gets more than noise: it costs no plant.
        private const double ChaosShare = 0.7;

        private const int Cells = 48;
        private const int OverVoltageCell = 17;
        private const double OverVoltageV = 0.8;

        // Noise of the voltage sensors and the drift of the cells between two frames.
        private const int ToleranceMv = 20;
        private const int ToleranceMa = 500;

        // The slowest current sensor sends every 1.5 s.
        private const double SettleS = 4;

        private static readonly (uint First, uint Count, bool Extended)[] Ranges =
        [
            (0, 0x800, false), (0, 0x800, false), (0x080, 0x180, false), (0x200, 0x40, false), (0x100, 0x20, false), (0x1B0, 0x40, false), (0x600, 0x190, false), (0x521, 3, false),
            (0x3C2, 1, false), (0x1A555400, 0x20, true), (0x1A5555F0, 0x10, true), (0x19F21400, 0x100, true), (0, 0x800, true), (0, 0x20000000, true),
        ];

        /// <summary>Every profile of modules with one of the sensors, so that each sensor comes once.</summary>
        public static IReadOnlyList<(int Modules, int Sensor)> Profiles { get; } =
        [
            (ModuleProfile.Reference, SensorProfile.Reference),
            (ModuleProfile.BmwI3, SensorProfile.LemCab),
            (ModuleProfile.VwMqb, SensorProfile.IvtS),
            (ModuleProfile.VwMeb, SensorProfile.Reference),
            (ModuleProfile.OutlanderPhev, SensorProfile.VictronLynx),
        ];

        /// <summary>Runs both parts for one profile.</summary>
        /// <param name="modules">One of <see cref="ModuleProfile"/>.</param>
        /// <param name="sensor">One of <see cref="SensorProfile"/>.</param>
        /// <param name="count">Random frames in all; rounded up to whole cycles.</param>
        /// <param name="seed">Seed.</param>
        /// <param name="stop">To end early.</param>
        public static RandomFramesResult Run(int modules, int sensor, long count, int seed, CancellationToken stop = default)
        {
            long chaos = (long)(count * ChaosShare);
            var source = new Source(seed, modules);
            string? problem = Chaos(modules, sensor, chaos, source, stop, out long taken);
            double quiet = TripTime(modules, sensor, null, 0, stop, out string? quietProblem);
            double trip = TripTime(modules, sensor, source, count - taken, stop, out string? noiseProblem);
            problem ??= quietProblem is null ? noiseProblem : "without noise: " + quietProblem;
            if (problem is null && trip > quiet + 1)
            {
                problem = $"the over-voltage opened after {trip:0} ms, without noise after {quiet:0} ms";
            }

            return new RandomFramesResult(modules, sensor, taken + source.NoiseFrames, source.Skipped, source.GoodFrames, trip, quiet, problem);
        }

        private static string? Chaos(int modules, int sensor, long count, Source source, CancellationToken stop, out long taken)
        {
            ParameterBlock parameters = Presets.Nmc(90, 50_000);
            ProfilePresets.UseModules(parameters, modules, 0);
            ProfilePresets.UseSensor(parameters, sensor);
            parameters.Set(ParameterId.ModuleCounterChecked, 0);
            var port = new ChaosPort(source);
            var controller = new BatteryController(parameters, port);
            PackMeasurement m = controller.Measurement;
            for (uint nowMs = 0; port.Taken < count; nowMs += 10)
            {
                stop.ThrowIfCancellationRequested();
                controller.Update(nowMs);
                taken = port.Taken;
                if (Array.Exists(m.CellVoltageMv, mv => mv != SignalValue.NotAvailable && mv is < 0 or > 8190))
                {
                    return $"chaos, {nowMs} ms: a cell voltage out of range";
                }

                if (Array.Exists(m.TemperatureDeciC, t => t != SignalValue.NotAvailable && t is < -1000 or > 7190))
                {
                    return $"chaos, {nowMs} ms: a temperature out of range";
                }

                if (controller.Outputs.MainPositive || controller.Outputs.MainNegative)
                {
                    return $"chaos, {nowMs} ms: a contactor closed";
                }
            }

            taken = port.Taken;
            return null;
        }

        private static double TripTime(int modules, int sensor, Source? source, long noise, CancellationToken stop, out string? problem)
        {
            problem = null;
            NoisePort? port = null;
            var bench = new VirtualBench(new BenchOptions
            {
                Pack = new PackOptions { ModuleProfile = modules, SensorProfile = sensor, CellCount = Cells, InitialSoc = 0.6 },
                ReceiveQueueLength = 512,
                ConfigureParameters = Configure,
                WrapPort = inner => source is null ? inner : port = new NoisePort(inner, source),
            });
            if (source is not null)
            {
                // So that noise that nobody could tell from a sender's own frames is known as such.
                bench.Network.Observe(source);
            }

            bench.RunFor(3);
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            if (bench.RunUntil(b => b.Diag.State == PackStatus.StateClosed, 20) < 0)
            {
                problem = "the pack does not close";
                return double.NaN;
            }

            bench.Plant.Load.DemandCurrentA = -20;
            bench.RunFor(SettleS);
            if (port is not null)
            {
                port.IsOn = true;
            }

            while (source is not null && source.NoiseFrames < noise)
            {
                stop.ThrowIfCancellationRequested();
                bench.Step();
                problem = Untrue(bench);
                if (problem is not null)
                {
                    problem = $"noise, {bench.TimeS:0.00} s: {problem}";
                    return double.NaN;
                }
            }

            bench.Ees.Inject(PackFault.CellVoltageOffset, OverVoltageCell, OverVoltageV);
            double took = bench.RunUntil(b => !b.Controller.Outputs.MainPositive && !b.Controller.Outputs.MainNegative, 10);
            if (took < 0)
            {
                problem = "the over-voltage opens nothing";
            }
            else if (bench.Controller.Protection.SeverityOf[FaultId.CellOverVoltage] != Severity.Trip)
            {
                problem = "the contactors opened for another reason than the over-voltage";
            }

            return took * 1000;
        }

        private static void Configure(ParameterBlock p)
        {
            p.Set(ParameterId.MaxFramesPerCycle, 64);

            // This row counts refused frames: so much noise is what it is there to see.
            for (int column = ParameterId.ColumnWarning; column <= ParameterId.ColumnTrip; column++)
            {
                p.Set(ParameterId.OfFault(FaultId.FrameErrors, column), ParameterId.Never);
            }
        }

        private static string? Untrue(VirtualBench bench)
        {
            PackMeasurement m = bench.Controller.Measurement;
            if (Math.Abs(m.CurrentMa - Truth.CurrentA(bench) * 1000) > ToleranceMa)
            {
                return $"the current reads {m.CurrentMa} mA, is {Truth.CurrentA(bench) * 1000:0} mA; {Faults(bench)}";
            }

            for (int cell = 0; cell < Cells; cell++)
            {
                int mv = m.CellVoltageMv[cell];
                double truth = bench.Plant.Cells.VoltageV[cell] * 1000;
                if (mv == SignalValue.NotAvailable || Math.Abs(mv - truth) > ToleranceMv)
                {
                    return $"cell {cell + 1} reads {mv} mV, has {truth:0} mV; {Faults(bench)}";
                }
            }

            return !bench.Controller.Outputs.MainPositive ? "the contactors opened; " + Faults(bench) : null;
        }

        private static string Faults(VirtualBench bench)
        {
            return string.Join(", ", bench.Controller.Protection.SeverityOf.Select((severity, fault) => (severity, fault)).Where(x => x.severity != 0).Select(x => $"{FaultTable.NameOf(x.fault)} {x.severity}"));
        }

        /// <summary>Makes random frames; listens to the bus to know which are good by every rule.</summary>
        private sealed class Source(int seed, int modules) : ICanTap
        {
            // Where the preset moves host and sensor, their data ids stay.
            private const uint DataIdsFrom = HostCommand.Id;
            private const uint DataIdCount = 0x20;

            private readonly Random _random = new(seed);
            private readonly HashSet<ulong> _heard = [];

            public long NoiseFrames { get; private set; }

            public long Skipped { get; private set; }

            public long GoodFrames { get; set; }

            public int Next(int below) => _random.Next(below);

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                _heard.Add(KeyOf(id, isExtended, length));
            }

            public void Fill(CanFrame frame)
            {
                (uint first, uint count, bool extended) = Ranges[_random.Next(Ranges.Length)];
                frame.Id = first + (uint)_random.NextInt64(count);
                frame.IsExtended = extended;
                frame.Length = _random.Next(3) == 0 ? _random.Next(9) : 8;
                _random.NextBytes(frame.Data);
            }

            /// <summary>A frame that no check of the protocol can tell from a good one is left out of the noise.</summary>
            public void FillNoise(CanFrame frame)
            {
                Fill(frame);
                while (CouldBeGood(frame))
                {
                    Skipped++;
                    Fill(frame);
                }

                NoiseFrames++;
            }

            /// <summary>Gives a frame a right CRC of one kind or the other.</summary>
            public static void Sign(CanFrame frame, bool first)
            {
                int seed = E2eProfile1.SeedOf((int)(frame.Id & 0xFFFF));
                if (first)
                {
                    frame.Data[0] = (byte)CrcOf(frame, seed);
                }
                else
                {
                    frame.Data[7] = (byte)E2eProfile1.CrcOfFirstSeven(frame.Data, seed);
                }
            }

            private bool CouldBeGood(CanFrame frame)
            {
                bool isProtected = modules is ModuleProfile.Reference or ModuleProfile.BmwI3;
                bool isHeard = _heard.Contains(KeyOf(frame.Id, frame.IsExtended, frame.Length));
                if (isHeard && (!isProtected || frame.Id >= 0x300))
                {
                    return true;
                }

                int id = (int)(frame.Id & 0xFFFF);
                bool isGood = frame.Length >= 2 && frame.Data[0] == CrcOf(frame, E2eProfile1.SeedOf(id));
                isGood |= frame.Length == 8 && frame.Data[7] == E2eProfile1.CrcOfFirstSeven(frame.Data, E2eProfile1.SeedOf(id));
                for (uint dataId = DataIdsFrom; dataId < DataIdsFrom + DataIdCount && frame.Length >= 2; dataId++)
                {
                    isGood |= frame.Data[0] == CrcOf(frame, E2eProfile1.SeedOf((int)dataId));
                }

                return isGood;
            }

            // Bit by bit, as the standard defines it: not the firmware's own table.
            private static int CrcOf(CanFrame frame, int crc)
            {
                for (int i = 1; i < frame.Length; i++)
                {
                    crc ^= frame.Data[i];
                    for (int bit = 0; bit < 8; bit++)
                    {
                        crc = (crc & 0x80) != 0 ? ((crc << 1) ^ 0x1D) & 0xFF : crc << 1;
                    }
                }

                return crc;
            }

            // Of an extended identifier neither the priority in its first three bits nor the address in its last eight need mean anything.
            private static ulong KeyOf(uint id, bool isExtended, int length) => ((ulong)(isExtended ? (id | 0xFF) & 0x03FFFFFF : id) << 8) | (isExtended ? 0x80u : 0) | (uint)length;
        }

        private sealed class ChaosPort(Source source) : CanPort
        {
            public long Taken { get; private set; }

            public override uint ReceiveOverflowCount => 0;

            public override bool TryReceive(CanFrame frame)
            {
                // Now and then a cycle takes fewer than it could, so that ages and schedules meet every number.
                if (source.Next(40) == 0)
                {
                    return false;
                }

                source.Fill(frame);
                if (source.Next(2) == 0)
                {
                    Source.Sign(frame, source.Next(2) == 0);
                }

                Taken++;
                return true;
            }

            public override bool TrySend(CanFrame frame) => true;
        }

        private sealed class NoisePort(CanPort inner, Source source) : CanPort
        {
            private int _left = NoisePerCycle;

            public bool IsOn { get; set; }

            public override uint ReceiveOverflowCount => inner.ReceiveOverflowCount;

            public override bool TryReceive(CanFrame frame)
            {
                if (!IsOn)
                {
                    return inner.TryReceive(frame);
                }

                // Two of three come from the noise while it lasts; the cycle ends with the pack's last frame.
                if (_left > 0 && source.Next(3) != 0)
                {
                    _left--;
                    source.FillNoise(frame);
                    return true;
                }

                if (inner.TryReceive(frame))
                {
                    source.GoodFrames++;
                    return true;
                }

                if (_left > 0)
                {
                    _left--;
                    source.FillNoise(frame);
                    return true;
                }

                _left = NoisePerCycle;
                return false;
            }

            public override bool TrySend(CanFrame frame) => inner.TrySend(frame);
        }
    }
}
