using Mono.Cecil;

namespace Bms.InterpreterTests
{
    /// <summary>The firmware's unit tests, written once, in the device's interpreter.</summary>
    [TestClass]
    public sealed class UnitTestsInTheInterpreter
    {
        private const string Passed = "Test passed,";
        private const string Failed = "Test failed,";
        private const string Skipped = "Test skipped,";

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        public void the_same_tests_pass_as_on_the_pc_and_none_is_missing()
        {
            Interpreter interpreter = Interpreter.Get();
            string[] lines = [.. Run(interpreter, "Bms.Core.Tests"), .. Run(interpreter, "Bms.Core.DecisionTests")];

            string[] bad = lines.Where(l => l.StartsWith(Failed, StringComparison.Ordinal) || l.StartsWith(Skipped, StringComparison.Ordinal)).ToArray();
            Assert.IsEmpty(bad, string.Join('\n', bad));

            string[] passed = lines.Where(l => l.StartsWith(Passed, StringComparison.Ordinal)).Select(NameOf).Order(StringComparer.Ordinal).ToArray();
            string[] expected = TestsOf(Repository.PcTests()).Order(StringComparer.Ordinal).ToArray();
            TestContext.WriteLine($"{passed.Length} tests passed in the interpreter, {expected.Length} exist on the PC.");
            Assert.IsNotEmpty(expected);
            CollectionAssert.AreEqual(expected, passed, "missing: " + string.Join(", ", expected.Except(passed)) + "; unknown: " + string.Join(", ", passed.Except(expected)));
        }

        private static string[] Run(Interpreter interpreter, string project)
        {
            using var work = new WorkFolder();
            string messages = Repository.Contract(project, "Bms.Core.Messages.dll");
            string core = Repository.Contract(project, "Bms.Core.dll");
            return interpreter.Run(
            [
                interpreter.Library("mscorlib.pe"),
                interpreter.Library("nanoFramework.UnitTestLauncher.pe"),
                interpreter.Library("nanoFramework.TestFramework.pe"),
                interpreter.Convert(messages, work.Path),
                interpreter.Convert(core, work.Path, messages),
                interpreter.Convert(Repository.Contract(project, "NFUnitTest.dll"), work.Path, core, messages),
            ]);
        }

        // "Test passed,Namespace.Class.method.0,ticks": the number counts the attributes of the method.
        private static string NameOf(string line)
        {
            string name = line[Passed.Length..line.LastIndexOf(',')];
            return name[..name.LastIndexOf('.')];
        }

        private static IEnumerable<string> TestsOf(string assembly)
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(assembly);
            return module.Types
                .Where(type => Has(type, "TestClassAttribute"))
                .SelectMany(type => type.Methods.Where(method => Has(method, "TestMethodAttribute")).Select(method => type.FullName + "." + method.Name))
                .ToArray();
        }

        private static bool Has(ICustomAttributeProvider item, string attribute)
        {
            return item.CustomAttributes.Any(a => a.AttributeType.Name == attribute);
        }
    }
}
