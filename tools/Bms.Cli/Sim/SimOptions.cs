using Bms.Bench;
using Bms.Core.Configuration;

namespace Bms.Cli.Sim
{
    /// <summary>What <c>bms sim</c> was asked for.</summary>
    internal sealed record SimOptions
    {
        public required string Scenario { get; init; }

        public required ulong Seed { get; init; }

        public required int Cells { get; init; }

        /// <summary>Name of an embedded cell, or path of a cell file.</summary>
        public required string Cell { get; init; }

        /// <summary>What stands between the firmware and the bus.</summary>
        public CanDriver Driver { get; init; }

        /// <summary>Kind of the cell modules, one of <see cref="Core.Measurement.Profiles.ModuleProfile"/>.</summary>
        public int ModuleProfile { get; init; }

        /// <summary>Kind of the current sensor, one of <see cref="Core.Measurement.Profiles.SensorProfile"/>.</summary>
        public int SensorProfile { get; init; }

        /// <summary>Longest virtual time in s; infinity for the whole scenario.</summary>
        public required double LongestS { get; init; }

        /// <summary>Highest speed as a multiple of real time; infinity for as fast as it goes.</summary>
        public required double Speed { get; init; }

        public required string? LogPath { get; init; }

        public required string? ReportPath { get; init; }

        /// <summary>Parameter block in place of the preset, or null.</summary>
        public required ParameterBlock? Parameters { get; init; }

        /// <summary>File it came from.</summary>
        public required string? ParametersPath { get; init; }
    }
}
