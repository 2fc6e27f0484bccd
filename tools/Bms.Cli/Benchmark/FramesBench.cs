using System.CommandLine;
using System.Globalization;
using Bms.Bench;
using Bms.Cli.CommandLine;
using Bms.Core.Measurement.Profiles;

namespace Bms.Cli.Benchmark
{
    /// <summary><c>bms bench frames</c>: random frames through the whole controller, for every profile.</summary>
    internal static class FramesBench
    {
        public static Command Create(CliHost host)
        {
            Option<double> count = Options.Number("--count", 1000, 1e10, "frames", "Random frames in all, shared by the profiles.", 10_000_000);
            Option<double> seed = Options.Number("--seed", 0, int.MaxValue, "", "Seed; the same one gives the same frames.", 20_261_125);
            var command = new Command("frames", "Random frames of every identifier, length and payload through the whole controller: no exception, no wrong value, protections unaffected.") { count, seed };
            HelpWithExamples.SetNotes(
                command,
                "Two parts for each profile: nothing but random frames, half of them with a right CRC; and random frames amid the good ones of a working pack, in which",
                "a real over-voltage must open the contactors as soon as without them.");
            command.SetAction(parsed =>
            {
                long frames = (long)parsed.GetValue(count);
                int start = (int)parsed.GetValue(seed);
                bool isGood = true;
                host.Out.WriteLine($"seed {start}\nmodules         sensor              random    left out   good amid noise   over-voltage opens after   without noise");
                foreach ((int modules, int sensor) in RandomFrames.Profiles)
                {
                    RandomFramesResult r = RandomFrames.Run(modules, sensor, frames / RandomFrames.Profiles.Count, start, host.Stop);
                    isGood &= r.Problem is null;
                    host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{ModuleProfile.NameOf(modules),-16}{SensorProfile.NameOf(sensor),-14}{r.Frames,12}{r.Skipped,12}{r.GoodFrames,18}{r.TripMs,24:0} ms{r.QuietTripMs,13:0} ms   {r.Problem}"));
                }

                return isGood ? ExitCode.Ok : ExitCode.CheckFailed;
            });
            return command;
        }
    }
}
