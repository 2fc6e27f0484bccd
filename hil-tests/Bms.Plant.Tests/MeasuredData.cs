using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.Plant.Tests
{
    /// <summary>Where the repository and the measured data are; a test that needs what is not there is inconclusive.</summary>
    internal static class MeasuredData
    {
        internal static string RepositoryRoot()
        {
            for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            {
                if (File.Exists(Path.Combine(folder.FullName, "Bms.sln")))
                {
                    return folder.FullName;
                }
            }

            throw new DirectoryNotFoundException("no folder above the tests holds Bms.sln");
        }

        /// <summary>The folder with the measured cells, from BMS_DATA or beside the repository.</summary>
        internal static string Cells()
        {
            string data = Environment.GetEnvironmentVariable("BMS_DATA") ?? Path.Combine(RepositoryRoot(), "..", "shared", "data");
            string cells = Path.GetFullPath(Path.Combine(data, "cells"));
            if (!Directory.Exists(cells))
            {
                Assert.Inconclusive($"skipped: no measured cells at {cells}; docs/hil-tests/Bms.Plant/cells.md says where they come from, BMS_DATA points to them");
            }

            return cells;
        }
    }
}
