using System.Globalization;
using System.Text;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;
using Bms.Can.Tests.Formats;

namespace Bms.Can.Tests.Decoding;

/// <summary>Every value against an independent decoder, cantools. Skipped where it is not installed: Debian has no package of it (PYTHONPATH may name a checkout).</summary>
[TestClass]
public class CantoolsTests
{
    private const int FramesOfMessage = 12;
    private const uint Seed = 20261125;

    /// <summary>A message of Model3CAN.dbc with signals beyond its end: cantools then takes others of the message for cut off.</summary>
    private const string LeavesItsMessage = "ID201VCFRONT_loggingAndVitals10H";

    /// <summary>Takes lines "D file", "F identifier extended payload"; gives a line per frame: "?" unknown, "!" refused, else the message, its signals and values.</summary>
    private const string Script = """
        import sys, cantools
        def load(path):
            try: return cantools.database.load_file(path)
            except Exception: return cantools.database.load_file(path, strict=False)
        def group(i): return (i >> 8) & 0x3FF00 if (i >> 16) & 255 < 240 else (i >> 8) & 0x3FFFF
        exact, groups = {}, {}
        for line in open(sys.argv[1], encoding='utf-8'):
            kind, rest = line.rstrip('\n').split(' ', 1)
            if kind == 'D':
                exact, groups = {}, {}
                try: db = load(rest)
                except Exception as e: print('# %s' % rest, file=sys.stderr); continue
                for m in db.messages:
                    exact[(m.frame_id, m.is_extended_frame)] = m
                    if m.is_extended_frame and m.protocol == 'j1939': groups.setdefault(group(m.frame_id), m)
                continue
            i, e, data = rest.split(' ')
            i, e = int(i, 16), e == '1'
            m = exact.get((i, e)) or (groups.get(group(i)) if e else None)
            if m is None or m.is_container: print('?'); continue
            try: values = m.decode(bytes.fromhex(data), decode_choices=False, allow_truncated=True)
            except Exception as fault: print('!'); continue
            print(m.name, *('%s=%r' % (n, float(v)) for n, v in values.items()), sep='\t')
        """;

    [TestMethod]
    public void random_payloads_of_every_message_of_the_dbc_files_at_hand_give_the_values_of_cantools()
    {
        var all = new List<(string Dbc, List<CanLogFrame> Frames)>();
        var random = new Random((int)Seed);
        foreach (string path in Files("can/dbc", ".dbc"))
        {
            var frames = new List<CanLogFrame>();
            foreach (DbcMessage message in DbcDatabase.Load(path, lenient: true).Messages.Where(message => message.Length is > 0 and <= 64 && !message.Name.StartsWith(LeavesItsMessage, StringComparison.Ordinal)))
            {
                for (int frame = 0; frame < FramesOfMessage; frame++)
                {
                    byte[] data = new byte[message.Length];
                    random.NextBytes(data);

                    // Small numbers in the first byte meet selectors more often.
                    data[0] = (byte)(frame % 3 == 0 ? data[0] : frame / 3);
                    frames.Add(new CanLogFrame(0, "can0", message.Id, message.IsExtended ? CanFrameFlags.Extended : CanFrameFlags.None, data));
                }
            }

            all.Add((path, frames));
        }

        (long frames, long values) compared = Compare(all);
        Assert.IsGreaterThan(5000, compared.frames);
        Assert.IsGreaterThan(50_000, compared.values);
    }

    [TestMethod]
    public void every_frame_of_the_logs_at_hand_gives_the_values_of_cantools()
    {
        var all = new List<(string Dbc, List<CanLogFrame> Frames)>();
        string[] vehicles = [TestData.Path("can/dbc/Model3CAN.dbc"), TestData.Path("can/dbc/kia_ev6.dbc"), TestData.Path("can/dbc/tesla_can.dbc"), TestData.Path("can/dbc/savvycan-bms.dbc"), .. Files("can/dbc/css", ".dbc")];
        foreach (string log in Files("can/logs", ".MF4", ".trc", ".log").Where(path => Path.GetFileName(path) is not "CarBusAnalyzer.trc"))
        {
            List<CanLogFrame> frames = FormatReading.ReadFile(log).FindAll(frame => (frame.Flags & (CanFrameFlags.Remote | CanFrameFlags.Error)) == 0);
            string[] databases = log.Contains("foxbms", StringComparison.Ordinal) ? [TestData.Path("can/dbc/foxbms/foxbms.dbc")] : vehicles;
            foreach (string dbc in databases)
            {
                var decoders = new DatabaseDecoder(DbcDatabase.Load(dbc, lenient: true));
                all.Add((dbc, frames.FindAll(frame => decoders.Find(frame.Id, frame.IsExtended) is not null)));
            }
        }

        (long frames, long values) compared = Compare(all);
        Assert.IsGreaterThan(10_000, compared.frames);
    }

    private static (long Frames, long Values) Compare(List<(string Dbc, List<CanLogFrame> Frames)> all)
    {
        string python = OtherTools.Python("cantools", "Install it (pip install cantools), or name a checkout by PYTHONPATH");
        string folder = TestData.NewFolder();
        string work = Path.Combine(folder, "work");
        using (var text = new StreamWriter(work, false, new UTF8Encoding(false)) { NewLine = "\n" })
        {
            foreach ((string dbc, List<CanLogFrame> frames) in all)
            {
                text.WriteLine("D " + dbc);
                frames.ForEach(frame => text.WriteLine($"F {frame.Id:X} {(frame.IsExtended ? 1 : 0)} {Convert.ToHexString(frame.ToArray())}"));
            }
        }

        File.WriteAllText(Path.Combine(folder, "oracle.py"), Script);
        string[] lines = OtherTools.Run(python, Path.Combine(folder, "oracle.py"), work).Split('\n');
        Directory.Delete(folder, recursive: true);
        int line = 0;
        long refused = 0;
        long compared = 0;
        long values = 0;
        var faults = new List<string>();
        foreach ((string dbc, List<CanLogFrame> frames) in all)
        {
            var decoders = new DatabaseDecoder(DbcDatabase.Load(dbc, lenient: true));
            foreach (CanLogFrame frame in frames)
            {
                string theirs = lines[line++].TrimEnd('\r');
                if (theirs is "?" or "!")
                {
                    refused++;
                    continue;
                }

                values += Compare(decoders.Find(frame.Id, frame.IsExtended)!, frame, theirs.Split('\t'), $"{Path.GetFileName(dbc)} {frame.Id:X}#{Convert.ToHexString(frame.ToArray())}", faults);
                compared++;
            }
        }

        Assert.AreEqual("", string.Join('\n', faults.Take(20)), $"{faults.Count} of {values} values differ");
        Console.WriteLine($"{compared} frames, {values} values equal; {refused} frames that cantools knows no message or selector for");
        return (compared, values);
    }

    private static long Compare(MessageDecoder decoder, CanLogFrame frame, string[] theirs, string where, List<string> faults)
    {
        if (theirs[0] != decoder.Message.Name)
        {
            faults.Add($"{where}: {decoder.Message.Name}, cantools {theirs[0]}");
            return 0;
        }

        double[] ours = new double[decoder.Signals.Count];
        decoder.Decode(frame, ours);
        var expected = new Dictionary<string, double>();
        foreach (string pair in theirs.Skip(1))
        {
            int equals = pair.LastIndexOf('=');
            string number = pair[(equals + 1)..];
            expected[pair[..equals]] = number is "inf" ? double.PositiveInfinity : number is "-inf" ? double.NegativeInfinity : number is "nan" ? double.NaN : double.Parse(number, CultureInfo.InvariantCulture);
        }

        for (int index = 0; index < ours.Length; index++)
        {
            string name = decoder.Signals[index].Signal.Name;
            double value = expected.TryGetValue(name, out double known) ? known : double.NaN;

            // Integers above 53 bits are scaled exactly there, in double precision here.
            bool isSame = ours[index].Equals(value) || Math.Abs(ours[index] - value) <= 1e-14 * Math.Abs(value) + 1e-12;
            if (!isSame)
            {
                faults.Add(FormattableString.Invariant($"{where}: {name} {ours[index]:R}, cantools {value:R}"));
            }
        }

        return ours.Length;
    }

    private static IEnumerable<string> Files(string folder, params string[] endings)
        => Directory.EnumerateFiles(TestData.Path(folder), "*", SearchOption.AllDirectories).Where(path => endings.Contains(Path.GetExtension(path), StringComparer.OrdinalIgnoreCase)).Order(StringComparer.Ordinal);
}
