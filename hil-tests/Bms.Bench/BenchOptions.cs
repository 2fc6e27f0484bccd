using Bms.Core.Configuration;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>What a <see cref="VirtualBench"/> is made of.</summary>
    public sealed record BenchOptions
    {
        /// <summary>The simulated pack: cell, cells in series and in parallel, seed, initial state, ambient, sensors.</summary>
        public PackOptions Pack { get; init; } = new();

        /// <summary>Period of the controller's cycle in ms; also the step of the plant.</summary>
        public int CyclePeriodMs { get; init; } = 10;

        /// <summary>Value of the controller's clock at virtual time 0 in ms, to bring its roll-over into a test.</summary>
        public uint StartMs { get; init; }

        /// <summary>Bits per second of the bus.</summary>
        public int BitRate { get; init; } = 500_000;

        /// <summary>Frames the controller's receiver holds between two cycles.</summary>
        public int ReceiveQueueLength { get; init; } = 64;

        /// <summary>Time from the start of a cycle until its frames stand in the controller's transmit queue, in us.</summary>
        public long ControllerLatencyUs { get; init; } = 1000;

        /// <summary>Changes the parameter block of the controller, which starts as the preset of the cell's chemistry; null leaves it.</summary>
        public Action<ParameterBlock>? ConfigureParameters { get; init; }
    }
}
