using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using Bms.Can.Live;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Core.Configuration;

namespace Bms.Cli.Logs
{
    /// <summary><c>bms log replay</c>: a log onto a live bus at its own pace, or to the firmware on the virtual bench.</summary>
    internal static class ReplayVerb
    {
        // Below this a sleep overshoots; the rest is waited for actively.
        private const double ShortestSleepS = 0.002;

        public static Command Create(CliHost host)
        {
            Argument<string> log = LogOptions.Log();
            var to = new Option<string>("--to")
            {
                Description = "Live bus: can0 (SocketCAN), slcan:/dev/ttyACM0[@500000], slcan:HOST:PORT, gvret:HOST:PORT; or bench: the firmware, in simulated time.",
                HelpName = "bus",
                Required = true,
            };
            Option<double> speed = Options.Number("--speed", 0, 1000, "", "Pace: 1 as recorded, 2 twice as fast, 0 as fast as the bus takes it.", 1);
            Option<string?> from = LogOptions.From();
            Option<string?> end = new("--until") { Description = "Moment behind the last one.", HelpName = "time" };
            Option<string[]> bus = LogOptions.Bus();
            Option<string?> parameters = Options.Path("--params", "Bench: parameter block of the firmware; the NMC preset for 96 cells where it is left out.");
            Option<bool> lenient = LogOptions.Lenient();
            var command = new Command("replay", "Send a log to a live bus at its own pace, or show it to the firmware on the virtual bench.") { log, to, speed, from, end, bus, parameters, lenient };
            HelpWithExamples.SetExamples(command, "bms log replay drive.log --to can0", "bms log replay drive.blf --to slcan:/dev/ttyACM0@250000 --speed 2", "bms log replay out/sim.log --to bench");
            HelpWithExamples.SetNotes(command, "Frames that the recording node sent itself are sent too. A real pack must not be connected: what is replayed is believed.");
            command.SetAction(parsed => LogOptions.Run(() =>
            {
                string target = parsed.GetRequiredValue(to);
                LogWindow window = LogOptions.Window(parsed.GetValue(from), parsed.GetValue(end), parsed.GetValue(bus));
                using CanLogReader reader = CanLogReader.Open(parsed.GetRequiredValue(log), LogOptions.Read(parsed.GetValue(lenient)));
                if (target == "bench")
                {
                    string? path = parsed.GetValue(parameters);
                    var bench = new LogOnBench(path is null ? Presets.Nmc(96, 50_000) : ParameterText.ReadFile(path));
                    host.Out.Write(bench.Run(reader, window, host.Stop));
                    return ExitCode.Ok;
                }

                using CanLink link = Open(target);
                (long sent, long unfit, double worstLateMs) = Send(reader, window, link, parsed.GetValue(speed), host);
                string left = unfit > 0 ? string.Create(CultureInfo.InvariantCulture, $", {unfit} left out that this bus cannot carry") : "";
                left += link.Refused > 0 ? string.Create(CultureInfo.InvariantCulture, $", the adapter refused {link.Refused} times") : "";
                host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"sent {sent} frames to {link.Name}{left}; the latest was {worstLateMs:0.0} ms late"));
                return ExitCode.Ok;
            }));
            return command;
        }

        /// <summary>Opens what <c>--to</c> names.</summary>
        /// <exception cref="CliFailure">It names no live bus.</exception>
        internal static CanLink Open(string target)
        {
            try
            {
                return CanLink.Open(target);
            }
            catch (ArgumentException fault)
            {
                throw new CliFailure("--to: " + fault.Message);
            }
        }

        private static (long Sent, long Unfit, double WorstLateMs) Send(CanLogReader reader, LogWindow window, CanLink link, double speed, CliHost host)
        {
            var block = new CanFrameBlock(256);
            var watch = new Stopwatch();
            long firstNs = 0;
            long startNs = 0;
            long sent = 0;
            long unfit = 0;
            double worst = 0;
            bool hasFirst = false;
            using var progress = new ProgressLine(host);
            while (reader.Read(block))
            {
                if (!hasFirst)
                {
                    hasFirst = true;
                    firstNs = block.TimeNs[0];
                }

                window.Cut(block, firstNs, reader.Channels);
                for (int index = 0; index < block.Count; index++)
                {
                    if (!watch.IsRunning)
                    {
                        startNs = block.TimeNs[index];
                        watch.Start();
                    }

                    if (speed > 0)
                    {
                        double late = WaitUntil((block.TimeNs[index] - startNs) * 1e-9 / speed, watch, link, host.Stop);
                        worst = Math.Max(worst, late * 1e3);
                    }

                    var frame = new CanFrameView(block.TimeNs[index], reader.Channels[block.Channel[index]], block.Id[index], block.Flags[index], block.Length[index], block.Data(index));
                    bool isSent = link.Send(frame);
                    sent += isSent ? 1 : 0;
                    unfit += isSent ? 0 : 1;
                }

                progress.Report(reader.TotalBytes > 0 ? (double)reader.BytesRead / reader.TotalBytes : double.NaN);
            }

            link.Flush();
            return (sent, unfit, worst);
        }

        /// <summary>Waits for a moment and says by how much it was missed, in s.</summary>
        private static double WaitUntil(double dueS, Stopwatch watch, CanLink link, CancellationToken stop)
        {
            double leftS = dueS - watch.Elapsed.TotalSeconds;
            if (leftS > 0)
            {
                // Nothing is held back while there is time.
                link.Flush();
                while ((leftS = dueS - watch.Elapsed.TotalSeconds) > 0)
                {
                    if (leftS > ShortestSleepS && stop.WaitHandle.WaitOne(TimeSpan.FromSeconds(Math.Min(leftS - (ShortestSleepS / 2), 1))))
                    {
                        stop.ThrowIfCancellationRequested();
                    }
                }
            }

            return Math.Max(0, -leftS);
        }
    }
}
