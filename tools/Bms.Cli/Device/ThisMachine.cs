using System.ComponentModel;
using System.Diagnostics;

namespace Bms.Cli.Device
{
    /// <summary>The machine that the program runs on.</summary>
    internal sealed class ThisMachine : IMachine
    {
        public bool IsLinux => OperatingSystem.IsLinux();

        public string? FindProgram(string name)
        {
            string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
            string tools = Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools");
            IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries).Append(tools);
            return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        }

        public int Run(string program, IReadOnlyList<string> arguments)
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments))!;
            process.WaitForExit();
            return process.ExitCode;
        }

        public string Output(string program, IReadOnlyList<string> arguments)
        {
            try
            {
                using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
                process.ErrorDataReceived += (_, _) => { };
                process.BeginErrorReadLine();
                string text = process.StandardOutput.ReadToEnd();
                process.WaitForExit();
                return process.ExitCode == 0 ? text : "";
            }
            catch (Win32Exception)
            {
                return "";
            }
        }

        public bool Exists(string path) => File.Exists(path);

        public bool MayUse(string path)
        {
            using Process process = Process.Start(new ProcessStartInfo("test", ["-r", path, "-a", "-w", path]))!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }

        public byte[] ReadBytes(string path) => File.ReadAllBytes(path);

        public string? ReadText(string path)
        {
            try
            {
                return File.ReadAllText(path).Trim();
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                return null;
            }
        }

        public void Watch(TimeSpan time) => Thread.Sleep(time);

        public IReadOnlyList<string> List(string folder, string pattern)
        {
            return Directory.Exists(folder) ? [.. Directory.EnumerateFileSystemEntries(folder, pattern).Order(StringComparer.Ordinal)] : [];
        }
    }
}
