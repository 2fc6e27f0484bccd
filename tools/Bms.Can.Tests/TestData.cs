namespace Bms.Can.Tests;

/// <summary>Finds the repository, the data folder, and a place for files that a test writes.</summary>
internal static class TestData
{
    public static string Repository { get; } = FindRepository();

    /// <summary>Path in the data folder: BMS_DATA, else ../shared/data beside the repository. Without it the test is inconclusive.</summary>
    public static string Path(string relative)
    {
        string folder = Environment.GetEnvironmentVariable("BMS_DATA") ?? System.IO.Path.Combine(Repository, "..", "shared", "data");
        string path = System.IO.Path.Combine(folder, relative);
        if (!File.Exists(path) && !Directory.Exists(path))
        {
            Assert.Inconclusive($"skipped: there is no {relative} in the data folder. Set BMS_DATA to the folder that holds can/ and cells/, or put it at ../shared/data beside the repository");
        }

        return path;
    }

    /// <summary>A fresh empty folder.</summary>
    public static string NewFolder() => Directory.CreateTempSubdirectory("bms-can-").FullName;

    private static string FindRepository()
    {
        for (string? folder = AppContext.BaseDirectory; folder is not null; folder = System.IO.Path.GetDirectoryName(folder))
        {
            if (File.Exists(System.IO.Path.Combine(folder, "Bms.sln")))
            {
                return folder;
            }
        }

        throw new InvalidOperationException("The tests do not lie below a folder with Bms.sln.");
    }
}
