using System.Net;
using System.Net.Sockets;
using System.Text;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Tests
{
    /// <summary>Runs command lines in this process, in a folder of its own, and keeps what they print.</summary>
    public abstract class CliTest
    {
        private readonly string _folder = Directory.CreateTempSubdirectory("bms-cli-").FullName;

        /// <summary>What a command did.</summary>
        /// <param name="Code">Exit code.</param>
        /// <param name="Out">Standard output.</param>
        /// <param name="Error">Standard error.</param>
        protected sealed record Outcome(int Code, string Out, string Error);

        [TestCleanup]
        public void RemoveFolder()
        {
            Directory.Delete(_folder, recursive: true);
        }

        /// <summary>Path of a file in the test's folder.</summary>
        protected string At(string name) => Path.Combine(_folder, name);

        /// <summary>Writes a file into the test's folder.</summary>
        protected string Write(string name, string text)
        {
            File.WriteAllText(At(name), text, new UTF8Encoding(false));
            return At(name);
        }

        /// <summary>Files left in the test's folder, by name.</summary>
        protected string[] Left() => [.. Directory.EnumerateFiles(_folder, "*", SearchOption.AllDirectories).Select(f => Path.GetFileName(f)!).Order(StringComparer.Ordinal)];

        /// <summary>Runs a command line whose output is no terminal.</summary>
        protected static Outcome Run(params string[] args) => Run(CancellationToken.None, args);

        /// <summary>Runs a command line that may be stopped.</summary>
        protected static Outcome Run(CancellationToken stop, params string[] args)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            int code = BmsCommandLine.Run(args, new CliHost(output, error, IsTerminal: false, stop));
            return new Outcome(code, output.ToString(), error.ToString());
        }

        /// <summary>Expects exit code 2 and exactly one line on standard error that holds all parts.</summary>
        protected static void AssertRefused(Outcome outcome, params string[] parts)
        {
            Assert.AreEqual(2, outcome.Code, outcome.Error + outcome.Out);
            string[] lines = outcome.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            Assert.HasCount(1, lines, outcome.Error);
            Assert.StartsWith("bms: ", lines[0]);
            foreach (string part in parts)
            {
                Assert.Contains(part, lines[0]);
            }
        }

        /// <summary>What an adapter on this machine receives.</summary>
        protected static byte[] Received(Action<string> send)
        {
            using var server = new TcpListener(IPAddress.Loopback, 0);
            server.Start();
            Task<byte[]> reading = Task.Run(async () =>
            {
                using TcpClient client = await server.AcceptTcpClientAsync();
                using var all = new MemoryStream();
                await client.GetStream().CopyToAsync(all);
                return all.ToArray();
            });
            send($"127.0.0.1:{((IPEndPoint)server.LocalEndpoint).Port}");
            return reading.GetAwaiter().GetResult();
        }

        /// <summary>The measured cells, or an inconclusive test.</summary>
        protected static string Cells(string below)
        {
            string? data = Environment.GetEnvironmentVariable("BMS_DATA");
            if (string.IsNullOrEmpty(data))
            {
                DirectoryInfo? root = new(AppContext.BaseDirectory);
                while (root is not null && !File.Exists(Path.Combine(root.FullName, "Bms.sln")))
                {
                    root = root.Parent;
                }

                data = root is null ? "" : Path.Combine(root.FullName, "..", "shared", "data");
            }

            string path = Path.Combine(data, "cells", below);
            if (!File.Exists(path) && !Directory.Exists(path))
            {
                Assert.Inconclusive($"skipped: measured cells are not here ({below}); set BMS_DATA to the folder that holds 'cells' (docs/tools/Bms.Cli.md says where the sets come from)");
            }

            return path;
        }
    }
}
