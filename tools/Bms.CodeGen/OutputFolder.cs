using System.Text;

namespace Bms.CodeGen;

/// <summary>The folder of generated files: compared with, or brought up to, what the generator says.</summary>
public static class OutputFolder
{
    /// <summary>Names the files that are missing, different, or left over from a message that is gone.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="files">Text by file name.</param>
    /// <returns>One line per stale file; empty where all is current.</returns>
    public static List<string> Compare(string folder, IReadOnlyDictionary<string, string> files)
    {
        var stale = new List<string>();
        foreach ((string name, string text) in files)
        {
            string path = Path.Combine(folder, name);
            if (!File.Exists(path))
            {
                stale.Add($"{path}: missing");
            }
            else if (File.ReadAllText(path) != text)
            {
                stale.Add($"{path}: out of date");
            }
        }

        stale.AddRange(LeftOver(folder, files).Select(path => $"{path}: its message is gone"));
        return stale;
    }

    /// <summary>Writes the files, all of them or, where the disk refuses, none; removes generated files whose message is gone.</summary>
    /// <param name="folder">The folder; made where it is missing.</param>
    /// <param name="files">Text by file name.</param>
    /// <exception cref="IOException">A file cannot be written, or one of that name was not generated.</exception>
    public static void Write(string folder, IReadOnlyDictionary<string, string> files)
    {
        try
        {
            Directory.CreateDirectory(folder);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{folder}: this folder cannot be made ({fault.Message.TrimEnd('.')}). Choose one that you may write to.", fault);
        }

        foreach (string name in files.Keys)
        {
            string path = Path.Combine(folder, name);
            if (File.Exists(path) && !IsGenerated(path))
            {
                throw new IOException($"{path} was not generated and would be overwritten. Rename the message or move that file.");
            }
        }

        var written = new List<(string Temporary, string Path)>();
        try
        {
            foreach ((string name, string text) in files)
            {
                string path = Path.Combine(folder, name);
                written.Add((path + ".tmp", path));
                File.WriteAllText(path + ".tmp", text, new UTF8Encoding(false));
            }

            foreach ((string temporary, string path) in written)
            {
                File.Move(temporary, path, overwrite: true);
            }
        }
        finally
        {
            foreach ((string temporary, _) in written)
            {
                File.Delete(temporary);
            }
        }

        foreach (string path in LeftOver(folder, files))
        {
            File.Delete(path);
        }
    }

    private static List<string> LeftOver(string folder, IReadOnlyDictionary<string, string> files)
        => Directory.Exists(folder)
            ? [.. Directory.GetFiles(folder, "*.cs").Where(path => !files.ContainsKey(Path.GetFileName(path)) && IsGenerated(path)).Order(StringComparer.Ordinal)]
            : [];

    private static bool IsGenerated(string path)
    {
        using StreamReader reader = File.OpenText(path);
        return reader.ReadLine()?.StartsWith(MessageGenerator.Marker, StringComparison.Ordinal) ?? false;
    }
}
