namespace Bms.Cli.Report
{
    /// <summary>How good or bad something is, for its colour.</summary>
    public enum Tone
    {
        /// <summary>Neither.</summary>
        Neutral,

        /// <summary>As it should be.</summary>
        Good,

        /// <summary>Worth a look.</summary>
        Warning,

        /// <summary>Restricts the pack.</summary>
        Limit,

        /// <summary>Failed, or tripped.</summary>
        Bad,

        /// <summary>At work: a heater, a closed contactor.</summary>
        Active,
    }

    /// <summary>One number at the head of the report.</summary>
    /// <param name="Label">What it is.</param>
    /// <param name="Value">The number with its unit.</param>
    /// <param name="Note">A few words below it.</param>
    /// <param name="Tone">Colour of the value.</param>
    public sealed record Tile(string Label, string Value, string Note = "", Tone Tone = Tone.Neutral);

    /// <summary>A stretch of time with a name.</summary>
    /// <param name="StartS">Begin in s.</param>
    /// <param name="EndS">End in s.</param>
    /// <param name="Text">Name.</param>
    /// <param name="Tone">Colour.</param>
    public sealed record Span(double StartS, double EndS, string Text, Tone Tone = Tone.Neutral);

    /// <summary>A row of stretches on the common time axis.</summary>
    /// <param name="Name">Name beside the row.</param>
    /// <param name="Spans">Stretches in order.</param>
    public sealed record Lane(string Name, IReadOnlyList<Span> Spans);

    /// <summary>One line of a chart: lowest and highest value of each bucket of the common time axis, so that peaks survive.</summary>
    /// <param name="Name">Name in the legend.</param>
    /// <param name="Low">Lowest value of each bucket; NaN where there is none.</param>
    /// <param name="High">Highest value of each bucket.</param>
    /// <param name="Colour">Colour from 1 to 6.</param>
    /// <param name="IsDashed">True for limits and references.</param>
    /// <param name="IsHidden">True where the line shows only after a click on its name.</param>
    public sealed record Series(string Name, float[] Low, float[] High, int Colour, bool IsDashed = false, bool IsHidden = false);

    /// <summary>Lines of one unit over time.</summary>
    /// <param name="Title">Title.</param>
    /// <param name="Unit">Unit of all its lines.</param>
    /// <param name="Decimals">Decimals that matter.</param>
    /// <param name="Series">Lines.</param>
    /// <param name="Note">One sentence below the title.</param>
    public sealed record Chart(string Title, string Unit, int Decimals, IReadOnlyList<Series> Series, string Note = "");

    /// <summary>A cell of a table.</summary>
    /// <param name="Text">Text.</param>
    /// <param name="Tone">Colour; other than neutral makes it a badge.</param>
    /// <param name="TimeS">Time that a click shows in the charts; NaN for none.</param>
    public sealed record Cell(string Text, Tone Tone = Tone.Neutral, double TimeS = double.NaN)
    {
        /// <summary>Plain text is a plain cell.</summary>
        public static implicit operator Cell(string text) => new(text);
    }

    /// <summary>A table.</summary>
    /// <param name="Title">Title.</param>
    /// <param name="Heads">Heads of the columns; one that ends in <c>&gt;</c> is aligned to the right.</param>
    /// <param name="Rows">Rows.</param>
    /// <param name="IsFolded">True where it opens on a click.</param>
    public sealed record Table(string Title, IReadOnlyList<string> Heads, IReadOnlyList<IReadOnlyList<Cell>> Rows, bool IsFolded = false);

    /// <summary>Everything a report shows.</summary>
    public sealed record ReportModel
    {
        /// <summary>Title of the page.</summary>
        public required string Title { get; init; }

        /// <summary>One line below the title.</summary>
        public required string Subtitle { get; init; }

        /// <summary>Result in a few words.</summary>
        public required string Verdict { get; init; }

        /// <summary>Colour of the result.</summary>
        public required Tone VerdictTone { get; init; }

        /// <summary>Numbers at the head.</summary>
        public required IReadOnlyList<Tile> Tiles { get; init; }

        /// <summary>Phases, shaded in every chart.</summary>
        public required IReadOnlyList<Span> Phases { get; init; }

        /// <summary>Charts from top to bottom.</summary>
        public required IReadOnlyList<Chart> Charts { get; init; }

        /// <summary>Rows of states below the charts.</summary>
        public required IReadOnlyList<Lane> Lanes { get; init; }

        /// <summary>Tables between head and charts.</summary>
        public required IReadOnlyList<Table> TablesAbove { get; init; }

        /// <summary>Tables below the charts.</summary>
        public required IReadOnlyList<Table> TablesBelow { get; init; }

        /// <summary>Width of a bucket of the time axis in s.</summary>
        public required double BucketS { get; init; }

        /// <summary>End of the time axis in s.</summary>
        public required double DurationS { get; init; }

        /// <summary>Line at the foot.</summary>
        public string Footer { get; init; } = "";
    }
}
