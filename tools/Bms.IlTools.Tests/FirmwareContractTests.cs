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
        [DataRow("Bms.Core.DecisionTests", "NFUnitTest")]
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
            string[] allowed = [.. Repository.ReferenceAssemblies(), "Bms.Core", "Bms.Core.Messages", "Bms.Drivers"];
            foreach ((string project, string assembly) in new[] { ("Bms.Core", "Bms.Core"), ("Bms.Drivers", "Bms.Drivers"), ("Bms.Firmware", "Bms.Firmware"), ("Bms.Firmware.Stm32", "Bms.Firmware.Stm32"), ("Bms.Core.Tests", "NFUnitTest"), ("Bms.Core.DecisionTests", "NFUnitTest") })
            {
                using Mono.Cecil.ModuleDefinition module = Mono.Cecil.ModuleDefinition.ReadModule(Repository.ContractAssembly(project, assembly));
                CollectionAssert.IsSubsetOf(module.AssemblyReferences.Select(r => r.Name).ToArray(), allowed);
            }
        }

        // The device's launcher calls a test without making the object that it belongs to.
        [TestMethod]
        [DataRow("Bms.Core.Tests")]
        [DataRow("Bms.Core.DecisionTests")]
        public void no_test_of_the_device_needs_an_object(string project)
        {
            using Mono.Cecil.ModuleDefinition module = Mono.Cecil.ModuleDefinition.ReadModule(Repository.ContractAssembly(project, "NFUnitTest"));
            Mono.Cecil.TypeDefinition[] tests = [.. module.GetTypes().Where(t => t.CustomAttributes.Any(a => a.AttributeType.Name == "TestClassAttribute"))];
            Assert.IsNotEmpty(tests);
            Assert.IsEmpty(tests.SelectMany(t => t.Fields).Where(f => !f.IsStatic).Select(f => f.FullName));
        }

        // The device's format counts byte code in 16 bits, and writes tokens in two bytes where IL has four.
        [TestMethod]
        [DataRow("Bms.Core.Logic", "Bms.Core")]
        [DataRow("Bms.Core.Messages", "Bms.Core.Messages")]
        [DataRow("Bms.Drivers", "Bms.Drivers")]
        [DataRow("Bms.Firmware", "Bms.Firmware")]
        [DataRow("Bms.Core.Tests", "NFUnitTest")]
        [DataRow("Bms.Core.DecisionTests", "NFUnitTest")]
        public void no_assembly_of_the_device_has_more_byte_code_than_its_format_holds(string project, string assembly)
        {
            using Mono.Cecil.ModuleDefinition module = Mono.Cecil.ModuleDefinition.ReadModule(Repository.ContractAssembly(project, assembly));
            int bytes = module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody).Sum(m => m.Body.CodeSize - (2 * m.Body.Instructions.Count(HasToken)));
            Assert.IsInRange(1, 65535, bytes, $"{assembly} of {project}: move a part of it into an assembly of its own");
        }

        private static bool HasToken(Mono.Cecil.Cil.Instruction instruction)
        {
            return instruction.OpCode.OperandType is Mono.Cecil.Cil.OperandType.InlineMethod or Mono.Cecil.Cil.OperandType.InlineField or Mono.Cecil.Cil.OperandType.InlineType
                or Mono.Cecil.Cil.OperandType.InlineTok or Mono.Cecil.Cil.OperandType.InlineString;
        }
    }
}
