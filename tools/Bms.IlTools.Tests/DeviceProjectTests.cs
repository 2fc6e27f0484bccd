using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace Bms.IlTools.Tests
{
    /// <summary>The projects that only Visual Studio can build, held to what can be read from their files.</summary>
    [TestClass]
    public sealed partial class DeviceProjectTests
    {
        private static readonly string[] Projects = ["Bms.Core", "Bms.Core.Messages", "Bms.Drivers", "Bms.Firmware", "Bms.Firmware.Stm32", "Bms.Core.Tests", "Bms.Core.DecisionTests"];

        private static readonly string Solution = File.ReadAllText(Path.Combine(Repository.Root, "Bms.sln")).ReplaceLineEndings("\n");

        [TestMethod]
        public void every_device_project_of_the_firmware_is_in_the_solution()
        {
            string[] onDisk = Directory.EnumerateFiles(Path.Combine(Repository.Root, "firmware"), "*.nfproj", SearchOption.AllDirectories).Select(f => Path.GetFileNameWithoutExtension(f)).Order().ToArray();
            CollectionAssert.AreEqual(Projects.Order().ToArray(), onDisk);
            CollectionAssert.AreEqual(onDisk, SolutionProjects().Where(p => p.Path.EndsWith(".nfproj", StringComparison.Ordinal)).Select(p => p.Name).Order().ToArray());
        }

        [TestMethod]
        public void device_projects_are_built_in_the_configuration_device_and_in_no_other()
        {
            foreach ((string name, string path, string guid) in SolutionProjects())
            {
                string[] built = BuiltIn(guid).ToArray();
                if (path.EndsWith(".nfproj", StringComparison.Ordinal))
                {
                    CollectionAssert.AreEqual(new[] { "Device|Any CPU" }, built, path);
                }
                else
                {
                    CollectionAssert.DoesNotContain(built, "Device|Any CPU", path);
                    CollectionAssert.Contains(built, "Debug|Any CPU", path);
                    CollectionAssert.Contains(built, "Release|Any CPU", path);
                }
            }
        }

        [TestMethod]
        public void the_configuration_device_is_not_the_default()
        {
            string section = Solution[Solution.IndexOf("SolutionConfigurationPlatforms", StringComparison.Ordinal)..];
            section = section[..section.IndexOf("EndGlobalSection", StringComparison.Ordinal)];
            string[] configurations = section.Split('\n').Where(l => l.Contains('=') && l.Contains('|')).Select(l => l.Split('=')[0].Trim()).ToArray();
            Assert.AreEqual("Debug|Any CPU", configurations[0]);
            CollectionAssert.Contains(configurations, "Device|Any CPU");
        }

        [TestMethod]
        [DataRow("Bms.Core")]
        [DataRow("Bms.Core.Messages")]
        [DataRow("Bms.Drivers")]
        [DataRow("Bms.Firmware")]
        [DataRow("Bms.Firmware.Stm32")]
        [DataRow("Bms.Core.Tests")]
        [DataRow("Bms.Core.DecisionTests")]
        public void every_reference_comes_from_a_listed_package(string project)
        {
            HashSet<string> packages = PackagesOf(project);
            foreach (string hint in Elements(project, "HintPath").Concat(PackageImportsOf(project)))
            {
                Match match = PackagePath().Match(hint);
                Assert.IsTrue(match.Success, hint);
                Assert.Contains(match.Groups[1].Value, packages, $"{project}: {hint} has no entry in packages.config");
            }
        }

        [TestMethod]
        [DataRow("Bms.Core")]
        [DataRow("Bms.Core.Messages")]
        [DataRow("Bms.Drivers")]
        [DataRow("Bms.Firmware")]
        [DataRow("Bms.Firmware.Stm32")]
        [DataRow("Bms.Core.Tests")]
        [DataRow("Bms.Core.DecisionTests")]
        public void every_listed_package_is_referenced(string project)
        {
            string[] used = Elements(project, "HintPath").Select(h => PackagePath().Match(h).Groups[1].Value).Distinct().Order().ToArray();
            CollectionAssert.AreEqual(PackagesOf(project).Order().ToArray(), used);
        }

        [TestMethod]
        public void a_package_has_one_version_in_all_projects()
        {
            var versions = Projects.SelectMany(p => Packages(p)).Distinct().GroupBy(p => p.Id).Where(g => g.Count() > 1).Select(g => g.Key).ToArray();
            Assert.IsEmpty(versions);
        }

        [TestMethod]
        [DataRow("Bms.Core")]
        [DataRow("Bms.Core.Messages")]
        [DataRow("Bms.Drivers")]
        [DataRow("Bms.Firmware")]
        [DataRow("Bms.Firmware.Stm32")]
        [DataRow("Bms.Core.Tests")]
        [DataRow("Bms.Core.DecisionTests")]
        public void every_source_is_compiled_and_every_file_named_exists(string project)
        {
            // The messages are no part of the logic, and half of the tests none of the other half: an assembly holds less than 64 KiB of byte code.
            string sources = project switch
            {
                "Bms.Core" => @"**\*.cs|bin\**;obj\**;Messages\**;Measurement\CanBatch.cs;Measurement\CanFrame.cs;Measurement\CanPort.cs;Measurement\E2eProfile1.cs;Configuration\**\*.cs;Measurement\Profiles\*Profile.cs;Protection\FaultId.cs;Protection\FaultTable.cs;Protection\Severity.cs;Storage\BlockStore.cs;Storage\EventLog.cs;Storage\EventRecord.cs;Storage\Journal.cs;Storage\LittleEndian.cs;Storage\PackState.cs;Storage\PackStateStore.cs;Storage\ParameterStore.cs;Storage\RestClock.cs;Storage\StartNote.cs;Storage\StorageStatus.cs;Supervision\ResetCause.cs;Control\ContactorWear.cs;Estimation\CellCapacities.cs;Estimation\PulseCurve.cs;Estimation\SocTuning.cs",
                "Bms.Core.Messages" => @"..\Bms.Core\Messages\**\*.cs;..\Bms.Core\Measurement\CanBatch.cs;..\Bms.Core\Measurement\CanFrame.cs;..\Bms.Core\Measurement\CanPort.cs;..\Bms.Core\Measurement\E2eProfile1.cs;..\Bms.Core\Configuration\**\*.cs;..\Bms.Core\Measurement\Profiles\*Profile.cs;..\Bms.Core\Protection\FaultId.cs;..\Bms.Core\Protection\FaultTable.cs;..\Bms.Core\Protection\Severity.cs;..\Bms.Core\Storage\BlockStore.cs;..\Bms.Core\Storage\EventLog.cs;..\Bms.Core\Storage\EventRecord.cs;..\Bms.Core\Storage\Journal.cs;..\Bms.Core\Storage\LittleEndian.cs;..\Bms.Core\Storage\PackState.cs;..\Bms.Core\Storage\PackStateStore.cs;..\Bms.Core\Storage\ParameterStore.cs;..\Bms.Core\Storage\RestClock.cs;..\Bms.Core\Storage\StartNote.cs;..\Bms.Core\Storage\StorageStatus.cs;..\Bms.Core\Supervision\ResetCause.cs;..\Bms.Core\Control\ContactorWear.cs;..\Bms.Core\Estimation\CellCapacities.cs;..\Bms.Core\Estimation\PulseCurve.cs;..\Bms.Core\Estimation\SocTuning.cs|",
                "Bms.Core.Tests" => @"**\*.cs|bin\**;obj\**;Control\**;Estimation\**;Protection\**",
                "Bms.Core.DecisionTests" => @"..\Bms.Core.Tests\Test*.cs;..\Bms.Core.Tests\Storage\TestStore.cs;..\Bms.Core.Tests\Control\**\*.cs;..\Bms.Core.Tests\Estimation\**\*.cs;..\Bms.Core.Tests\Protection\**\*.cs|",
                _ => @"**\*.cs|bin\**;obj\**",
            };
            XElement[] compiled = Load(project).Descendants().Where(e => e.Name.LocalName == "Compile").ToArray();
            XElement all = compiled.Single(c => c.Attribute("Include")!.Value.Contains('*'));
            Assert.AreEqual(sources, all.Attribute("Include")!.Value + "|" + all.Attribute("Exclude")?.Value);
            foreach (string include in compiled.Select(c => c.Attribute("Include")!.Value).Where(i => !i.Contains('*')).Concat(Includes(project, "ProjectReference")).Concat(Includes(project, "None")))
            {
                Assert.IsTrue(File.Exists(PathIn(project, include)), $"{project}: {include} does not exist");
            }
        }

        [TestMethod]
        [DataRow("Bms.Core")]
        [DataRow("Bms.Core.Messages")]
        [DataRow("Bms.Drivers")]
        [DataRow("Bms.Firmware")]
        [DataRow("Bms.Firmware.Stm32")]
        [DataRow("Bms.Core.Tests")]
        [DataRow("Bms.Core.DecisionTests")]
        public void the_contract_build_references_no_library_that_the_device_project_lacks(string project)
        {
            string contract = Path.Combine(Repository.Root, "firmware", "Contract", project, project + ".Contract.csproj");
            string[] libraries = XDocument.Load(contract).Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value.Replace('\\', '/'))).Where(n => !n.EndsWith(".Contract", StringComparison.Ordinal)).ToArray();
            CollectionAssert.IsSubsetOf(libraries, Includes(project, "Reference").ToArray());
        }

        [TestMethod]
        [DataRow("Bms.Core")]
        [DataRow("Bms.Core.Messages")]
        [DataRow("Bms.Drivers")]
        [DataRow("Bms.Firmware")]
        [DataRow("Bms.Firmware.Stm32")]
        public void the_sdk_style_project_takes_the_packages_and_projects_of_the_other_one(string project)
        {
            string folder = Path.Combine(Repository.Root, "firmware", "Sdk");
            XDocument sdk = XDocument.Load(Path.Combine(folder, project, project + ".csproj"));
            Assert.AreEqual("nanoFramework.NET.Sdk", sdk.Root!.Attribute("Sdk")!.Value);
            CollectionAssert.AreEqual(
                Packages(project).Select(p => p.Id).Order().ToArray(),
                sdk.Descendants("PackageReference").Select(r => r.Attribute("Include")!.Value).Order().ToArray());
            CollectionAssert.AreEqual(
                Includes(project, "ProjectReference").Select(i => Path.GetFileNameWithoutExtension(i.Replace('\\', '/'))).Order().ToArray(),
                sdk.Descendants("ProjectReference").Select(r => Path.GetFileNameWithoutExtension(r.Attribute("Include")!.Value)).Order().ToArray());
            Assert.Contains("../../$(MSBuildProjectName)/**/*.cs", File.ReadAllText(Path.Combine(folder, "Directory.Build.props")));
            Assert.DoesNotContain("Sdk", Solution.Split('\n').First(l => l.Contains($"\"{project}\"", StringComparison.Ordinal)));
        }

        [TestMethod]
        [DataRow("Bms.Core", "Bms.Core")]
        [DataRow("Bms.Core.Messages", "Bms.Core.Messages")]
        [DataRow("Bms.Drivers", "Bms.Drivers")]
        [DataRow("Bms.Firmware", "Bms.Firmware")]
        [DataRow("Bms.Firmware.Stm32", "Bms.Firmware.Stm32")]
        [DataRow("Bms.Core.Tests", "NFUnitTest")]
        [DataRow("Bms.Core.DecisionTests", "NFUnitTest")]
        public void names_and_identity_agree_with_the_solution(string project, string assembly)
        {
            Assert.AreEqual(assembly, Elements(project, "AssemblyName").Single());
            Assert.AreEqual(SolutionProjects().Single(p => p.Path.EndsWith($"{project}.nfproj", StringComparison.Ordinal)).Guid, Elements(project, "ProjectGuid").Single());
            Assert.StartsWith("{11A8DD76-328B-46DF-9F39-F559912D0360};", Elements(project, "ProjectTypeGuids").Single());
            Assert.AreEqual(@"obj\device\", Elements(project, "BaseIntermediateOutputPath").Single());
        }

        private static IEnumerable<(string Name, string Path, string Guid)> SolutionProjects()
        {
            return ProjectLine().Matches(Solution).Select(m => (m.Groups[1].Value, m.Groups[2].Value, m.Groups[3].Value));
        }

        private static IEnumerable<string> BuiltIn(string guid)
        {
            return Regex.Matches(Solution, Regex.Escape(guid) + @"\.([^=\n]+)\.Build\.0 = ").Select(m => m.Groups[1].Value);
        }

        private static XDocument Load(string project)
        {
            return XDocument.Load(PathIn(project, project + ".nfproj"));
        }

        private static string PathIn(string project, string relative)
        {
            return Path.Combine([Repository.Root, "firmware", project, .. relative.Split('\\')]);
        }

        private static IEnumerable<string> Elements(string project, string name)
        {
            return Load(project).Descendants().Where(e => e.Name.LocalName == name).Select(e => e.Value);
        }

        private static IEnumerable<string> Includes(string project, string item)
        {
            return Load(project).Descendants().Where(e => e.Name.LocalName == item).Select(e => e.Attribute("Include")!.Value);
        }

        private static IEnumerable<string> PackageImportsOf(string project)
        {
            return Load(project).Descendants().Where(e => e.Name.LocalName == "Import").Select(e => e.Attribute("Project")!.Value).Where(p => p.Contains(@"\packages\", StringComparison.Ordinal));
        }

        private static IEnumerable<(string Id, string Version)> Packages(string project)
        {
            return XDocument.Load(PathIn(project, "packages.config")).Descendants("package").Select(p => (p.Attribute("id")!.Value, p.Attribute("version")!.Value));
        }

        private static HashSet<string> PackagesOf(string project)
        {
            return Packages(project).Select(p => $"{p.Id}.{p.Version}").ToHashSet();
        }

        [GeneratedRegex(@"^\.\.\\\.\.\\packages\\([^\\]+)\\")]
        private static partial Regex PackagePath();

        [GeneratedRegex(@"^Project\(""\{[^}]+\}""\) = ""([^""]+)"", ""([^""]+proj)"", ""(\{[^}]+\})""", RegexOptions.Multiline)]
        private static partial Regex ProjectLine();
    }
}
