using Bms.Bench;
using Bms.Bench.Scenarios;
using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Plant.Pack;

namespace Bms.InterpreterTests
{
    /// <summary>What is played to the firmware under .NET and in the interpreter.</summary>
    internal sealed class Recording
    {
        /// <summary>Parameter block in its stored form.</summary>
        public required byte[] Parameters { get; init; }

        /// <summary>Frames, in the form that RecordedPort reads, or traffic, in that of TrafficReader.</summary>
        public required List<byte[]> Parts { get; init; }

        /// <summary>Pins, in the form that RecordedRun reads.</summary>
        public required byte[] Inputs { get; init; }

        /// <summary>Number of frames, or of transfers, in all parts.</summary>
        public required int Count { get; init; }

        /// <summary>Controller time of the first cycle.</summary>
        public required uint StartMs { get; init; }

        /// <summary>Length in s.</summary>
        public required int Seconds { get; init; }

        /// <summary>How often the interpreter plays it again, to look at the heap.</summary>
        public int FurtherRounds { get; init; }

        /// <summary>Of traffic: one of the Chip constants of DriverBus.</summary>
        public int Chip { get; init; }

        /// <summary>Of traffic: oscillator of the chip in Hz.</summary>
        public int OscillatorHz { get; init; }

        /// <summary>Of traffic: how often the idle loop collected, in the form that DriverBus reads.</summary>
        public byte[] Collects { get; init; } = [];

        /// <summary>The parameter block of a bench in its stored form.</summary>
        public static byte[] Stored(ParameterBlock block)
        {
            var parameters = new byte[ParameterBlock.StoredLength];
            block.Store(parameters);
            return parameters;
        }
    }

    /// <summary>A minute on the virtual bench as the controller saw it: every frame in the cycle in which it found it, and its pins.</summary>
    internal static class MinuteRecording
    {
        // The clock rolls over in the middle.
        private const uint FirstMs = uint.MaxValue - 30_004;

        private const int Seconds = 60;

        // A part's constants and names must stay below 64 KiB.
        private const int PartBytes = 56_000;

        /// <summary>
        /// 96 cells: precharge, a drive, standby, a charge that ends in an over-voltage, its clearing, a second drive, and a module that falls silent in it;
        /// with frames of wrong CRC and a sensor that sticks on the way.
        /// </summary>
        /// <param name="furtherRounds">How often the interpreter plays it again.</param>
        public static Recording Make(int furtherRounds)
        {
            const ulong Seed = 20240229;
            var bench = new VirtualBench(new BenchOptions
            {
                StartMs = FirstMs,
                Pack = new PackOptions { Seed = Seed, InitialSoc = 0.6, InitialTemperatureDegC = 12, AmbientDegC = 12 },

                // In one minute the floats of the estimator must matter, and the limits come to their maximum.
                ConfigureParameters = p =>
                {
                    p.Set(ParameterId.SocCorrectionTauS, 10);
                    p.Set(ParameterId.LimitRisePermillePerS, 500);
                },
            });
            var tap = new Tap(bench);
            var pins = new PinRecorder(bench);
            bench.Network.Observe(tap);
            var plan = new SortedDictionary<double, Action>
            {
                [1.0] = () => bench.Plant.Host.Mode = HostCommand.ModeDrive,
                [4.0] = () =>
                {
                    bench.Plant.Load.Profile = DriveProfile.Create(Seed, 20, 1);
                    bench.Plant.Load.ProfileStartUs = bench.TimeUs;
                },
                [12.0] = () => bench.Ees.Inject(PackFault.ModuleCrc, 5),
                [12.2] = () => bench.Ees.Clear(PackFault.ModuleCrc, 5),
                [18.0] = () => bench.Ees.Inject(PackFault.TemperatureStuck, 9, -5),
                [21.0] = () => bench.Ees.Clear(PackFault.TemperatureStuck, 9),
                [25.0] = () =>
                {
                    bench.Plant.Load.Profile = null;
                    bench.Plant.Host.Mode = HostCommand.ModeStandby;
                },
                [28.0] = () =>
                {
                    bench.Plant.Charger.MaxCurrentA = 20;
                    bench.Plant.Charger.IsOn = true;
                    bench.Plant.Host.Mode = HostCommand.ModeCharge;
                },
                [38.0] = () => bench.Ees.Inject(PackFault.CellVoltageOffset, 40, 0.8),
                [41.0] = () => bench.Ees.ClearAll(),
                [42.0] = () =>
                {
                    bench.Plant.Charger.IsOn = false;
                    bench.Plant.Host.Mode = HostCommand.ModeStandby;
                },
                [44.0] = bench.Diag.ClearFaults,
                [46.0] = () => bench.Plant.Host.Mode = HostCommand.ModeDrive,
                [49.0] = () => bench.Plant.Load.DemandCurrentA = -40,
                [53.0] = () => bench.Ees.Inject(PackFault.ModuleSilent, 3),
            };

            while (bench.TimeUs < Seconds * 1_000_000L)
            {
                while (plan.Count > 0 && plan.Keys.First() <= bench.TimeS + 1e-9)
                {
                    plan[plan.Keys.First()]();
                    plan.Remove(plan.Keys.First());
                }

                bench.Step();
                pins.Note();
            }

            List<byte[]> parts = tap.End();
            return new Recording
            {
                Parameters = Recording.Stored(bench.Parameters),
                Parts = parts,
                Inputs = pins.Bytes(),
                Count = tap.FrameCount,
                StartMs = FirstMs,
                Seconds = Seconds,
                FurtherRounds = furtherRounds,
            };
        }

        // A frame that ends while step n runs is found by the cycle n + 1. The controller's own frames it never hears.
        private sealed class Tap(VirtualBench bench) : ICanTap
        {
            private readonly List<byte[]> _parts = [];
            private readonly List<byte> _part = [];

            public int FrameCount { get; private set; }

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                if (!isExtended && (id is >= PackStatus.Id or (>= ModuleBalancing.BaseId and < ModuleBalancing.BaseId + ModuleBalancing.Count)))
                {
                    return;
                }

                if (_part.Count + 13 > PartBytes)
                {
                    Close();
                }

                int cycle = (int)bench.StepCount + 1;
                _part.AddRange([(byte)cycle, (byte)(cycle >> 8), (byte)id, (byte)((id >> 8) | (isExtended ? 0x80u : 0)), (byte)length]);
                _part.AddRange(data.AsSpan(0, length));
                FrameCount++;
            }

            public List<byte[]> End()
            {
                Close();
                return _parts;
            }

            private void Close()
            {
                _parts.Add(_part.ToArray());
                _part.Clear();
            }
        }
    }
}
