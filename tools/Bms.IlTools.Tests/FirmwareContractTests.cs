namespace Bms.IlTools.Tests
{
    /// <summary>The firmware itself, as the contract build compiled it.</summary>
    [TestClass]
    public sealed class FirmwareContractTests
    {
        // A sensor that computes in double and is read by a thread of low priority.
        private static readonly string[] DoubleOutsideTheCycle = ["Bms.Drivers.EnvironmentSensor"];

        [TestMethod]
        [DataRow("Bms.Core", "Bms.Core")]
        [DataRow("Bms.Drivers", "Bms.Drivers")]
        [DataRow("Bms.Firmware", "Bms.Firmware")]
        [DataRow("Bms.Firmware.Stm32", "Bms.Firmware.Stm32")]
        [DataRow("Bms.Core.Tests", "NFUnitTest")]
        public void the_device_can_take_every_instruction(string project, string assembly)
        {
            IReadOnlyList<ContractFinding> findings = ContractScan.Scan(
                Repository.ContractAssembly(project, assembly),
                new ContractScanOptions { DoubleAllowedIn = DoubleOutsideTheCycle });
            Assert.IsEmpty(findings, string.Join(Environment.NewLine, findings));
        }

        // Shows F-009.
        [TestMethod]
        public void the_control_cycle_allocates_nothing()
        {
            IReadOnlyList<ContractFinding> findings = ContractScan.Scan(
                Repository.ContractAssembly("Bms.Core", "Bms.Core"),
                new ContractScanOptions { CycleRoots = [MeteredFirmware.CycleRoot] });
            Assert.IsEmpty(findings, string.Join(Environment.NewLine, findings));
        }

        [TestMethod]
        public void reference_assemblies_declare_only_what_the_device_has()
        {
            if (!Directory.Exists(Repository.ApiLists))
            {
                Assert.Inconclusive("skipped: the device's API lists are not at hand; put the folder facts/nanoframework-api beside the data folder (BMS_DATA, else ../shared/data).");
            }

            var unlisted = new List<string>();
            foreach (string name in Repository.ReferenceAssemblies())
            {
                IReadOnlyList<string> ids = ApiListCheck.FindUnlisted(Repository.ContractAssembly(name, name), Repository.ApiLists);
                unlisted.AddRange(ids.Select(id => $"{name}: {id}"));
            }

            Assert.IsEmpty(unlisted, string.Join(Environment.NewLine, unlisted));
        }

        [TestMethod]
        public void contract_assemblies_know_no_desktop_library()
        {
            string[] allowed = [.. Repository.ReferenceAssemblies(), "Bms.Core", "Bms.Drivers"];
            foreach ((string project, string assembly) in new[] { ("Bms.Core", "Bms.Core"), ("Bms.Drivers", "Bms.Drivers"), ("Bms.Firmware", "Bms.Firmware"), ("Bms.Firmware.Stm32", "Bms.Firmware.Stm32"), ("Bms.Core.Tests", "NFUnitTest") })
            {
                using Mono.Cecil.ModuleDefinition module = Mono.Cecil.ModuleDefinition.ReadModule(Repository.ContractAssembly(project, assembly));
                CollectionAssert.IsSubsetOf(module.AssemblyReferences.Select(r => r.Name).ToArray(), allowed);
            }
        }
    }
}
