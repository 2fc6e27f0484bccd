using Bms.Can.Dbc;

namespace Bms.CodeGen;

/// <summary>One run of the generator.</summary>
public static class Generation
{
    /// <summary>Generates or checks.</summary>
    /// <param name="source">The DBC file.</param>
    /// <param name="folder">Folder of the generated files.</param>
    /// <param name="rootNamespace">Namespace of the generated classes.</param>
    /// <param name="checkOnly">True compares and writes nothing.</param>
    /// <param name="output">Takes what was done.</param>
    /// <param name="errors">Takes warnings and stale files.</param>
    /// <returns>0; 1 where <paramref name="checkOnly"/> found a stale file.</returns>
    /// <exception cref="DbcException">The DBC file is at fault.</exception>
    /// <exception cref="IOException">A file cannot be read or written.</exception>
    public static int Run(string source, string folder, string rootNamespace, bool checkOnly, TextWriter output, TextWriter errors)
    {
        DbcDatabase database = DbcDatabase.Load(source);
        foreach (DbcException warning in database.Warnings)
        {
            errors.WriteLine("warning: " + warning.Message);
        }

        SortedDictionary<string, string> files = new MessageGenerator(database, NameInRepository(source), NameInRepository(folder), rootNamespace).Generate();
        if (!checkOnly)
        {
            OutputFolder.Write(folder, files);
            output.WriteLine($"{files.Count} files in {folder}, from {database.Messages.Count} messages of {source}.");
            return 0;
        }

        List<string> stale = OutputFolder.Compare(folder, files);
        foreach (string line in stale)
        {
            errors.WriteLine(line);
        }

        if (stale.Count != 0)
        {
            errors.WriteLine($"Run: dotnet run --project tools/Bms.CodeGen -- {NameInRepository(source)} {NameInRepository(folder)}");
            return 1;
        }

        output.WriteLine($"{files.Count} files in {folder} are current.");
        return 0;
    }

    /// <summary>Path below the repository with '/', so that the header is the same wherever the generator runs; outside of one, the file's name.</summary>
    private static string NameInRepository(string path)
    {
        string full = Path.TrimEndingDirectorySeparator(Path.GetFullPath(path));
        for (string? folder = Path.GetDirectoryName(full); folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Combine(folder, "Bms.sln")))
            {
                return Path.GetRelativePath(folder, full).Replace('\\', '/');
            }
        }

        return Path.GetFileName(full);
    }
}
