namespace Bms.Plant.Cells
{
    /// <summary>Where the figures of a cell file come from, and how far they can be trusted.</summary>
    public sealed class CellOrigin
    {
        /// <summary>Name and authors of the measurements, or what stands in for them.</summary>
        public string DataSet { get; init; } = "";

        /// <summary>Digital object identifier or address of the measurements; empty where there is none.</summary>
        public string Doi { get; init; } = "";

        /// <summary>Licence of the measurements (not of this file).</summary>
        public string Licence { get; init; } = "";

        /// <summary>One sentence on how the figures were found.</summary>
        public string Method { get; init; } = "";

        /// <summary>Model error against each measured file, in the order of the evaluation.</summary>
        public IReadOnlyList<CellFitError> FitErrors { get; init; } = [];
    }

    /// <summary>RMS voltage error of the model against one measured file.</summary>
    /// <param name="File">Path below the cell's data folder, such as <c>25C/mixed1.csv.gz</c>.</param>
    /// <param name="Fitted">True where the file took part in the fit, false where it only judges.</param>
    /// <param name="RmsMv">Error over the whole file, in mV.</param>
    /// <param name="RmsFrom5PercentMv">Error over the samples at 5 % reference state of charge and above, in mV.</param>
    public sealed record CellFitError(string File, bool Fitted, double RmsMv, double RmsFrom5PercentMv);
}
