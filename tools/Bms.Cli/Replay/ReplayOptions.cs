using Bms.Core.Configuration;
using Bms.Plant.Cells;

namespace Bms.Cli.Replay
{
    /// <summary>How a measured test is shown to the firmware.</summary>
    public sealed record ReplayOptions
    {
        /// <summary>The cell; gives chemistry and capacity to the firmware.</summary>
        public required CellParameters Cell { get; init; }

        /// <summary>Capacity in Ah for the firmware and for a reference that is counted; null takes the cell file's.</summary>
        public double? CapacityAh { get; init; }

        /// <summary>Stored state of charge that the firmware starts from, 0..1; null lets it start from the voltage.</summary>
        public double? InitialSoc { get; init; }

        /// <summary>Added to the current in A.</summary>
        public double CurrentOffsetA { get; init; }

        /// <summary>Multiplies the current before the offset is added.</summary>
        public double CurrentGain { get; init; } = 1;

        /// <summary>Added to the cell voltage in V.</summary>
        public double VoltageOffsetV { get; init; }

        /// <summary>Seed of the sensors' noise; null for none.</summary>
        public ulong? Seed { get; init; }

        /// <summary>Parameter block for the firmware; null takes the preset of the cell's chemistry for one cell.</summary>
        public ParameterBlock? Parameters { get; init; }

        /// <summary>Capacity in Ah that counts.</summary>
        public double EffectiveCapacityAh => CapacityAh ?? Cell.CapacityAh;
    }
}
