using System.Globalization;
using System.Text;
using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>The identification as a command: reads the tests, fits, prints the errors, writes the cell file.</summary>
    public static class IdentifyCommand
    {
        /// <summary>Fits one of the project's cells.</summary>
        /// <param name="dataDir">The folder with the measured cells.</param>
        /// <param name="cell">One of <see cref="CellRecipe.Names"/>.</param>
        /// <param name="outFile">Where the cell file goes; written whole or not at all.</param>
        /// <param name="output">Takes the progress, the table of errors and, on failure, one line.</param>
        /// <returns>0, or 2 where an argument or a file is at fault.</returns>
        public static int Run(string dataDir, string cell, string outFile, TextWriter output)
        {
            string unfinished = outFile + ".tmp";
            try
            {
                IdentificationResult result = CellIdentifier.Identify(dataDir, cell, new LineProgress(output));
                output.WriteLine(Table(result.FitErrors));
                File.WriteAllText(unfinished, result.Parameters.ToJson(), new UTF8Encoding(false));
                File.Move(unfinished, outFile, true);
                output.WriteLine($"wrote {outFile}");
                return 0;
            }
            catch (Exception e) when (e is MeasuredTestException or CellFileException or UnidentifiableException or ArgumentException)
            {
                output.WriteLine("error: " + e.Message);
                return 2;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                output.WriteLine($"error: {outFile}: cannot be written: {e.Message.ReplaceLineEndings(" ")}; choose a folder that exists and is writable");
                if (File.Exists(unfinished))
                {
                    File.Delete(unfinished);
                }

                return 2;
            }
        }

        /// <summary>The errors as a table, one line per test.</summary>
        public static string Table(IReadOnlyList<CellFitError> errors)
        {
            var text = new StringBuilder();
            int width = errors.Max(e => e.File.Length);
            text.Append("test".PadRight(width)).Append("  role    rms mV  rms mV from 5 % SoC\n");
            foreach (CellFitError e in errors)
            {
                text.Append(e.File.PadRight(width)).Append(e.Fitted ? "  fitted" : "  judged")
                    .Append(e.RmsMv.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(8))
                    .Append(e.RmsFrom5PercentMv.ToString("0.0", CultureInfo.InvariantCulture).PadLeft(21)).Append('\n');
            }

            text.Append("\ntemperature  fitted: rms mV   judged: rms mV\n");
            foreach (IGrouping<string, CellFitError> group in errors.GroupBy(e => e.File.Split('/')[0]).OrderBy(g => double.TryParse(g.Key.TrimEnd('C'), CultureInfo.InvariantCulture, out double t) ? t : 0))
            {
                text.Append(group.Key.PadLeft(11)).Append(Rms(group.Where(e => e.Fitted)).PadLeft(16)).Append(Rms(group.Where(e => !e.Fitted)).PadLeft(17)).Append('\n');
            }

            return text.ToString().TrimEnd('\n');
        }

        // Tests count alike, whatever their length.
        private static string Rms(IEnumerable<CellFitError> errors)
        {
            double[] squares = [.. errors.Select(e => e.RmsMv * e.RmsMv)];
            return squares.Length == 0 ? "-" : Math.Sqrt(squares.Average()).ToString("0.0", CultureInfo.InvariantCulture);
        }

        private sealed class LineProgress(TextWriter output) : IProgress<IdentificationProgress>
        {
            private int _tenths = -1;

            public void Report(IdentificationProgress value)
            {
                int tenths = (int)(10 * value.Fraction);
                if (tenths > _tenths)
                {
                    _tenths = tenths;
                    output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{10 * tenths,3} %  {value.Step}"));
                    output.Flush();
                }
            }
        }
    }
}
