using System.Reflection;
using System.Runtime.Loader;

namespace Bms.IlTools.Tests
{
    [TestClass]
    public sealed class IlMeterTests
    {
        // ldarg ldarg add ret
        [TestMethod]
        public void a_straight_line_costs_one_each_instruction()
        {
            AssertCost(40, 0, "static int Add(int a, int b) { return a + b; }", "Add(3, 4)", 7);
        }

        // ldarg conv.r4 ret
        [TestMethod]
        public void a_conversion_costs_one_and_a_half()
        {
            AssertCost(35, 0, "static float Widen(int a) { return a; }", "(int)Widen(5)", 5, "Widen");
        }

        // ldarg ldc bge / ldc ret / ldarg ret: only the branch taken counts
        [TestMethod]
        [DataRow(-5, 0, 50)]
        [DataRow(5, 5, 50)]
        public void only_the_branch_that_runs_is_counted(int argument, int result, int costTenths)
        {
            AssertCost(costTenths, 0, "static int Positive(int a) { if (a < 0) { return 0; } return a; }", $"Positive({argument})", result);
        }

        // ldc stloc ldc stloc br | body n times: ldloc ldloc add stloc ldloc ldc add stloc | n + 1 times: ldloc ldarg blt | ldloc ret
        [TestMethod]
        [DataRow(0, 0)]
        [DataRow(1, 0)]
        [DataRow(10, 45)]
        public void a_loop_counts_every_turn(int turns, int result)
        {
            int instructions = 5 + 8 * turns + 3 * (turns + 1) + 2;
            AssertCost(instructions * 10, 0, "static int Sum(int n) { int sum = 0; for (int i = 0; i < n; i++) { sum += i; } return sum; }", $"Sum({turns})", result);
        }

        // Outer: ldarg call ret, and the call's extra. Inner: ldarg ret.
        [TestMethod]
        public void a_static_call_costs_ten_more()
        {
            AssertCost(30 + 100 + 20, 0, "static int Inner(int a) { return a; } static int Outer(int a) { return Inner(a); }", "Outer(1)", 1);
        }

        // Outer: ldsfld callvirt ret. Getter: ldarg ldfld ret.
        [TestMethod]
        public void a_property_is_a_call_even_where_the_compiler_writes_callvirt()
        {
            AssertCost(30 + 100 + 30, 0, "sealed class H { private int _v = 7; public int V { get { return _v; } } } static readonly H One = new H(); static int Outer() { return One.V; }", "Outer()", 7);
        }

        // Outer: ldsfld callvirt ret. Override: ldc ret.
        [TestMethod]
        [DataRow("abstract class B { public abstract int V(); } sealed class H : B { public override int V() { return 7; } } static readonly B One = new H();")]
        [DataRow("interface B { int V(); } sealed class H : B { public int V() { return 7; } } static readonly B One = new H();")]
        public void a_virtual_and_an_interface_call_cost_sixteen_more(string types)
        {
            AssertCost(30 + 160 + 20, 0, types + " static int Outer() { return One.V(); }", "Outer()", 7);
        }

        // ldarg conv.r8 call conv.r4 ret
        [TestMethod]
        public void a_library_call_costs_fifteen_more()
        {
            AssertCost(30 + 2 * 15 + 150, 0, "static float Root(float x) { return (float)System.Math.Sqrt(x); }", "(int)Root(9f)", 3, "Root");
        }

        // Make: ldc newarr ret, then ldlen conv.i4 at the caller's, which is not counted here
        [TestMethod]
        public void a_new_array_costs_eleven_and_is_one_object()
        {
            AssertCost(20 + 110, 1, "static int[] Make() { return new int[4]; }", "Make().Length", 4, "Make");
        }

        // Make: newobj ret. Constructor: ldarg call-to-the-library ret.
        [TestMethod]
        public void a_new_object_costs_fifty_and_its_constructor()
        {
            AssertCost(500 + 10 + 30 + 150, 1, "sealed class H { public int V; } static H Make() { return new H(); }", "Make().V", 0, "Make");
        }

        // Use: ldloca initobj ldloca ldc stfld ldloc ret; one struct local, by value to nobody
        [TestMethod]
        public void a_struct_local_is_an_object_at_every_call()
        {
            const string Source = "struct P { public int A; public int B; } static int Use() { P p = default(P); p.A = 7; Touch(ref p); return p.A; } static void Touch(ref P p) { }";
            Metered metered = Run(Source, "Use()");
            Assert.AreEqual(7, metered.Result);
            Assert.AreEqual(1, metered.Stage("Use").Allocations);
        }

        [TestMethod]
        public void struct_arguments_and_results_are_objects_and_enums_are_none()
        {
            const string Source = "struct P { public int A; } enum E { X = 3 } static P _p; static P Same(P p) { return p; } static int Number(E e) { return (int)e; } static int Use() { _p = Same(_p); return Number(E.X); }";
            Metered metered = Run(Source, "Use()");
            Assert.AreEqual(3, metered.Result);
            Assert.AreEqual(2, metered.Stage("Use").Allocations);
        }

        [TestMethod]
        public void boxing_and_string_building_are_objects()
        {
            Assert.AreEqual(1, Run("static object _o; static int Use() { _o = 5; return 1; }", "Use()").Stage("Use").Allocations);
            Assert.AreEqual(1, Run("static string _s = \"a\"; static int Use() { _s = _s + \"b\"; return 1; }", "Use()").Stage("Use").Allocations);
            Assert.AreEqual(0, Run("static string _s = \"a\"; static int Use() { return _s.Length; }", "Use()").Stage("Use").Allocations);
        }

        [TestMethod]
        public void a_delegate_made_at_each_call_is_an_object()
        {
            Assert.AreEqual(1, Run("static int _n; static void Count() { _n++; } static int Use() { System.Action a = new System.Action(Count); a(); return _n; }", "Use()").Stage("Use").Allocations);
        }

        [TestMethod]
        [DataRow("static int Use() { int n = 0; try { n = 1; throw new System.Exception(); } catch (System.Exception) { n += 2; } finally { n += 4; } return n; }", 7)]
        [DataRow("static int Use() { int n = 0; try { n = 1; throw new System.Exception(\"x\"); } catch (System.Exception e) when (e.Message == \"x\") { n += 2; } return n; }", 3)]
        [DataRow("static int Pick(int i) { switch (i) { case 0: return 5; case 1: return 6; case 2: return 7; case 3: return 8; default: return 9; } } static int Use() { return Pick(0) + Pick(2) * 10 + Pick(9) * 100; }", 975)]
        [DataRow("static int Use() { bool a = true; for (int i = 0; i < 3; i++) { a = i == 1 ? a && i > 0 : !a || i > 5; } return a ? 1 : 0; }", 1)]
        public void the_rewritten_code_still_does_the_same(string source, int expected)
        {
            Assert.AreEqual(expected, Run(source, "Use()").Result);
        }

        [TestMethod]
        public void a_stage_holds_what_it_called_and_a_method_only_its_own()
        {
            const string Source = "static int Inner(int a) { return a; } static int Outer(int a) { return Inner(a) + Inner(a); }";
            Metered metered = Run(Source, "Outer(1)", "Outer", "Inner");

            Assert.AreEqual(2, metered.Stage("Inner").Calls);
            Assert.AreEqual(2 * 20, metered.Stage("Inner").CostTenths);
            Assert.AreEqual(6 * 10 + 2 * 100 + 2 * 20, metered.Stage("Outer").CostTenths);
            Assert.AreEqual(6 * 10 + 2 * 100, metered.MethodCost("Code::Outer"));
            Assert.AreEqual(2 * 20, metered.MethodCost("Code::Inner"));
        }

        [TestMethod]
        public void reset_sets_every_counter_to_zero()
        {
            using Loaded loaded = Load("public static int Entry() { object o = new object(); return o == null ? 0 : 1; }", "Entry");
            loaded.Call("Entry");
            Assert.IsGreaterThan(0, loaded.Counters.CostTenths);
            loaded.Counters.Reset();
            Assert.AreEqual(0, loaded.Counters.CostTenths + loaded.Counters.Allocations + loaded.Counters.StageCostTenths[0] + loaded.Counters.StageAllocations[0] + loaded.Counters.StageCalls[0] + loaded.Counters.MethodCostTenths.Sum());
        }

        [TestMethod]
        public void a_stage_that_does_not_exist_is_an_error()
        {
            using Snippet snippet = Snippet.ForDevice("public class C { }");
            ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => IlMeter.Instrument(snippet.AssemblyPath, snippet.AssemblyPath + ".out", ["C::Update"]));
            Assert.Contains("C::Update", error.Message);
            Assert.IsFalse(File.Exists(snippet.AssemblyPath + ".out"));
        }

        [TestMethod]
        public void an_assembly_without_counters_is_refused()
        {
            ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => new IlCounters(typeof(IlMeterTests).Assembly));
            Assert.Contains("has no counters", error.Message);
        }

        private static void AssertCost(long costTenths, long allocations, string members, string call, int result, string? method = null)
        {
            string stage = method ?? call[..call.IndexOf('(')];
            Metered metered = Run(members, call, stage);
            Assert.AreEqual(result, metered.Result);
            Assert.AreEqual(costTenths, metered.Stage(stage).CostTenths);
            Assert.AreEqual(allocations, metered.Stage(stage).Allocations);
        }

        private static Metered Run(string members, string call, params string[] stages)
        {
            string[] names = stages.Length == 0 ? [call[..call.IndexOf('(')]] : stages;
            using Loaded loaded = Load($"{members} public static int Entry() {{ return {call}; }}", names);
            loaded.Call("Entry");
            loaded.Counters.Reset();
            int result = loaded.Call("Entry");
            IlCounters counters = loaded.Counters;
            return new Metered(
                result,
                names.Select((name, i) => (name, new StageCount(counters.StageCostTenths[i], counters.StageAllocations[i], counters.StageCalls[i]))).ToDictionary(),
                counters.MethodNames.Zip(counters.MethodCostTenths).ToDictionary(p => p.First, p => p.Second));
        }

        private static Loaded Load(string members, params string[] stages)
        {
            return new Loaded(Snippet.ForDevice($"public static class Code {{ {members} }}"), stages.Select(s => "Code::" + s).ToArray());
        }

        private sealed record StageCount(long CostTenths, long Allocations, long Calls);

        private sealed record Metered(int Result, Dictionary<string, StageCount> Stages, Dictionary<string, long> Methods)
        {
            public StageCount Stage(string name) => Stages[name];

            public long MethodCost(string name) => Methods[name];
        }

        private sealed class Loaded : IDisposable
        {
            private readonly Snippet _snippet;
            private readonly AssemblyLoadContext _context = new("snippet", isCollectible: true);
            private readonly Type _type;

            public Loaded(Snippet snippet, string[] stages)
            {
                _snippet = snippet;
                string output = Path.Combine(snippet.Folder, "Metered.dll");
                IlMeter.Instrument(snippet.AssemblyPath, output, stages);
                using var stream = new MemoryStream(File.ReadAllBytes(output));
                Assembly assembly = _context.LoadFromStream(stream);
                _type = assembly.GetType("Code")!;
                Counters = new IlCounters(assembly);
            }

            public IlCounters Counters { get; }

            public int Call(string method)
            {
                return (int)_type.GetMethod(method)!.Invoke(null, null)!;
            }

            public void Dispose()
            {
                _context.Unload();
                _snippet.Dispose();
            }
        }
    }
}
