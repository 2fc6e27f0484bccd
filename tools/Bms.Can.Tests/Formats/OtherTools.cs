using System.ComponentModel;
using System.Diagnostics;

namespace Bms.Can.Tests.Formats;

/// <summary>Runs other people's tools; a test that needs one that is not there is skipped with a message, or fails where <c>BMS_OTHER_TOOLS=required</c> says that it is there.</summary>
internal static class OtherTools
{
    /// <summary>Path of a tool.</summary>
    public static string Tool(string name)
    {
        foreach (string folder in (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator))
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path))
            {
                return path;
            }
        }

        return Missing($"{name} is not on the PATH. Install it (Debian: python3-can, can-utils, tshark)", isRequired: true);
    }

    /// <summary>The first python3 that has a module: Debian's own may stand behind another.</summary>
    /// <param name="module">Name of the module.</param>
    /// <param name="remedy">How it is had.</param>
    public static string Python(string module, string remedy)
    {
        foreach (string path in new[] { "/usr/bin/python3", Tool("python3") })
        {
            if (File.Exists(path) && Start(path, ["-c", "import " + module], out _) == 0)
            {
                return path;
            }
        }

        // The other modules are in no distribution.
        return Missing($"python3 has no {module}. {remedy}", isRequired: module == "can");
    }

    /// <summary>Runs a tool that must succeed; gives what it printed.</summary>
    public static string Run(string path, params string[] arguments)
    {
        int code = Start(path, arguments, out string output);
        Assert.AreEqual(0, code, output);
        return output;
    }

    private static string Missing(string what, bool isRequired)
    {
        if (isRequired && Environment.GetEnvironmentVariable("BMS_OTHER_TOOLS") == "required")
        {
            Assert.Fail(what);
        }

        Assert.Inconclusive("skipped: " + what);
        return "";
    }

    private static int Start(string path, string[] arguments, out string output)
    {
        var start = new ProcessStartInfo(path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.Environment["TZ"] = "UTC";
        output = "";
        try
        {
            using Process process = Process.Start(start)!;
            Task<string> errors = process.StandardError.ReadToEndAsync();
            output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            output = process.ExitCode == 0 ? output : output + errors.Result;
            return process.ExitCode;
        }
        catch (Win32Exception)
        {
            return -1;
        }
    }
}
