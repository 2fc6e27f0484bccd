using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Core.Protection;
using Bms.Identification;
using Bms.Plant.Cells;

namespace Bms.Cli.Replay
{
    /// <summary><c>bms replay</c>: a measured single-cell test, shown to the real firmware as frames.</summary>
    internal static class ReplayCommand
    {
        internal static readonly string CellHelp = $"Cell of the test: {string.Join(", ", CellParameters.EmbeddedNames)}, or a cell file ending in .json. Gives the firmware chemistry and capacity.";

        public static Command Create(CliHost host)
        {
            var file = new Argument<string>("FILE") { Description = "CSV file, plain or gzip, with the columns time_s, current_a (positive charges), voltage_v, temperature_c, and charge_ah or soc." };
            var cell = new Option<string>("--cell") { Description = CellHelp, Required = true, HelpName = "name" };
            Option<double?> initialSoc = Options.OptionalNumber("--initial-soc", 0, 1, "0..1", "Stored state of charge that the firmware starts from. Without it the firmware starts from the voltage.");
            Option<double?> capacity = Options.OptionalNumber("--capacity-ah", 0.1, 2000, "Ah", "Capacity for the firmware, and for the reference where the file has charge_ah. Default: that of the cell file.");
            Option<double> offset = Options.Number("--current-offset-a", -1000, 1000, "A", "Error of the current sensor: added to the measured current, positive towards charging.", 0);
            Option<double> gain = Options.Number("--current-gain", 0.1, 10, "", "Error of the current sensor: multiplies the measured current.", 1);
            Option<double> voltage = Options.Number("--voltage-offset-v", -1, 1, "V", "Error of the cell voltage: added to the measured voltage.", 0);
            Option<double?> temperature = Options.OptionalNumber("--temperature-c", -60, 120, "degC", "Temperature of the whole test, for a file without the column temperature_c.");
            Option<ulong?> seed = Options.Seed("Adds sensor noise (normal; 1 mV, 0.2 degC, 6.7 mA per Ah of capacity) from this seed. Without it nothing is added.");
            Option<string?> parameters = Options.Path("--params", "Parameter file for the firmware instead of the preset of the cell's chemistry; it then runs as one cell.");
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of text.");
            Option<string?> csv = Options.Path("--csv", "Write the trace: measurement, reference, estimate and its stated uncertainty for each sample.");
            Option<string?> plot = Options.Path("--plot", "Draw the trace as a PNG image.");
            var command = new Command("replay", "Show a measured single-cell test to the real firmware and judge its state of charge.")
            {
                file, cell, initialSoc, capacity, offset, gain, voltage, temperature, seed, parameters, json, csv, plot,
            };
            HelpWithExamples.SetNotes(
                command,
                "The test arrives as the frames of one cell module (every 100 ms), of the pack sensor (current every 10 ms) and of the host, with counter and",
                "CRC. A sample holds over the interval that ends at its time stamp. Rests that were not logged (jumps of more than 100 s) are run through at full",
                "length, with the mean current that charge_ah or soc tells and the voltage after the rest.",
                "Reference: the column soc, else 1 + charge_ah / capacity, for a test that starts full. Errors in points of state of charge (0.01 of the capacity);",
                "samples weigh as long as they last. A recorded current obeys no limit: after a trip the firmware reports it again and again, and goes on estimating.",
                "Use 2.778 Ah for the LG and 2.995 Ah for the Panasonic set (the cell files do) to compare with published figures.");
            HelpWithExamples.SetExamples(
                command,
                "bms replay lg-18650hg2/25C/la92.csv.gz --cell lg-18650hg2",
                "bms replay lg-18650hg2/0C/mixed1.csv.gz --cell lg-18650hg2 --initial-soc 0.8 --current-offset-a 0.05 --plot mixed1.png",
                "bms replay a123-26650-lfp/25C/udds-repeat.csv.gz --cell a123-26650 --json");
            command.SetAction(parsed =>
            {
                CellParameters parameterSet = CellParameters.LoadNameOrFile(parsed.GetRequiredValue(cell));
                using TextOutput? csvFile = TextOutput.Open(parsed.GetValue(csv));
                using TextOutput? plotFile = TextOutput.Open(parsed.GetValue(plot));
                MeasuredTest test = MeasuredTest.Read(parsed.GetRequiredValue(file), parsed.GetValue(temperature));
                var options = new ReplayOptions
                {
                    Cell = parameterSet,
                    CapacityAh = parsed.GetValue(capacity),
                    InitialSoc = parsed.GetValue(initialSoc),
                    CurrentOffsetA = parsed.GetValue(offset),
                    CurrentGain = parsed.GetValue(gain),
                    VoltageOffsetV = parsed.GetValue(voltage),
                    Seed = parsed.GetValue(seed),
                    Parameters = parsed.GetValue(parameters) is string path ? ParameterText.ReadFile(path) : null,
                };
                var watch = Stopwatch.StartNew();
                ReplayResult result = ReplayRun.Run(test, options, host.Stop);
                double wallS = watch.Elapsed.TotalSeconds;
                csvFile?.Complete(Trace(test, result));
                plotFile?.Complete(ReplayPlot.Png(test, result, Path.GetFileName(test.Name) + " on " + parameterSet.Name));
                if (plotFile is not null && !ReplayPlot.CanWriteText)
                {
                    host.Error.WriteLine($"bms: note: {plotFile.Path} has no text, as this machine has no fonts; install some, such as the package fonts-dejavu-core");
                }

                host.Out.WriteLine(parsed.GetValue(json) ? Json(test, options, result) : Text(test, options, result, wallS));
                if (!parsed.GetValue(json))
                {
                    foreach (TextOutput? written in new[] { csvFile, plotFile })
                    {
                        if (written is not null)
                        {
                            host.Out.WriteLine("wrote " + written.Path);
                        }
                    }
                }

                return ExitCode.Ok;
            });
            return command;
        }

        /// <summary>Name of a severity for people.</summary>
        internal static string SeverityName(int severity)
        {
            return severity switch { 0 => "over", 1 => "warning", 2 => "limit", 3 => "trip", _ => "unknown" };
        }

        private static string Text(MeasuredTest test, ReplayOptions options, ReplayResult result, double wallS)
        {
            var text = new StringBuilder();
            string start = options.InitialSoc is double soc ? string.Create(CultureInfo.InvariantCulture, $"stored SoC {soc:0.0 %}") : "the voltage";
            text.Append(CultureInfo.InvariantCulture, $"{test.Name}: {test.Count} samples, {(test.TimeS[^1] - test.TimeS[0]) / 3600:0.00} h, {options.Cell.Name}, {options.EffectiveCapacityAh:0.###} Ah, firmware starts from {start}\n");
            text.Append("                      RMSE     MAE     max   (points of state of charge)\n");
            Row(text, "whole run", result.Whole);
            Row(text, "after 10 min", result.AfterTenMinutes);
            text.Append(CultureInfo.InvariantCulture, $"  final SoC        true {Percent(result.FinalReferenceSoc)}   firmware {Percent(result.FinalEstimatedSoc)}\n");
            AddFaults(text, result);
            text.Append(CultureInfo.InvariantCulture, $"  {result.Cycles} cycles in {wallS:0.0} s: {result.SimulatedS / wallS:0} x real time");
            return text.ToString();
        }

        private static void Row(StringBuilder text, string name, SocError error)
        {
            text.Append(CultureInfo.InvariantCulture, $"  {name,-16}{100 * error.Rmse,8:0.00}{100 * error.Mae,8:0.00}{100 * error.Max,8:0.00}\n");
        }

        private static string Percent(double soc)
        {
            return double.IsNaN(soc) ? "unknown" : string.Create(CultureInfo.InvariantCulture, $"{100 * soc:0.00} %");
        }

        private static void AddFaults(StringBuilder text, ReplayResult result)
        {
            var rows = result.Faults.Where(f => f.Severity > 0).GroupBy(f => f.Fault).Select(g => (
                Fault: g.Key,
                First: g.First().TimeS,
                Worst: g.MaxBy(f => f.Severity),
                Count: g.Count())).OrderBy(r => r.First).ToArray();
            if (rows.Length == 0)
            {
                text.Append("  faults           none\n");
                return;
            }

            text.Append("  faults           first at   worst                                     raised\n");
            foreach (var row in rows)
            {
                string unit = FaultTable.UnitOf(row.Fault);
                string value = row.Worst.Value == int.MinValue ? "" : string.Create(CultureInfo.InvariantCulture, $"{row.Worst.Value}{(unit.Length > 0 ? " " + unit : "")}");
                string worst = $"{SeverityName(row.Worst.Severity)} at {Clock(row.Worst.TimeS).TrimStart()}, {value}".TrimEnd(' ', ',');
                text.Append(CultureInfo.InvariantCulture, $"    {Clock(row.First)}  {worst,-40}{row.Count,5} x  {FaultTable.NameOf(row.Fault)}\n");
            }
        }

        private static string Clock(double seconds)
        {
            double s = Math.Max(0, seconds);
            return string.Create(CultureInfo.InvariantCulture, $"{(int)(s / 3600),3}:{(int)(s / 60) % 60:00}:{s % 60:00.00}");
        }

        private static string Json(MeasuredTest test, ReplayOptions options, ReplayResult result)
        {
            return JsonText.Of(new
            {
                file = test.Name,
                cell = options.Cell.Name,
                capacityAh = options.EffectiveCapacityAh,
                samples = test.Count,
                durationS = test.TimeS[^1] - test.TimeS[0],
                initialSoc = options.InitialSoc,
                currentOffsetA = options.CurrentOffsetA,
                currentGain = options.CurrentGain,
                voltageOffsetV = options.VoltageOffsetV,
                seed = options.Seed,
                wholeRun = JsonText.Error(result.Whole),
                afterTenMinutes = JsonText.Error(result.AfterTenMinutes),
                finalSocTrue = JsonText.Number(result.FinalReferenceSoc),
                finalSocFirmware = JsonText.Number(result.FinalEstimatedSoc),
                faults = result.Faults.Select(f => new
                {
                    timeS = Math.Round(f.TimeS, 2),
                    fault = FaultTable.NameOf(f.Fault),
                    severity = SeverityName(f.Severity),
                    value = f.Value == int.MinValue ? (int?)null : f.Value,
                    unit = FaultTable.UnitOf(f.Fault),
                }),
            });
        }

        private static string Trace(MeasuredTest test, ReplayResult result)
        {
            var text = new StringBuilder(test.Count * 64);
            text.Append("time_s,current_a,voltage_v,temperature_c,soc_reference,soc_firmware,soc_error,soc_uncertainty\n");
            for (int k = 0; k < test.Count; k++)
            {
                double estimated = result.EstimatedSoc[k];
                text.Append(CultureInfo.InvariantCulture, $"{test.TimeS[k]:0.###},{test.CurrentA[k]:0.#####},{test.VoltageV[k]:0.#####},{test.TemperatureC[k]:0.##},{result.ReferenceSoc[k]:0.######},");
                if (!double.IsNaN(estimated))
                {
                    text.Append(CultureInfo.InvariantCulture, $"{estimated:0.0000},{estimated - result.ReferenceSoc[k]:0.######},{result.Uncertainty[k]:0.000}");
                }
                else
                {
                    text.Append(",,");
                }

                text.Append('\n');
            }

            return text.ToString();
        }
    }
}
