using Bms.Bench.Chips;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>What stands between the firmware and the bus.</summary>
    public enum CanDriver
    {
        /// <summary>Nothing: frames are handed over in memory.</summary>
        Direct,

        /// <summary>The driver for the MCP2518FD and a model of the chip with a 40 MHz oscillator.</summary>
        Mcp2518fd,

        /// <summary>The driver for the MCP2515 and a model of the chip with a 16 MHz crystal.</summary>
        Mcp2515,
    }

    /// <summary>What a <see cref="VirtualBench"/> is made of.</summary>
    public sealed record BenchOptions
    {
        /// <summary>The simulated pack: cell, cells in series and in parallel, seed, initial state, ambient, sensors.</summary>
        public PackOptions Pack { get; init; } = new();

        /// <summary>Period of the controller's cycle in ms; also the step of the plant.</summary>
        public int CyclePeriodMs { get; init; } = 10;

        /// <summary>True: the board carries out the sleeps that the controller asks for, and wakes by the timer or by the host's frames.</summary>
        public bool BoardSleeps { get; init; }

        /// <summary>True: the board stores what outlives the supply, as the firmware's storage does it, and a restarted controller finds it.</summary>
        public bool BoardStores { get; init; }

        /// <summary>Value of the controller's clock at virtual time 0 in ms, to bring its roll-over into a test.</summary>
        public uint StartMs { get; init; }

        /// <summary>Bits per second of the bus.</summary>
        public int BitRate { get; init; } = 500_000;

        /// <summary>Frames the controller's receiver holds between two cycles.</summary>
        public int ReceiveQueueLength { get; init; } = 64;

        /// <summary>Time from the start of a cycle until its frames stand in the controller's transmit queue, in us.</summary>
        public long ControllerLatencyUs { get; init; } = 1000;

        /// <summary>What stands between the firmware and the bus. With a chip, <see cref="ReceiveQueueLength"/> and <see cref="ControllerLatencyUs"/> have no meaning.</summary>
        public CanDriver Driver { get; init; }

        /// <summary>Cost of SPI transfers to the chip; null for 10 MHz and 30 us a call.</summary>
        public SpiTiming? Spi { get; init; }

        /// <summary>With a chip: what the firmware's own instructions take; null: no time. SPI takes its time in either case.</summary>
        public InterpreterTime? Interpreter { get; init; }

        /// <summary>With a chip: how often the idle loop of the board collects frames between two cycles, in us; 0: never.</summary>
        public int CollectPeriodUs { get; init; }

        /// <summary>With a chip: how often the idle loop collects in each cycle, evenly over what is left of it, in place of <see cref="CollectPeriodUs"/>: the same number whatever the cycle took.</summary>
        public int CollectsPerCycle { get; init; }

        /// <summary>With a chip: whether its interrupt output reaches the driver.</summary>
        public bool InterruptWired { get; init; } = true;

        /// <summary>With a chip: sees every transfer; null where none looks.</summary>
        public ISpiTap? SpiTap { get; init; }

        /// <summary>Puts another port between the controller and the one it would have; null for none.</summary>
        public Func<CanPort, CanPort>? WrapPort { get; init; }

        /// <summary>Changes the parameter block of the controller, which starts as the preset of the cell's chemistry; null leaves it.</summary>
        public Action<ParameterBlock>? ConfigureParameters { get; init; }
    }
}
