using System.Device.Gpio;
using Bms.Bench;
using Bms.Bench.Chips;
using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Storage;
using Bms.Drivers;
using Bms.Drivers.Boards;
using Bms.Drivers.Can;
using Bms.Plant.Pack;

namespace Bms.HilTests.Boards
{
    /// <summary>A board's whole program on pins, chip model and bus, against the simulated pack: everything but the runtime and the copper.</summary>
    internal sealed class BoardRig
    {
        private const long StepUs = 10_000;

        private readonly RigClock _clock;
        private long _nextStepUs = StepUs;

        public BoardRig(BoardDefinition board, PackOptions? pack = null, Stores? stores = null, Action<ParameterBlock>? configure = null, int freeBytes = 60_000, ushort? floating = null, int wakeCause = SleepControl.WokenByPower)
        {
            Board = board;
            Stores = stores ?? new Stores();
            Plant = new PackPlant(pack ?? new PackOptions { CellCount = 24 }, StepUs);
            Bus = new VirtualCanBus(board.BitRate);
            Chip = board.Can == CanControllerKind.Mcp2518fd ? new Mcp2518fdModel(Bus, board.OscillatorHz, null) : new Mcp2515Model(Bus, board.OscillatorHz, null);
            Chip.FloatingWord = floating;
            foreach (PackNode node in Plant.Nodes)
            {
                node.Bus = Bus.AddNode(node.Name, new Receiver(node), node.Accepts, hearsExtended: node.HearsExtended);
            }

            Bus.AddNode("Listener", new Listener(Last), null);
            Gpio = new GpioController();
            Io = new BoardIo(Gpio, board.Pins);
            _clock = new RigClock(this);
            Memory = new RigMemory { FreeBytes = freeBytes };
            Port = CanWiring.Open(board, Chip, Chip.InterruptPin);
            ParameterBlock parameters = Presets.Nmc(Plant.Options.CellCount, 55_000);
            if (Plant.Options.ModuleProfile != ModuleProfile.Reference)
            {
                ProfilePresets.UseModules(parameters, Plant.Options.ModuleProfile, Plant.Options.CellsPerModule);
            }

            if (Plant.Options.SensorProfile != SensorProfile.Reference)
            {
                ProfilePresets.UseSensor(parameters, Plant.Options.SensorProfile);
            }

            configure?.Invoke(parameters);
            Storage = Stores.Open();
            Controller = BoardStart.Run(board, parameters, Port, Storage, Memory);
            BoardStart.NoteWake(Controller, Storage, wakeCause);
            StartHeatPermille = Controller.Control.Contactors.Resistor.FillPermille;
            Controller.Control.Contactors.Resistor.EnergyMj = 0;
            Loop = new ControlLoop(Controller, Io, new WatchdogOutput(Gpio, board.Pins.Watchdog), Port, _clock, Memory, Storage) { Sleep = Sleep };
            Plant.RunNodes();
        }

        public BoardDefinition Board { get; }

        /// <summary>Heat of the precharge resistor that the start assumed, in permille. The rig's resistor is cold, so that no test waits for it.</summary>
        public int StartHeatPermille { get; }

        /// <summary>Last payload of every standard identifier.</summary>
        public Dictionary<uint, byte[]> Last { get; } = [];

        public Stores Stores { get; }

        public PackPlant Plant { get; }

        public VirtualCanBus Bus { get; }

        public SpiCanChip Chip { get; }

        public GpioController Gpio { get; }

        public BoardIo Io { get; }

        public RigMemory Memory { get; }

        public SpiCanPort Port { get; }

        public ControllerStorage Storage { get; }

        public BatteryController Controller { get; }

        public ControlLoop Loop { get; }

        public RigSleep Sleep { get; } = new();

        public int WatchdogEdges => Gpio.Pin(Board.Pins.Watchdog).WrittenEdges;

        public bool AnyContactorPinIsHigh => IsHigh(Board.Pins.MainPositive) || IsHigh(Board.Pins.MainNegative) || IsHigh(Board.Pins.Precharge);

        public bool IsHigh(int pin) => Gpio.Pin(pin).IsHigh;

        public void Run(double seconds)
        {
            long untilUs = Bus.TimeUs + (long)(seconds * 1e6);
            while (Bus.TimeUs < untilUs)
            {
                Loop.Cycle();
                Loop.Wait();
            }
        }

        public bool RunUntil(Func<bool> condition, double timeoutS)
        {
            long untilUs = Bus.TimeUs + (long)(timeoutS * 1e6);
            while (!condition() && Bus.TimeUs < untilUs)
            {
                Loop.Cycle();
                Loop.Wait();
            }

            return condition();
        }

        /// <summary>Lets the world go on to a time: pins to contactors, plant, feedback to pins, bus.</summary>
        public void AdvanceTo(long timeUs)
        {
            while (_nextStepUs <= timeUs)
            {
                Bus.AdvanceTo(Math.Max(_nextStepUs, Bus.TimeUs));
                BoardPins pins = Board.Pins;
                Plant.MainPositive.Command(IsHigh(pins.MainPositive), Plant.TimeUs);
                Plant.MainNegative.Command(IsHigh(pins.MainNegative), Plant.TimeUs);
                Plant.Precharge.Command(IsHigh(pins.Precharge), Plant.TimeUs);
                Plant.Thermal.HeaterCommand = IsHigh(pins.Heater);
                Plant.Thermal.PumpCommand = IsHigh(pins.Cooling);
                Plant.Thermal.FanCommand = IsHigh(pins.Fan == BoardPins.NotWired ? pins.Cooling : pins.Fan);
                Plant.Step();
                Plant.RunNodes();
                Gpio.Pin(pins.Interlock).Drive(Plant.IsInterlockClosed);
                Gpio.Pin(pins.MainPositiveFeedback).Drive(Plant.MainPositive.FeedbackClosed);
                Gpio.Pin(pins.MainNegativeFeedback).Drive(Plant.MainNegative.FeedbackClosed);
                Gpio.Pin(pins.PrechargeFeedback).Drive(Plant.Precharge.FeedbackClosed);
                _nextStepUs += StepUs;
            }

            Bus.AdvanceTo(Math.Max(timeUs, Bus.TimeUs));
        }

        private sealed class RigClock(BoardRig rig) : BoardClock
        {
            public override int TickUs => 10_000;

            // A look at the clock takes its time as well, or a loop that waits by looking would wait for ever.
            public override ulong NowUs()
            {
                rig.AdvanceTo(rig.Bus.TimeUs + 20);
                return (ulong)rig.Bus.TimeUs;
            }

            public override void Rest() => rig.AdvanceTo(((rig.Bus.TimeUs / TickUs) + 1) * TickUs);
        }

        private sealed class Listener(Dictionary<uint, byte[]> last) : ICanReceiver
        {
            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                last[id] = data[..length];
            }
        }

        private sealed class Receiver(PackNode node) : ICanReceiver
        {
            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                if (isExtended)
                {
                    node.OnExtendedFrame(timeUs, id, data, length);
                }
                else
                {
                    node.OnFrame(timeUs, id, data, length);
                }
            }
        }
    }

    /// <summary>Writes down that the board sleeps; the test does not run it any further.</summary>
    internal sealed class RigSleep : BoardSleep
    {
        public int Seconds { get; private set; }

        public override void Begin(int seconds) => Seconds = seconds;
    }

    /// <summary>Memory that a test sets.</summary>
    internal sealed class RigMemory : BoardMemory
    {
        public int FreeBytes { get; set; }

        public int Measurements { get; private set; }

        public override int CollectAndMeasure()
        {
            Measurements++;
            return FreeBytes;
        }
    }

    /// <summary>Slots that outlive a rig: what a board would have on its flash.</summary>
    internal sealed class Stores
    {
        private readonly MemoryStore _parameters = new(2, ParameterStore.BlockLength);
        private readonly MemoryStore _state = new(2, PackStateStore.BlockLength);
        private readonly MemoryStore _cells = new(CellStateStore.BlockCount, CellStateStore.BlockLength);
        private readonly MemoryStore _events = new(ControllerStorage.EventCapacity, EventLog.BlockLength);
        private readonly MemoryStore _blackBox = new(BlackBoxStore.BlockCount, BlackBoxStore.BlockLength);

        public MemoryStore Start { get; } = new(2, StartNote.BlockLength);

        public MemoryStore Parameters => _parameters;

        public MemoryStore State => _state;

        /// <summary>FRAM for the state; null where it is on the flash.</summary>
        public FramModel? Fram { get; init; }

        public ControllerStorage Open() => new(_parameters, StateMedium(), CellsMedium(), _events, Start, _blackBox);

        /// <summary>What the medium of the state says now.</summary>
        public PackState StoredState()
        {
            var state = new PackState();
            _ = new PackStateStore(StateMedium(), 0).Load(state);
            return state;
        }

        private BlockStore CellsMedium() => Fram is null ? _cells : new FramBlockStore(Fram, 1024, CellStateStore.BlockCount, CellStateStore.BlockLength);

        private BlockStore StateMedium() => Fram is null ? _state : new FramBlockStore(Fram, 0, 2, PackStateStore.BlockLength);
    }

    /// <summary>Slots in memory.</summary>
    internal sealed class MemoryStore(int blockCount, int blockLength) : BlockStore
    {
        private readonly byte[]?[] _blocks = new byte[]?[blockCount];

        public bool IsReadOnly { get; set; }

        public override int BlockCount => blockCount;

        public override int BlockLength => blockLength;

        public void Damage(int block) => _blocks[block]![12] ^= 1;

        public override int Read(int block, byte[] target)
        {
            byte[]? data = _blocks[block];
            data?.CopyTo(target, 0);
            return data?.Length ?? 0;
        }

        public override bool Write(int block, byte[] source, int length)
        {
            if (!IsReadOnly)
            {
                _blocks[block] = source[..length];
            }

            return !IsReadOnly;
        }

        public override bool Erase(int block)
        {
            _blocks[block] = null;
            return true;
        }
    }
}
