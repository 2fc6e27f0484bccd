using Bms.Can.Fuzz;
using Bms.Can.Log;

namespace Bms.Can.Tests.Formats;

/// <summary>A short, always equal run of what <c>tools/Bms.Can.Fuzz</c> does for hours.</summary>
[TestClass]
public class FuzzTests
{
    public static IEnumerable<object[]> Targets => Corpus.Targets.Select(target => new object[] { target });

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void mutated_inputs_give_frames_or_a_fault_in_one_line(string target)
    {
        var mutator = new Mutator(2026);
        var random = new Random(2026);
        List<byte[]> samples = Corpus.Of(target);
        for (int input = 0; input < 400; input++)
        {
            byte[] bytes = mutator.Mutate(samples[random.Next(samples.Count)], samples[random.Next(samples.Count)]);
            Assert.IsNull(FuzzTarget.Run(target, bytes), $"input {input}: {Convert.ToBase64String(bytes)}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Targets))]
    public void every_sample_is_read_strictly_and_cut_anywhere_it_gives_no_crash(string target)
    {
        foreach (byte[] sample in Corpus.Of(target))
        {
            if (target != "dbc")
            {
                bool isPython = System.Text.Encoding.Latin1.GetString(sample).StartsWith("timestamp,arbitration_id", StringComparison.Ordinal);
                Assert.IsNotEmpty(FormatReading.Read(sample, out CanLogReader reader));
                Assert.AreEqual(0, reader.SkippedRecords, isPython ? "python-can" : target);
            }

            for (int length = 0; length < sample.Length; length += 1 + sample.Length / 150)
            {
                Assert.IsNull(FuzzTarget.Run(target, sample[..length]), $"cut at {length}");
            }
        }
    }

    [TestMethod]
    public void inputs_that_once_failed_do_so_no_more()
    {
        string folder = Path.Combine(TestData.Repository, "tools", "Bms.Can.Fuzz", "findings");
        string[] files = Directory.GetFiles(folder, "*.bin");
        Assert.IsNotEmpty(files);
        foreach (string file in files)
        {
            Assert.IsNull(FuzzTarget.Run(Path.GetFileName(file).Split('-')[0], File.ReadAllBytes(file)), file);
        }
    }
}
