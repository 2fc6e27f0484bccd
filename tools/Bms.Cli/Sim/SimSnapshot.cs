namespace Bms.Cli.Sim
{
    /// <summary>Everything the live view shows, at one moment. Values from frames are what a host tool reads; true ones are the plant's.</summary>
    internal sealed record SimSnapshot
    {
        public required double TimeS { get; init; }

        public required double Progress { get; init; }

        public required string Phase { get; init; }

        public required int PhaseNumber { get; init; }

        public required int PhaseCount { get; init; }

        public required double WallS { get; init; }

        public required int State { get; init; }

        public required (bool MainPositive, bool MainNegative, bool Precharge) Coils { get; init; }

        public required double PackVoltageV { get; init; }

        public required double PackCurrentA { get; init; }

        public required double ChargeLimitA { get; init; }

        public required double DischargeLimitA { get; init; }

        public required double LowestCellV { get; init; }

        public required double HighestCellV { get; init; }

        public required int LowestCellNumber { get; init; }

        public required int HighestCellNumber { get; init; }

        public required double LowestDegC { get; init; }

        public required double HighestDegC { get; init; }

        public required double TrueLowestDegC { get; init; }

        public required double TrueHighestDegC { get; init; }

        public required double Soc { get; init; }

        public required double SocUncertainty { get; init; }

        public required double TrueSoc { get; init; }

        public required bool HeaterOn { get; init; }

        public required bool CoolingOn { get; init; }

        public required bool BalancingOn { get; init; }

        /// <summary>Active faults as name and severity.</summary>
        public required IReadOnlyList<(string Name, int Severity)> Faults { get; init; }

        public required double BusLoad { get; init; }

        public required long Frames { get; init; }

        public required int ChecksPassed { get; init; }

        public required int ChecksFailed { get; init; }

        /// <summary>Events so far; the list grows.</summary>
        public required IReadOnlyList<SimEvent> Events { get; init; }

        /// <summary>Simulated seconds per second.</summary>
        public double Speed => WallS > 0 ? TimeS / WallS : 0;
    }

    /// <summary>Something that happened.</summary>
    /// <param name="TimeS">When, in s.</param>
    /// <param name="Text">What, for a person.</param>
    /// <param name="Tone">How good or bad.</param>
    internal readonly record struct SimEvent(double TimeS, string Text, Report.Tone Tone);
}
