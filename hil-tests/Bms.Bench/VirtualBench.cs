using Bms.Bench.Chips;
using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Drivers.Can;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>The real controller and a simulated pack on a virtual CAN bus, in lock step in virtual time.</summary>
    /// <remarks>
    /// One <see cref="Step"/> is one cycle of the controller: it takes the frames that have ended, decides, its outputs move the contactors, the nodes sample
    /// the plant and queue their frames, plant and bus advance by one period. The same options give the same frames, byte for byte, on every machine.
    /// A step allocates nothing. Not safe for more than one thread; run as many benches side by side as you like.
    /// </remarks>
    public sealed class VirtualBench : ITestBench
    {
        private readonly long _stepUs;
        private readonly PackState _stored = new();
        private readonly CanFrame _dropped = new();
        private readonly BoardMemory? _memory;
        private long _wakesAtUs;
        private long _stalledUntilUs;
        private readonly TimedPort? _timed;
        private ModelPort? _model;
        private long _clockZeroUs;
        private long _bootedUs;

        /// <param name="options">The pack, the controller and the bus; null for the defaults.</param>
        public VirtualBench(BenchOptions? options = null)
        {
            Options = options ?? new BenchOptions();
            _stepUs = Options.CyclePeriodMs * 1000L;
            Plant = new PackPlant(Options.Pack, _stepUs);
            Bus = new VirtualCanBus(Options.BitRate);
            Port = MakePort();
            ControllerNode = Chip != null ? Chip.Node : ((FirmwareCanPort)Port).Connect(Bus);
            foreach (PackNode node in Plant.Nodes)
            {
                node.Bus = Bus.AddNode(node.Name, new NodeReceiver(node), node.Accepts, hearsExtended: node.HearsExtended);
            }

            var network = new NetworkPort(Bus);
            Network = network;
            Diag = new DiagPort(network, Plant.Host);
            Ees = new EesPort(Plant.Faults);

            Parameters = Presets.Of(ChemistryOf(Plant.Cells.Cell.Chemistry), Options.Pack.CellCount, (int)Math.Round(Plant.Cells.NominalCapacityAh * 1000));
            if (Options.Pack.ModuleProfile != ModuleProfile.Reference)
            {
                ProfilePresets.UseModules(Parameters, Options.Pack.ModuleProfile, Options.Pack.CellsPerModule);
            }

            if (Options.Pack.SensorProfile != SensorProfile.Reference)
            {
                ProfilePresets.UseSensor(Parameters, Options.Pack.SensorProfile);
            }

            Parameters.Set(ParameterId.InsulationProfile, Options.Pack.InsulationProfile);
            Parameters.Set(ParameterId.CyclePeriodMs, Options.CyclePeriodMs);
            Options.ConfigureParameters?.Invoke(Parameters);
            CanPort port = Port;
            if (Driver != null && Options.Interpreter != null)
            {
                port = _timed = new TimedPort(Driver, Bus, Options.Interpreter, Chip!);
            }

            Controller = new BatteryController(Parameters, Options.WrapPort == null ? port : Options.WrapPort(port));
            _memory = Options.BoardStores ? new BoardMemory() : null;
            _memory?.Begin(Controller);
        }

        /// <summary>What the bench was made of.</summary>
        public BenchOptions Options { get; }

        /// <summary>The simulated pack, with the truth about it.</summary>
        public PackPlant Plant { get; }

        /// <summary>The bus.</summary>
        public VirtualCanBus Bus { get; }

        /// <summary>The controller's receiver and transmitter.</summary>
        public CanPort Port { get; }

        /// <summary>The driver, where there is one.</summary>
        public SpiCanPort? Driver { get; private set; }

        /// <summary>The chip under the driver, where there is one.</summary>
        public SpiCanChip? Chip { get; private set; }

        /// <summary>The controller's node on the bus.</summary>
        public BusNode ControllerNode { get; }

        /// <summary>Parameter block of the controller.</summary>
        public ParameterBlock Parameters { get; }

        /// <summary>The controller.</summary>
        public BatteryController Controller { get; private set; }

        /// <summary>True while the board sleeps: the controller does not run and drives nothing.</summary>
        public bool IsAsleep { get; private set; }

        /// <summary>Times the board slept since start.</summary>
        public int SleepCount { get; private set; }

        /// <summary>Signals of the plant by name.</summary>
        public IModelPort Model => _model ??= new ModelPort(this);

        /// <summary>Frames.</summary>
        public INetworkPort Network { get; }

        /// <summary>What the controller tells about itself on the bus.</summary>
        public IDiagPort Diag { get; }

        /// <summary>Electrical errors.</summary>
        public IEesPort Ees { get; }

        /// <summary>Virtual time in us since the start of the bench.</summary>
        public long TimeUs { get; private set; }

        /// <summary>Virtual time in s.</summary>
        public double TimeS => TimeUs * 1e-6;

        /// <summary>The controller's clock in ms; rolls over.</summary>
        public uint NowMs => unchecked(Options.StartMs + (uint)((TimeUs - _clockZeroUs) / 1000));

        /// <summary>Cycles since start.</summary>
        public long StepCount { get; private set; }

        /// <summary>Times that the idle loop collected frames since start.</summary>
        public long CollectCount { get; private set; }

        /// <summary>Longest time from the due beginning of a cycle to its end since start, in us: SPI transfers and, where it counts, the interpreter. 0 without a chip.</summary>
        public long LongestCycleUs { get; private set; }

        /// <summary>One cycle of the controller and everything around it.</summary>
        public void Step()
        {
            if (IsAsleep && !Wakes())
            {
                SleepStep();
                return;
            }

            BatteryController controller = Controller;
            PackPlant plant = Plant;
            controller.Inputs.InterlockClosed = plant.IsInterlockClosed;
            controller.Inputs.MainPositiveClosed = plant.MainPositive.FeedbackClosed;
            controller.Inputs.MainNegativeClosed = plant.MainNegative.FeedbackClosed;
            controller.Inputs.PrechargeClosed = plant.Precharge.FeedbackClosed;
            controller.Inputs.CrashDetected = plant.IsCrashed;
            controller.Inputs.MemoryFault = plant.BoardMemoryFault;
            controller.Inputs.WatchdogReset = plant.BoardWasReset;
            controller.Inputs.InsulationDeciHz = plant.Insulation.DeciHz;
            controller.Inputs.InsulationDutyPermille = plant.Insulation.DutyPermille;
            if (plant.EnclosureSensor.TryRead(TimeUs))
            {
                EnclosureSensor read = plant.EnclosureSensor;
                controller.Inputs.Environment.Publish(Rounded(read.TemperatureDegC, 10), Rounded(read.PressurePa, 1), Rounded(read.Humidity, 1000));
            }

            if (Driver != null)
            {
                // SPI takes time in which frames end: those of this step are due before the controller begins.
                plant.RunNodes();
                Driver.Update(NowMs);
            }

            if (TimeUs >= _bootedUs && TimeUs >= _stalledUntilUs)
            {
                if (Port is FirmwareCanPort { IsOff: true } direct)
                {
                    direct.IsOff = false;
                }

                controller.Update(NowMs);
                _memory?.Step(controller, NowMs);
                _timed?.EndCycle();
                LongestCycleUs = Math.Max(LongestCycleUs, Bus.TimeUs - TimeUs);
            }

            plant.MainPositive.Command(controller.Outputs.MainPositive, TimeUs);
            plant.MainNegative.Command(controller.Outputs.MainNegative, TimeUs);
            plant.Precharge.Command(controller.Outputs.Precharge, TimeUs);
            plant.Thermal.HeaterCommand = controller.Outputs.Heater;
            plant.Thermal.PumpCommand = controller.Outputs.Pump;
            plant.Thermal.FanCommand = controller.Outputs.Fan;
            if (Options.BoardSleeps && controller.Control.Sleep.SleepForS > 0)
            {
                FallAsleep(controller);
            }

            if (Driver == null)
            {
                plant.RunNodes();
            }

            plant.Step();
            TimeUs += _stepUs;

            if (Driver != null)
            {
                for (int left = Options.CollectsPerCycle; left > 0; left--)
                {
                    CollectAfter(Math.Max(0, (TimeUs - Bus.TimeUs) / (left + 1)));
                }

                while (Options.CollectPeriodUs > 0 && Bus.TimeUs + Options.CollectPeriodUs < TimeUs)
                {
                    CollectAfter(Options.CollectPeriodUs);
                }
            }

            // A driver that took longer than the step has carried the bus beyond it.
            Bus.AdvanceTo(Math.Max(TimeUs, Bus.TimeUs));
            StepCount++;
        }

        /// <inheritdoc/>
        public void RestartController(double bootS)
        {
            if (Port is not FirmwareCanPort direct)
            {
                throw new NotSupportedException("The bench restarts the controller only without a chip between firmware and bus (CanDriver.Direct).");
            }

            direct.IsOff = true;
            Controller = new BatteryController(Parameters, Port);
            _memory?.Begin(Controller);
            _bootedUs = TimeUs + (long)Math.Round(bootS * 1e6);
            _clockZeroUs = _bootedUs + (Options.StartMs * 1000L);
        }

        /// <inheritdoc/>
        public void StallController(double stallS)
        {
            _stalledUntilUs = TimeUs + (long)Math.Round(stallS * 1e6);
        }

        /// <summary>Runs for a stretch of virtual time.</summary>
        /// <param name="seconds">Length in s; rounded up to whole cycles.</param>
        public void RunFor(double seconds)
        {
            long untilUs = TimeUs + (long)Math.Round(seconds * 1e6);
            while (TimeUs < untilUs)
            {
                Step();
            }
        }

        /// <summary>Runs until a condition holds, looked at after every cycle.</summary>
        /// <param name="condition">What to wait for.</param>
        /// <param name="timeoutS">Longest wait in s of virtual time.</param>
        /// <returns>Time it took in s, or -1 where it did not come in time.</returns>
        public double RunUntil(Func<VirtualBench, bool> condition, double timeoutS)
        {
            long startUs = TimeUs;
            long untilUs = TimeUs + (long)Math.Round(timeoutS * 1e6);
            while (!condition(this))
            {
                if (TimeUs >= untilUs)
                {
                    return -1;
                }

                Step();
            }

            return (TimeUs - startUs) * 1e-6;
        }

        private void CollectAfter(long pauseUs)
        {
            Bus.AdvanceTo(Bus.TimeUs + pauseUs);
            CollectCount++;
            if (_timed != null)
            {
                _timed.CollectNow();
            }
            else
            {
                Driver!.Collect();
            }
        }

        // What a board does: it stores the state and arms its wake-ups. Nothing is driven: the controller asks for sleep only with everything off.
        private void FallAsleep(BatteryController controller)
        {
            if (_memory?.KeepForSleep(controller) == false)
            {
                return;
            }

            controller.Control.Sleep.Save(_stored);
            controller.Control.Contactors.Wear.Save(_stored);
            _wakesAtUs = TimeUs + (controller.Control.Sleep.SleepForS * 1_000_000L);
            IsAsleep = true;
            SleepCount++;
        }

        private bool Wakes()
        {
            bool byCan = !Plant.Host.IsSilent;
            if (!byCan && TimeUs < _wakesAtUs)
            {
                return false;
            }

            IsAsleep = false;
            ForgetFrames();
            int cause = byCan ? SleepControl.WokenByCan : SleepControl.WokenByTimer;
            Controller = new BatteryController(Parameters, Port);
            if (_memory != null)
            {
                _memory.Begin(Controller);
                _memory.NoteWake(Controller, cause);
                return true;
            }

            Controller.Control.Contactors.Wear.Restore(_stored);
            Controller.Control.Sleep.NoteWake(cause, _stored);
            return true;
        }

        private void SleepStep()
        {
            Plant.RunNodes();
            Plant.Step();
            TimeUs += _stepUs;
            Bus.AdvanceTo(Math.Max(TimeUs, Bus.TimeUs));
            ForgetFrames();
            StepCount++;
        }

        // A controller without supply hears nothing.
        private void ForgetFrames()
        {
            while (Port.TryReceive(_dropped))
            {
            }
        }

        private CanPort MakePort()
        {
            switch (Options.Driver)
            {
                case CanDriver.Mcp2518fd:
                    Chip = new Mcp2518fdModel(Bus, 40_000_000, Options.Spi);
                    Driver = new Mcp2518fd(Chip, Options.InterruptWired ? Chip.InterruptPin : null, Chip.OscillatorHz, Options.BitRate);
                    break;
                case CanDriver.Mcp2515:
                    Chip = new Mcp2515Model(Bus, 16_000_000, Options.Spi);
                    Driver = new Mcp2515(Chip, Options.InterruptWired ? Chip.InterruptPin : null, Chip.OscillatorHz, Options.BitRate);
                    break;
                default:
                    return new FirmwareCanPort(Options.ReceiveQueueLength, Options.ControllerLatencyUs);
            }

            // The board starts before its modules: what the chip's start takes is over when the plant begins.
            Chip.Tap = Options.SpiTap;
            Driver.Start();
            return Driver;
        }

        private static int Rounded(double value, int scale)
        {
            return double.IsNaN(value) ? SignalValue.NotAvailable : (int)Math.Round(value * scale);
        }

        private static int ChemistryOf(string name)
        {
            return name.ToUpperInvariant() switch
            {
                "NMC" => Chemistry.Nmc,
                "NCA" => Chemistry.Nca,
                "LFP" => Chemistry.Lfp,
                "LTO" => Chemistry.Lto,
                "NA-ION" => Chemistry.NaIon,
                _ => throw new ArgumentException($"The controller has no preset for the chemistry {name}; use NMC, NCA, LFP, LTO or Na-ion."),
            };
        }

        // The plant does not know the bus; this hands its nodes what they hear.
        private sealed class NodeReceiver(PackNode node) : ICanReceiver
        {
            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                if (!isExtended)
                {
                    node.OnFrame(timeUs, id, data, length);
                }
                else
                {
                    node.OnExtendedFrame(timeUs, id, data, length);
                }
            }
        }
    }
}
