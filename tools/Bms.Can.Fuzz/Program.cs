using System.CommandLine;
using System.Diagnostics;
using System.Globalization;

namespace Bms.Can.Fuzz;

/// <summary>Fuzzes the readers of the library: mutated samples in, frames or a fault in one line out.</summary>
internal static class Program
{
    public static int Main(string[] args)
    {
        var target = new Option<string>("--target") { Description = "Reader to fuzz: " + string.Join(", ", Corpus.Targets) + ", or all.", DefaultValueFactory = _ => "all" };
        var minutes = new Option<double>("--minutes") { Description = "CPU minutes for each target.", DefaultValueFactory = _ => 10 };
        var seed = new Option<int>("--seed") { Description = "Seed of the mutations.", DefaultValueFactory = _ => 1 };
        var failures = new Option<string>("--failures") { Description = "Folder for inputs that fail.", DefaultValueFactory = _ => "fuzz-failures" };
        var corpus = new Option<string?>("--write-corpus") { Description = "Writes the samples into this folder and ends." };
        var command = new RootCommand("Fuzzes the readers of CAN logs and DBC files.") { target, minutes, seed, failures, corpus };
        command.SetAction(parsed =>
        {
            string name = parsed.GetValue(target)!;
            IReadOnlyList<string> targets = name == "all" ? Corpus.Targets : [name];
            if (parsed.GetValue(corpus) is { } folder)
            {
                WriteCorpus(targets, folder);
                return 0;
            }

            int failed = 0;
            foreach (string each in targets)
            {
                failed += Fuzz(each, TimeSpan.FromMinutes(parsed.GetValue(minutes)), parsed.GetValue(seed), parsed.GetValue(failures)!);
            }

            return failed == 0 ? 0 : 1;
        });
        return command.Parse(args).Invoke();
    }

    private static void WriteCorpus(IReadOnlyList<string> targets, string folder)
    {
        foreach (string target in targets)
        {
            Directory.CreateDirectory(Path.Combine(folder, target));
            int number = 0;
            foreach (byte[] sample in Corpus.Of(target))
            {
                File.WriteAllBytes(Path.Combine(folder, target, $"{number++}.bin"), sample);
            }
        }
    }

    private static int Fuzz(string target, TimeSpan budget, int seed, string failures)
    {
        List<byte[]> samples = Corpus.Of(target);
        var mutator = new Mutator(seed);
        var random = new Random(seed);
        using Process process = Process.GetCurrentProcess();
        TimeSpan began = process.TotalProcessorTime;
        int originals = samples.Count;
        long inputs = 0;
        long frames = 0;
        int failed = 0;
        while (process.TotalProcessorTime - began < budget)
        {
            for (int round = 0; round < 200; round++)
            {
                // Half of the inputs come from the samples themselves, so that what came of them does not wear out.
                byte[] from = samples[random.Next(random.Next(2) == 0 ? originals : samples.Count)];
                byte[] input = mutator.Mutate(from, samples[random.Next(samples.Count)]);
                inputs++;
                if (FuzzTarget.Run(target, input, out long found) is { } problem)
                {
                    failed++;
                    Directory.CreateDirectory(failures);
                    string path = Path.Combine(failures, $"{target}-{seed}-{inputs}.bin");
                    File.WriteAllBytes(path, input);
                    Console.Out.WriteLine($"{target}: input {inputs}: {problem}\n  kept as {path}");
                }
                else if (found > 0 && input.Length < 1 << 14 && samples.Count < 2000 && random.Next(50) == 0)
                {
                    // Inputs that still hold something are mutated further.
                    samples.Add(input);
                }

                frames += found;
            }

            process.Refresh();
        }

        double minutes = (process.TotalProcessorTime - began).TotalMinutes;
        Console.Out.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{target}: {inputs} inputs with {frames} frames in {minutes:F2} CPU minutes, seed {seed}: {failed} failures"));
        return failed;
    }
}
