using System.CommandLine;
using System.Globalization;
using Bms.Can.Live;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Cli.Device
{
    /// <summary><c>bms time</c>: tells a controller the time of this machine, once a second, so that it knows how long its pack has rested.</summary>
    internal static class TimeCommand
    {
        private static readonly DateTime Zero = new(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        // A machine whose clock was never set begins at 1970 or with its own making; what it would tell is no time.
        private static readonly DateTime Earliest = new(2024, 1, 1, 0, 0, 0, DateTimeKind.Utc);

        public static Command Create(CliHost host) => Create(host, TimeProvider.System);

        /// <summary>The verb with a clock of its own, for tests.</summary>
        internal static Command Create(CliHost host, TimeProvider clock)
        {
            var to = new Option<string>("--to")
            {
                Description = "Live bus: can0 (SocketCAN), slcan:/dev/ttyACM0[@500000], slcan:HOST:PORT, gvret:HOST:PORT.",
                HelpName = "bus",
                Required = true,
            };
            Option<int> count = Options.Whole("--count", 1, int.MaxValue, "Frames to send, one a second; left out: until Ctrl-C. The controller believes a clock from the second one on.", int.MaxValue);
            Option<int> id = Options.Whole("--clock-id", 0, 65534, "Which clock it is; left out: a checksum of this machine's name. The controller compares times of the same clock only.", IdOf(Environment.MachineName));
            Option<int> hostId = Options.Whole("--host-id", 0, 0x7C0, "The controller's parameter HostBaseId; the time goes out with the identifier after it.", (int)HostCommand.Id);
            var command = new Command("time", "Tell a controller the time of this machine, so that after a start it knows how long its pack has rested.") { to, count, id, hostId };
            HelpWithExamples.SetExamples(command, "bms time --to can0", "bms time --to slcan:/dev/ttyACM0 --count 3");
            HelpWithExamples.SetNotes(command, "Sends nothing but HostTime (0x101): no wish, no release. A vehicle's own host sends it beside its HostCommand.");
            command.SetAction(parsed =>
            {
                DateTime now = clock.GetUtcNow().UtcDateTime;
                if (now < Earliest)
                {
                    throw new CliFailure(string.Create(CultureInfo.InvariantCulture, $"clock: this machine's clock says {now:yyyy-MM-dd}, which cannot be; set it first (timedatectl)"));
                }

                using CanLink link = Logs.ReplayVerb.Open(parsed.GetRequiredValue(to));
                int sent = Send(link, clock, (uint)parsed.GetValue(hostId) + (HostTime.Id - HostCommand.Id), parsed.GetValue(id), parsed.GetValue(count), host.Stop);
                host.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"told {link.Name} the time {sent} times, the last one {clock.GetUtcNow().UtcDateTime:yyyy-MM-dd HH:mm:ss} UTC, clock {parsed.GetValue(id)}"));
                return ExitCode.Ok;
            });
            return command;
        }

        /// <summary>Number of a clock: the same for a name on every run and every machine.</summary>
        internal static int IdOf(string name)
        {
            uint hash = 2166136261;
            foreach (char letter in name)
            {
                hash = (hash ^ letter) * 16777619;
            }

            return (int)(hash % 65535);
        }

        private static int Send(CanLink link, TimeProvider clock, uint id, int clockId, int count, CancellationToken stop)
        {
            byte[] data = new byte[HostTime.Length];
            int seed = E2eProfile1.SeedOf(HostTime.DataId);
            int sent = 0;
            while (true)
            {
                HostTime.PackClockS(data, (int)Math.Min((clock.GetUtcNow().UtcDateTime - Zero).TotalSeconds, int.MaxValue - 1));
                HostTime.PackClockId(data, clockId);
                E2eProfile1.ProtectWithSeed(data, HostTime.Length, seed, sent % (E2eProfile1.MaxCounter + 1));
                link.Send(new CanFrameView(0, "", id, CanFrameFlags.None, HostTime.Length, data));
                link.Flush();
                sent++;
                if (sent == count || stop.WaitHandle.WaitOne(HostTime.PeriodMs))
                {
                    return sent;
                }
            }
        }
    }
}
