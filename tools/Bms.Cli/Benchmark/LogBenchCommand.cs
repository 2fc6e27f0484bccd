using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Text;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Export;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Benchmark
{
    /// <summary><c>bms bench log</c>: how many frames of a candump log each job takes in a second.</summary>
    internal static class LogBenchCommand
    {
        private const int FewestRounds = 3;
        private const int MostRounds = 20;

        // Rounds of a fast job go on for so long, so that the compiler's better code is measured too.
        private const double LeastS = 2;

        public static Command Create(CliHost host)
        {
            Option<int> frames = Options.Whole("--frames", 1000, 500_000_000, "Frames of the log.", 2_000_000);
            Option<string?> folder = Options.Path("--dir", "Where to write bench.dbc and bench.log, and to keep them for other tools; a temporary folder where it is left out.", "dir");
            Option<bool> json = Options.Flag("--json", "Print one JSON object instead of text.");
            var command = new Command("log", "Measure log reading: frames per second of parsing, decoding and export. The files are the same on every machine.") { frames, folder, json };
            HelpWithExamples.SetNotes(
                command,
                "Frames per second of wall time, best of at least three rounds, and of processor time: on a busy machine the latter is what one core does.",
                "30 messages, 5.5 signals on average; all of them are decoded to physical values.");
            command.SetAction(parsed =>
            {
                string? asked = parsed.GetValue(folder);
                string place = asked ?? Directory.CreateTempSubdirectory("bms-bench-").FullName;
                try
                {
                    Directory.CreateDirectory(place);
                    string log = Path.Combine(place, "bench.log");
                    File.WriteAllText(Path.Combine(place, "bench.dbc"), LogBenchFiles.Dbc());
                    LogBenchFiles.WriteLog(log, parsed.GetValue(frames), host.Stop);
                    List<Figure> figures = Measure(log, place, parsed.GetValue(frames), host);
                    host.Out.Write(parsed.GetValue(json) ? Json(figures) : Text(figures, parsed.GetValue(frames), log));
                }
                finally
                {
                    if (asked is null)
                    {
                        Directory.Delete(place, recursive: true);
                    }
                }

                return ExitCode.Ok;
            });
            return command;
        }

        private sealed record Figure(string Name, int Threads, double PerS, double PerCpuS, double Target);

        private static List<Figure> Measure(string log, string place, long frames, CliHost host)
        {
            DbcDatabase database = DbcDatabase.Parse(LogBenchFiles.Dbc(), "bench.dbc");
            var figures = new List<Figure>();
            void Add(string name, int threads, double target, Action job) => figures.Add(Best(name, threads, target, frames, job, host));
            LogPipelineOptions Threads(int threads) => new() { Threads = threads, Stop = host.Stop };

            Add("parse candump", 1, 0, () =>
            {
                using CanLogReader reader = CanLogReader.Open(log);
                var block = new CanFrameBlock();
                while (reader.Read(block))
                {
                }
            });
            void Decode(int threads) => LogPipeline.Run(log, database, Threads(threads), () => new Decoder(database), (decoder, batch) => decoder.Decode(batch), _ => { });
            Add("decode to physical values", 1, 10e6, () => Decode(1));
            if (Environment.ProcessorCount > 1)
            {
                // What two cores of this machine can do at all: beyond it nothing can scale.
                double one = figures[^1].PerS;
                figures.Add(Best("the same twice, apart", 2, 0, frames * 2, () => Task.WaitAll(Task.Run(() => Decode(1)), Task.Run(() => Decode(1))), host));
                Add("decode to physical values", 2, 1.8 * one, () => Decode(2));
            }

            Add("decode and hold all values", 1, 0, () =>
            {
                DecodedLog decoded = DecodedLog.Load(log, database, stop: host.Stop);
                foreach (DecodedMessage message in decoded.Messages)
                {
                    for (int signal = 0; signal < message.Message.Signals.Count; signal++)
                    {
                        message.Values(signal);
                    }
                }
            });
            int all = Environment.ProcessorCount;
            foreach (TableLayout layout in new[] { TableLayout.Wide, TableLayout.Long, TableLayout.JsonLines })
            {
                Add(layout == TableLayout.JsonLines ? "to JSON lines" : $"to {layout.ToString().ToLowerInvariant()} CSV", all, layout == TableLayout.JsonLines ? 0 : 2e6, () =>
                {
                    using FileStream output = File.Create(Path.Combine(place, "bench.out"));
                    TableExport.Write(log, database, output, new ExportOptions { Layout = layout }, Threads(all));
                });
            }

            Add("to Parquet", all, 3e6, () => ParquetExport.Write(log, database, new ParquetPlace { Folder = Path.Combine(place, "parquet") }, new ExportOptions(), Threads(all)));
            Add("to ASC", 1, 5e6, () =>
            {
                using CanLogReader reader = CanLogReader.Open(log);
                using CanLogWriter writer = CanLogWriter.Create(Path.Combine(place, "bench.asc"), CanLogFormat.Asc);
                var block = new CanFrameBlock();
                while (reader.Read(block))
                {
                    writer.Write(block, reader.Channels);
                }

                writer.Complete();
            });
            return figures;
        }

        private static Figure Best(string name, int threads, double target, long frames, Action job, CliHost host)
        {
            double best = 0;
            double bestCpu = 0;
            using var process = Process.GetCurrentProcess();
            var all = Stopwatch.StartNew();
            for (int round = 0; round < FewestRounds || (round < MostRounds && all.Elapsed.TotalSeconds < LeastS); round++)
            {
                host.Stop.ThrowIfCancellationRequested();
                process.Refresh();
                TimeSpan before = process.TotalProcessorTime;
                var watch = Stopwatch.StartNew();
                job();
                best = Math.Max(best, frames / watch.Elapsed.TotalSeconds);
                process.Refresh();
                bestCpu = Math.Max(bestCpu, frames / (process.TotalProcessorTime - before).TotalSeconds);
            }

            return new Figure(name, threads, best, bestCpu, target);
        }

        private static string Text(List<Figure> figures, long frames, string log)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{frames} frames, {new FileInfo(log).Length / 1e6:0} MB, 30 messages, 5.5 signals per frame; million frames per second\n");
            text.Append(CultureInfo.InvariantCulture, $"{"job",-28} {"threads",7} {"of wall time",12} {"of CPU time",12} {"target",7}\n");
            foreach (Figure figure in figures)
            {
                string target = figure.Target > 0 ? (figure.Target / 1e6).ToString("0", CultureInfo.InvariantCulture) : "";
                text.Append(CultureInfo.InvariantCulture, $"{figure.Name,-28} {figure.Threads,7} {figure.PerS / 1e6,12:0.00} {figure.PerCpuS / 1e6,12:0.00} {target,7}\n");
            }

            return text.ToString();
        }

        private static string Json(List<Figure> figures) => JsonText.Of(figures.Select(figure => new
        {
            job = figure.Name,
            threads = figure.Threads,
            framesPerSecond = JsonText.Number(figure.PerS, 0),
            framesPerCpuSecond = JsonText.Number(figure.PerCpuS, 0),
        })) + "\n";

        /// <summary>Decodes every signal of a batch into a buffer that is used again.</summary>
        private sealed class Decoder(DbcDatabase database)
        {
            private readonly MessageColumns[] _columns = [.. database.Messages.Select(message => new MessageColumns(message))];
            private double[] _values = new double[4096];

            public double Decode(FrameBatch batch)
            {
                double guard = 0;
                for (int slot = 0; slot < _columns.Length; slot++)
                {
                    if (batch.Groups.Of(slot) is not { Count: > 0 } frames)
                    {
                        continue;
                    }

                    if (_values.Length < frames.Count)
                    {
                        _values = new double[frames.Count * 2];
                    }

                    _columns[slot].Use(frames);
                    for (int signal = 0; signal < _columns[slot].Columns.Count; signal++)
                    {
                        _columns[slot].Decode(signal, _values.AsSpan(0, frames.Count));
                        guard += _values[0];
                    }
                }

                return guard;
            }
        }
    }
}
