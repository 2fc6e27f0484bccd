namespace Bms.IlTools.Tests
{
    /// <summary>Where the tests find the repository, the contract build and the API lists.</summary>
    internal static class Repository
    {
        /// <summary>Folder with Bms.sln.</summary>
        public static string Root { get; } = FindRoot();

        /// <summary>The contract-built firmware core with its references, beside the tests.</summary>
        public static string ContractFolder { get; } = Path.Combine(AppContext.BaseDirectory, "contract");

        /// <summary>Folder with the device's API lists; it may be absent.</summary>
        public static string ApiLists { get; } = Path.Combine(
            Environment.GetEnvironmentVariable("BMS_DATA") is { Length: > 0 } data ? Path.GetDirectoryName(Path.GetFullPath(data))! : Path.Combine(Root, "..", "shared"),
            "facts",
            "nanoframework-api");

        /// <summary>An assembly from the contract build, in the configuration that the tests were built in.</summary>
        public static string ContractAssembly(string project, string assembly)
        {
            string targetFolder = Path.GetFileName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory));
            string configuration = Path.GetFileName(Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory))!);
            return Path.Combine(Root, "firmware", "Contract", project, "bin", configuration, targetFolder, assembly + ".dll");
        }

        /// <summary>The reference assemblies: every project of the contract build that compiles sources of its own folder and is no driver of the meter.</summary>
        public static IEnumerable<string> ReferenceAssemblies()
        {
            return Directory.EnumerateDirectories(Path.Combine(Root, "firmware", "Contract"))
                .Select(folder => Path.GetFileName(folder)!)
                .Where(name => !name.StartsWith("Bms.", StringComparison.Ordinal))
                .Order(StringComparer.Ordinal);
        }

        private static string FindRoot()
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Bms.sln")))
                {
                    return folder.FullName;
                }
            }

            throw new InvalidOperationException("The tests run outside of the repository: no folder above holds Bms.sln.");
        }
    }
}
