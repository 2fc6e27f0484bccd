using System.CommandLine;
using System.Globalization;
using System.Text;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Cli.Profiles;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Protection;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log cells</c>: cell voltages, temperatures, balancing, extremes and faults of a log.</summary>
    internal static class CellsVerb
    {
        private const int Buckets = 2000;

        private static readonly string[] Severities = ["cleared", "warning", "limit", "trip"];

        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            Option<string> profile = Options.Choice("--profile", "Cell modules in the log; reference are those of this project, with balancing and faults.", "reference", ProfileNames.Modules);
            Option<int> perModule = Options.Whole("--cells-per-module", 0, 13, "Cells of a module; 0 for the usual ones of its kind.", 0);
            Option<bool> lenient = LogOptions.Lenient();
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of tables.");
            Option<string?> output = Options.Path("--out", "Also draw: a .png, or an .html to zoom in.");
            var command = new Command("cells", "Cell voltages, temperatures, balancing, extremes and faults of a log of ours or of a supported cell module.") { log, profile, perModule, lenient, json, output };
            HelpWithExamples.SetExamples(command, "bms log cells out/sim.log --out cells.html", "bms log cells module.trc --profile bmw-i3 --cells-per-module 12");
            HelpWithExamples.SetNotes(command, "Voltages in mV, temperatures in degC, cells from 1 at the negative end. The frames are read by the firmware's own code, CRC and counter included.");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                string source = parsed.GetRequiredValue(log);
                string name = parsed.GetRequiredValue(profile);
                int kind = Array.IndexOf(ProfileNames.Modules, name);
                int cells = parsed.GetValue(perModule);
                if (cells != 0 && (cells < ModuleProfile.FewestCells(kind) || cells > ModuleProfile.MostCells(kind)))
                {
                    throw new CliFailure($"--cells-per-module is {cells}: a module of {name} has {ModuleProfile.FewestCells(kind)} to {ModuleProfile.MostCells(kind)}");
                }

                string? target = parsed.GetValue(output);
                string ending = Path.GetExtension(target ?? ".png").ToLowerInvariant();
                if (ending is not (".png" or ".html" or ".htm"))
                {
                    throw new CliFailure($"--out is '{target}': give a file that ends in .png or .html");
                }

                using TextOutput? file = TextOutput.Open(target);
                CellHistory history = Read(source, kind, cells, parsed.GetValue(lenient), host);
                if (history.Cells.Count == 0)
                {
                    throw new CliFailure($"{source}: no cell voltage of the profile {name} is in it; 'bms log stats' shows what is, 'bms profile check' why frames are refused");
                }

                host.Out.Write(parsed.GetValue(json) ? Json(history) : Text(history));
                if (file is not null)
                {
                    TraceSet set = Traces(history);
                    string title = $"Cells of {Path.GetFileName(source)}";
                    if (ending == ".png")
                    {
                        file.Complete(TracePicture.Png(set, title, 1600));
                    }
                    else
                    {
                        file.Complete(TracePicture.Html(set, title, string.Create(CultureInfo.InvariantCulture, $"{history.Cells.Count} cells, profile {name}")));
                    }

                    host.Out.WriteLine($"wrote {target}");
                }

                return ExitCode.Ok;
            }));
            return command;
        }

        private static CellHistory Read(string source, int kind, int cells, bool lenient, CliHost host)
        {
            var history = new CellHistory(kind, cells);
            using var progress = new ProgressLine(host);
            using (CanLogReader reader = CanLogReader.Open(source, LogOptions.Read(lenient)))
            {
                history.Read(reader, progress);
            }

            // Standard input can be read only once; balancing and faults need a second look.
            if (kind == 0 && source != "-")
            {
                using CanLogReader again = CanLogReader.Open(source, LogOptions.Read(lenient));
                history.ReadController(again, progress);
            }

            return history;
        }

        private static TraceSet Traces(CellHistory history)
        {
            var set = TraceSet.Empty(history.FirstNs, history.LastNs, Buckets);
            foreach ((int cell, ElementHistory values) in history.Cells)
            {
                set.Add(string.Create(CultureInfo.InvariantCulture, $"cell {cell + 1}"), "V", values.Times, values.Values);
            }

            set.Add("highest - lowest cell", "mV", history.Spread.Times, history.Spread.Values);
            foreach (((int module, int sensor), ElementHistory values) in history.Temperatures)
            {
                set.Add(string.Create(CultureInfo.InvariantCulture, $"module {module + 1}, sensor {sensor + 1}"), "degC", values.Times, values.Values);
            }

            return set;
        }

        private static string Text(CellHistory history)
        {
            var text = new StringBuilder();
            string At(long timeNs) => ((timeNs - history.FirstNs) * 1e-9).ToString("0.000", CultureInfo.InvariantCulture);
            (int low, ElementHistory lowest) = history.Cells.MinBy(cell => cell.Value.Lowest);
            (int high, ElementHistory highest) = history.Cells.MaxBy(cell => cell.Value.Highest);
            text.Append(CultureInfo.InvariantCulture, $"{history.Cells.Count} cells, {history.Temperatures.Count} temperatures, {(history.LastNs - history.FirstNs) * 1e-9:0.0} s\n");
            text.Append(CultureInfo.InvariantCulture, $"lowest cell   {lowest.Lowest} mV, cell {low + 1} at {At(lowest.LowestNs)} s\n");
            text.Append(CultureInfo.InvariantCulture, $"highest cell  {highest.Highest} mV, cell {high + 1} at {At(highest.HighestNs)} s\n");
            text.Append(CultureInfo.InvariantCulture, $"spread        {history.Spread.Lowest}..{history.Spread.Highest} mV, at the end {history.Spread.Last} mV\n");
            if (history.Temperatures.Count > 0)
            {
                ((int module, int sensor), ElementHistory coldest) = history.Temperatures.MinBy(one => one.Value.Lowest);
                ((int hotModule, int hotSensor), ElementHistory hottest) = history.Temperatures.MaxBy(one => one.Value.Highest);
                text.Append(CultureInfo.InvariantCulture, $"coldest       {coldest.Lowest / 10.0:0.0} degC, module {module + 1} sensor {sensor + 1} at {At(coldest.LowestNs)} s\n");
                text.Append(CultureInfo.InvariantCulture, $"hottest       {hottest.Highest / 10.0:0.0} degC, module {hotModule + 1} sensor {hotSensor + 1} at {At(hottest.HighestNs)} s\n");
            }

            text.Append("\ncell  module  values  lowest mV  mean mV  highest mV  last mV  bled s\n");
            foreach ((int cell, ElementHistory values) in history.Cells)
            {
                text.Append(CultureInfo.InvariantCulture, $"{cell + 1,4}{(cell / history.CellsPerModule) + 1,8}{values.Count,8}{values.Lowest,11}{values.Mean,9:0.0}{values.Highest,12}{values.Last,9}{history.BleedS.GetValueOrDefault(cell),8:0.0}\n");
            }

            if (history.Faults.Count > 0)
            {
                text.Append("\n      time s  fault                     severity         value\n");
                foreach (FaultChange fault in history.Faults)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{At(fault.TimeNs),12}  {NameOf(fault.Fault),-24}  {Severities[fault.Severity & 3],-8}  {fault.Value,12}\n");
                }
            }

            return text.ToString();
        }

        private static string NameOf(int fault) => fault < FaultId.Count ? FaultTable.NameOf(fault) : fault.ToString(CultureInfo.InvariantCulture);

        private static string Json(CellHistory history) => JsonText.Of(new
        {
            durationS = JsonText.Number((history.LastNs - history.FirstNs) * 1e-9),
            spreadMv = new { lowest = history.Spread.Lowest, highest = history.Spread.Highest, last = history.Spread.Last },
            cells = history.Cells.Select(cell => new
            {
                cell = cell.Key + 1,
                values = cell.Value.Count,
                lowestMv = cell.Value.Lowest,
                meanMv = JsonText.Number(cell.Value.Mean, 2),
                highestMv = cell.Value.Highest,
                lastMv = cell.Value.Last,
                bledS = JsonText.Number(history.BleedS.GetValueOrDefault(cell.Key), 1),
            }),
            temperatures = history.Temperatures.Select(one => new
            {
                module = one.Key.Module + 1,
                sensor = one.Key.Sensor + 1,
                lowestC = JsonText.Number(one.Value.Lowest / 10.0, 1),
                highestC = JsonText.Number(one.Value.Highest / 10.0, 1),
                lastC = JsonText.Number(one.Value.Last / 10.0, 1),
            }),
            faults = history.Faults.Select(fault => new
            {
                timeS = JsonText.Number((fault.TimeNs - history.FirstNs) * 1e-9),
                fault = NameOf(fault.Fault),
                severity = Severities[fault.Severity & 3],
                value = fault.Value,
            }),
        }) + "\n";
    }
}
