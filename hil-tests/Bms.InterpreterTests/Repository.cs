namespace Bms.InterpreterTests
{
    /// <summary>Where the contract build has put its assemblies.</summary>
    internal static class Repository
    {
        // bin/<configuration>/net10.0/ of this project has its like in every other one.
        private static readonly string Build = Path.Combine(
            "bin",
            Path.GetFileName(Path.GetDirectoryName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)))!,
            Path.GetFileName(AppContext.BaseDirectory.TrimEnd(Path.DirectorySeparatorChar)));

        /// <summary>Folder with Bms.sln.</summary>
        public static string Root { get; } = FindRoot();

        /// <summary>An assembly that a project of the contract build gives.</summary>
        /// <param name="project">Folder of the project under firmware/Contract.</param>
        /// <param name="assembly">File name.</param>
        public static string Contract(string project, string assembly)
        {
            return Existing(Path.Combine(Root, "firmware", "Contract", project, Build, assembly));
        }

        /// <summary>The firmware's unit tests as the PC runs them.</summary>
        public static string PcTests()
        {
            return Existing(Path.Combine(Root, "firmware", "Bms.Core.Tests", Build, "Bms.Core.Tests.dll"));
        }

        private static string Existing(string path)
        {
            return File.Exists(path) ? path : throw new FileNotFoundException($"{path} is missing: build Bms.sln first.", path);
        }

        private static string FindRoot()
        {
            string? folder = AppContext.BaseDirectory;
            while (folder != null && !File.Exists(Path.Combine(folder, "Bms.sln")))
            {
                folder = Path.GetDirectoryName(folder);
            }

            return folder ?? throw new DirectoryNotFoundException($"No folder above {AppContext.BaseDirectory} holds Bms.sln.");
        }
    }
}
