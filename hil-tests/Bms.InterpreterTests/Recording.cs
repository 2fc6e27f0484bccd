using Bms.Bench;
using Bms.Bench.Scenarios;
using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Plant.Pack;

namespace Bms.InterpreterTests
{
    /// <summary>A minute on the virtual bench as the controller saw it: every frame in the cycle in which it found it, and its pins.</summary>
    internal sealed class Recording
    {
        /// <summary>Length in s.</summary>
        public const int Seconds = 60;

        // The clock rolls over in the middle.
        private const uint FirstMs = uint.MaxValue - 30_004;

        // A part's constants and names must stay below 64 KiB.
        private const int PartBytes = 56_000;

        private Recording(byte[] parameters, List<byte[]> parts, byte[] inputs, int frames)
        {
            Parameters = parameters;
            Parts = parts;
            Inputs = inputs;
            Frames = frames;
        }

        /// <summary>Parameter block in its stored form.</summary>
        public byte[] Parameters { get; }

        /// <summary>Frames, in the form that RecordedPort reads.</summary>
        public List<byte[]> Parts { get; }

        /// <summary>Pins, in the form that RecordedRun reads.</summary>
        public byte[] Inputs { get; }

        /// <summary>Number of frames in all parts.</summary>
        public int Frames { get; }

        /// <summary>Controller time of the first cycle.</summary>
        public uint StartMs => FirstMs;

        /// <summary>
        /// 96 cells: precharge, a drive, standby, a charge that ends in an over-voltage, its clearing, a second drive, and a module that falls silent in it;
        /// with frames of wrong CRC and a sensor that sticks on the way.
        /// </summary>
        public static Recording Make()
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
                tap.NotePins();
            }

            var parameters = new byte[ParameterBlock.StoredLength];
            bench.Parameters.Store(parameters);
            return tap.End(parameters);
        }

        // A frame that ends while step n runs is found by the cycle n + 1. The controller's own frames it never hears.
        private sealed class Tap(VirtualBench bench) : ICanTap
        {
            private readonly List<byte[]> _parts = [];
            private readonly List<byte> _part = [];
            private readonly List<byte> _inputs = [];
            private int _frames;
            private int _pins = -1;

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
                _frames++;
            }

            public void NotePins()
            {
                var inputs = bench.Controller.Inputs;
                int pins = (inputs.InterlockClosed ? 1 : 0) | (inputs.MainPositiveClosed ? 2 : 0) | (inputs.MainNegativeClosed ? 4 : 0) | (inputs.PrechargeClosed ? 8 : 0);
                if (pins != _pins)
                {
                    _pins = pins;
                    int cycle = (int)bench.StepCount - 1;
                    _inputs.AddRange([(byte)cycle, (byte)(cycle >> 8), (byte)pins]);
                }
            }

            public Recording End(byte[] parameters)
            {
                Close();
                return new Recording(parameters, _parts, _inputs.ToArray(), _frames);
            }

            private void Close()
            {
                _parts.Add(_part.ToArray());
                _part.Clear();
            }
        }
    }
}
