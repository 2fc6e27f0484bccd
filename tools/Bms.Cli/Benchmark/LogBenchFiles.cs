using System.Globalization;
using System.Text;
using Bms.Can.Io;

namespace Bms.Cli.Benchmark
{
    /// <summary>Writes the DBC file and the candump log that log tools are measured with: 30 messages with 5.5 signals on average, the same bytes on every machine.</summary>
    /// <remarks>Every fifth message has a 29-bit identifier; half of the signals are big endian, a third are signed; values wander as measured ones do.</remarks>
    internal static class LogBenchFiles
    {
        public const int Messages = 30;
        private const uint Seed = 20261125;

        /// <summary>Identifier of a message.</summary>
        private static uint IdOf(int message) => message % 5 == 4 ? 0x18FF_0000u + (uint)(message << 8) : 0x100u + (uint)(message * 16);

        private static bool IsExtended(int message) => message % 5 == 4;

        /// <summary>The DBC file as text.</summary>
        public static string Dbc()
        {
            var text = new StringBuilder("VERSION \"bench\"\n\nNS_ :\n\nBS_:\n\nBU_: Sender\n\n");
            for (int message = 0; message < Messages; message++)
            {
                text.Append(CultureInfo.InvariantCulture, $"BO_ {IdOf(message) | (IsExtended(message) ? 0x8000_0000u : 0)} Message{message:00}: 8 Sender\n");
                int[] widths = message % 2 == 0 ? [16, 12, 12, 16, 8] : [12, 12, 8, 16, 8, 8];
                bool isBig = message / 2 % 2 == 1;
                int first = 0;
                for (int signal = 0; signal < widths.Length; signal++)
                {
                    int start = isBig ? (first / 8 * 8) + 7 - (first % 8) : first;
                    string scale = signal switch { 0 => "0.001,0", 1 => "0.1,-40", 2 => "0.5,0", 3 => "0.01,-100", _ => "1,0" };
                    text.Append(CultureInfo.InvariantCulture, $" SG_ Signal{signal} : {start}|{widths[signal]}@{(isBig ? 0 : 1)}{(signal % 3 == 1 ? '-' : '+')} ({scale}) [0|0] \"{(signal < 2 ? "V" : "")}\" Sender\n");
                    first += widths[signal];
                }

                text.Append('\n');
            }

            return text.ToString();
        }

        /// <summary>Writes the log.</summary>
        /// <param name="path">Where it shall stand.</param>
        /// <param name="frames">How many frames.</param>
        /// <param name="stop">Ends the work early; nothing is left then.</param>
        public static void WriteLog(string path, long frames, CancellationToken stop)
        {
            using var file = new AtomicFile(path);
            var payloads = new ulong[Messages];
            byte[] block = new byte[1 << 20];
            int used = 0;
            uint random = Seed;
            long timeUs = 1_700_000_000_000_000;
            for (long frame = 0; frame < frames; frame++)
            {
                random = (random * 1664525) + 1013904223;
                int message = (int)(((random >> 16) * Messages) >> 16);

                // Each 16 bits go up or down by at most 3.
                ulong step = (random >> 8) & 0x0003_0003;
                payloads[message] += (step | (step << 32)) - 0x0001_0001_0001_0001;
                timeUs += 60 + ((random >> 20) & 63);
                used += Line(block.AsSpan(used), timeUs, message, payloads[message]);
                if (used > block.Length - 128)
                {
                    stop.ThrowIfCancellationRequested();
                    file.Write(block.AsSpan(0, used));
                    used = 0;
                }
            }

            file.Write(block.AsSpan(0, used));
            file.Complete();
        }

        private static int Line(Span<byte> text, long timeUs, int message, ulong payload)
        {
            ReadOnlySpan<byte> digits = "0123456789ABCDEF"u8;
            text[0] = (byte)'(';
            for (int place = 17; place >= 1; place--)
            {
                if (place == 11)
                {
                    text[place] = (byte)'.';
                    continue;
                }

                text[place] = (byte)('0' + (timeUs % 10));
                timeUs /= 10;
            }

            ") can0 "u8.CopyTo(text[18..]);
            int at = 25;
            int idDigits = IsExtended(message) ? 8 : 3;
            for (int digit = idDigits - 1; digit >= 0; digit--)
            {
                text[at++] = digits[(int)(IdOf(message) >> (digit * 4)) & 15];
            }

            text[at++] = (byte)'#';
            for (int index = 0; index < 8; index++)
            {
                int value = (int)(payload >> (index * 8)) & 0xFF;
                text[at++] = digits[value >> 4];
                text[at++] = digits[value & 15];
            }

            text[at++] = (byte)'\n';
            return at;
        }
    }
}
