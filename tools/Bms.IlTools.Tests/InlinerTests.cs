using System.Reflection;
using System.Runtime.Loader;
using Bms.IlInliner;
using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlTools.Tests
{
    [TestClass]
    public sealed class InlinerTests
    {
        [TestMethod]
        [DataRow("a small method in two places", "static int Add(int a, int b) { return a + b; } public static int Run(int x) { return Add(x, 1) * Add(x, 2); }", 12)]
        [DataRow("a value that the called one changes", "static int Up(int a) { a += 5; return a; } public static int Run(int x) { int y = x; int z = Up(y); return y * 100 + z; }", 207)]
        [DataRow("arguments in their order, each once", "static int _n; static int Next() { _n = _n * 10 + 1; return _n; } static int Less(int a, int b) { return a - b; } public static int Run(int x) { _n = 0; return Less(Next() * x, Next()); }", -9)]
        [DataRow("a variable that a later argument changes", "static int Both(int a, int b) { return a * 10 + b; } public static int Run(int x) { int y = x; return Both(y, y = 7); }", 27)]
        [DataRow("several returns", "static int Sign(int a) { if (a < 0) { return -1; } if (a > 0) { return 1; } return 0; } public static int Run(int x) { return Sign(-x) * 100 + Sign(x) * 10 + Sign(0); }", -90)]
        [DataRow("a loop below a value on the stack", "static int Sum(int n) { int s = 0; for (int i = 0; i <= n; i++) { s += i; } return s; } public static int Run(int x) { return x * 1000 + Sum(x) + Sum(3); }", 2009)]
        [DataRow("a question asked at once", "static bool Is(int a, int b) { return a > b && a != 9; } public static int Run(int x) { return Is(x, 1) ? Is(9, 1) ? 1 : 2 : 3; }", 2)]
        [DataRow("questions about what is no number", "static bool Is(float a, float b) { return a > b; } static bool Not(float a, float b) { return !(a <= b); } public static int Run(int x) { float n = x * 0f / 0f; return (Is(n, 1f) ? 1 : 0) + (Not(n, 1f) ? 10 : 0); }", 10)]
        [DataRow("private members of another type", "sealed class Box { private int _v = 4; private int Twice() { return _v * 2; } internal int Value() { return Twice() + _v; } } static readonly Box B = new Box(); public static int Run(int x) { return B.Value() + x; }", 14)]
        [DataRow("one that calls itself", "static int Down(int n) { return n == 0 ? 0 : n + Down(n - 1); } public static int Run(int x) { return Down(x + 2); }", 10)]
        [DataRow("a virtual one", "abstract class B { public abstract int V(); } sealed class H : B { public override int V() { return 7; } } static readonly B One = new H(); public static int Run(int x) { return One.V() + x; }", 9)]
        [DataRow("one that catches", "static int Try(int a) { try { return 6 / a; } catch (System.Exception) { return -1; } } public static int Run(int x) { return Try(0) * 10 + Try(x); }", -7)]
        [DataRow("an argument by reference", "static void Up(ref int a) { a += 3; } public static int Run(int x) { int y = x; Up(ref y); return y; }", 5)]
        [DataRow("a switch", "static int Pick(int a) { switch (a) { case 0: return 5; case 1: return 6; case 2: return 7; case 3: return 8; default: return 9; } } public static int Run(int x) { return Pick(x) * 10 + Pick(x + 4); }", 79)]
        [DataRow("nested calls with the same locals", "static int Sq(int a) { int b = a * a; return b + (b > 100 ? 1 : 0); } public static int Run(int x) { return Sq(Sq(x) + Sq(x + 1)) - Sq(3); }", 161)]
        public void what_is_computed_stays_the_same(string what, string members, int result)
        {
            using var before = Snippet.ForDevice(Program(members));
            using var after = Snippet.ForDevice(Program(members));
            AssemblyFile.Inline(after.AssemblyPath, [], null, []);
            Assert.AreEqual(result, Run(before), what);
            Assert.AreEqual(result, Run(after), what);
        }

        [TestMethod]
        public void a_method_with_one_call_is_gone_and_so_is_its_cost()
        {
            using var snippet = Snippet.ForDevice(Program("static int Inner(int a) { return a + 1; } public static int Run(int x) { return Inner(x); }"));
            StringAssert.Contains(AssemblyFile.Inline(snippet.AssemblyPath, [], null, []), "1 calls inlined, 1 methods gone");
            CollectionAssert.AreEqual(new[] { Code.Ldarg_0, Code.Ldc_I4_1, Code.Add, Code.Ret }, CodesOf(snippet, "Run"));
            Assert.IsFalse(Methods(snippet).Contains("Inner"));
        }

        [TestMethod]
        public void a_method_that_others_may_call_stays_where_it_is_too()
        {
            using var snippet = Snippet.ForDevice(Program("public static int Inner(int a) { return a + 1; } public static int Run(int x) { return Inner(x); }"));
            AssemblyFile.Inline(snippet.AssemblyPath, [], null, []);
            CollectionAssert.AreEqual(new[] { Code.Ldarg_0, Code.Ldc_I4_1, Code.Add, Code.Ret }, CodesOf(snippet, "Run"));
            CollectionAssert.Contains(Methods(snippet), "Inner");
        }

        [TestMethod]
        [DataRow(Inliner.SmallInstructions, false)]
        [DataRow(Inliner.SmallInstructions + 2, true)]
        public void a_method_with_many_calls_goes_to_them_where_it_is_small(int instructions, bool isCalled)
        {
            // ldarg, then ldc add for each, ret
            string sum = string.Concat(Enumerable.Repeat(" + 3", (instructions - 2) / 2));
            using var snippet = Snippet.ForDevice(Program($"static int Inner(int a) {{ return a{sum}; }} public static int Run(int x) {{ return Inner(x) + Inner(x) + Inner(x); }}"));
            AssemblyFile.Inline(snippet.AssemblyPath, [], null, []);
            Assert.AreEqual(isCalled, CodesOf(snippet, "Run").Contains(Code.Call));
        }

        [TestMethod]
        [DataRow("MethodImplOptions.NoInlining", "return a;", true)]
        [DataRow("(MethodImplOptions)256", "int s = 0; for (int i = 0; i < a; i++) { s += i * i % 7 + i / 3 + i * 5 % 11 + i * 3 % 13 + i * 2 % 17 + a * 3 % 19 + a * 7 % 23 + a / 5 + a / 7; s ^= i * 31 + a * 17; s += s >> 3; s -= i * a; s ^= a << 2; } return s;", false)]
        public void a_mark_decides_against_the_size(string mark, string body, bool isCalled)
        {
            using var snippet = Snippet.ForDevice("using System.Runtime.CompilerServices;" + Program($"[MethodImpl({mark})] public static int Inner(int a) {{ {body} }} public static int Run(int x) {{ int y = Inner(x); int z = Inner(y); return Inner(z); }}"));
            AssemblyFile.Inline(snippet.AssemblyPath, [], null, []);
            Assert.AreEqual(isCalled, CodesOf(snippet, "Run").Contains(Code.Call));
        }

        [TestMethod]
        public void only_what_the_roots_reach_gets_copies()
        {
            using var snippet = Snippet.ForDevice(Program("public static int Inner(int a) { return a * 3 + a / 2 + 7; } public static int Run(int x) { return Inner(x) + Inner(x + 1); } public static int Cold(int x) { return Inner(x) + Inner(x); }"));
            AssemblyFile.Inline(snippet.AssemblyPath, [], null, ["P::Run"]);
            Assert.IsFalse(CodesOf(snippet, "Run").Contains(Code.Call));
            Assert.IsTrue(CodesOf(snippet, "Cold").Contains(Code.Call));
        }

        [TestMethod]
        public void a_root_that_does_not_exist_is_named()
        {
            using var snippet = Snippet.ForDevice(Program("public static int Run(int x) { return x; }"));
            byte[] before = File.ReadAllBytes(snippet.AssemblyPath);
            ArgumentException fault = Assert.ThrowsExactly<ArgumentException>(() => AssemblyFile.Inline(snippet.AssemblyPath, [], null, ["P::Ran"]));
            StringAssert.Contains(fault.Message, "P::Ran");
            CollectionAssert.AreEqual(before, File.ReadAllBytes(snippet.AssemblyPath));
        }

        [TestMethod]
        public void no_call_across_the_border_is_touched()
        {
            const string Apart = "public static class Apart { public static int Inner(int a) { return a + 1; } }";
            using var border = Snippet.ForDevice(Apart);
            using var snippet = Snippet.ForDevice(Apart + Program("public static int Run(int x) { return Apart.Inner(x); }"));
            AssemblyFile.Inline(snippet.AssemblyPath, [], border.AssemblyPath, []);
            Assert.IsTrue(CodesOf(snippet, "Run").Contains(Code.Call));
        }

        [TestMethod]
        public void the_lines_of_a_method_are_still_known()
        {
            using var snippet = Snippet.ForDevice(Program("static int Inner(int a) { return a + 1; } public static int Run(int x) { return Inner(x); }"));
            AssemblyFile.Inline(snippet.AssemblyPath, [], null, []);
            using ModuleDefinition module = ModuleDefinition.ReadModule(snippet.AssemblyPath, new ReaderParameters { InMemory = true, ReadSymbols = true });
            MethodDefinition run = module.GetType("P").Methods.Single(m => m.Name == "Run");
            Assert.AreEqual(Snippet.FileName, run.DebugInformation.SequencePoints.First().Document.Url);
        }

        [TestMethod]
        public void a_second_turn_changes_nothing_that_is_computed()
        {
            using var snippet = Snippet.ForDevice(Program("static int Add(int a, int b) { return a + b; } public static int Run(int x) { return Add(x, 1) * Add(x, 2); }"));
            AssemblyFile.Inline(snippet.AssemblyPath, [], null, []);
            AssemblyFile.Inline(snippet.AssemblyPath, [], null, []);
            Assert.AreEqual(12, Run(snippet));
        }

        [TestMethod]
        public void what_is_no_assembly_is_left_as_it_is()
        {
            string path = Path.GetTempFileName();
            File.WriteAllText(path, "no assembly");
            Assert.ThrowsExactly<BadImageFormatException>(() => AssemblyFile.Inline(path, [], null, []));
            Assert.AreEqual("no assembly", File.ReadAllText(path));
            File.Delete(path);
        }

        private static string Program(string members)
        {
            return $"public static class P {{ {members} }}";
        }

        private static int Run(Snippet snippet)
        {
            string retargeted = Path.Combine(snippet.Folder, "Run.dll");
            IlMeter.Retarget(snippet.AssemblyPath, retargeted);
            var context = new AssemblyLoadContext("inlined", isCollectible: true);
            try
            {
                Assembly assembly = context.LoadFromStream(new MemoryStream(File.ReadAllBytes(retargeted)));
                return (int)assembly.GetType("P")!.GetMethod("Run")!.Invoke(null, [2])!;
            }
            finally
            {
                context.Unload();
            }
        }

        private static Code[] CodesOf(Snippet snippet, string method)
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(snippet.AssemblyPath, new ReaderParameters { InMemory = true });
            return [.. module.GetType("P").Methods.Single(m => m.Name == method).Body.Instructions.Select(i => i.OpCode.Code)];
        }

        private static string[] Methods(Snippet snippet)
        {
            using ModuleDefinition module = ModuleDefinition.ReadModule(snippet.AssemblyPath, new ReaderParameters { InMemory = true });
            return [.. module.GetType("P").Methods.Select(m => m.Name)];
        }
    }
}
