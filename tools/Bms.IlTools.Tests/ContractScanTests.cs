namespace Bms.IlTools.Tests
{
    [TestClass]
    public sealed class ContractScanTests
    {
        [TestMethod]
        public void plain_firmware_code_gives_no_finding()
        {
            AssertClean("""
                public interface ISource { int Read(); }
                public sealed class Average : ISource
                {
                    private readonly int[][] _rows = new int[2][];
                    private float _value;
                    public int Read() { return (int)_value; }
                    public void Add(float x) { try { _value = _value * 0.9f + x * 0.1f; } catch (System.Exception) { _value = 0; } }
                    public int At(int row, int column) { return _rows[row][column]; }
                    public static int operator +(Average a, int b) { return unchecked((int)a._value + b); }
                }
                """);
        }

        [TestMethod]
        public void a_finding_names_file_line_and_member()
        {
            using Snippet snippet = Snippet.ForDevice("""
                public static class C
                {
                    public static int Add(int a, int b)
                    {
                        a++;
                        return checked(a + b);
                    }
                }
                """);

            ContractFinding finding = ContractScan.Scan(snippet.AssemblyPath).Single();

            Assert.AreEqual(ContractRule.Checked, finding.Rule);
            Assert.AreEqual(Snippet.FileName, Path.GetFileName(finding.File));
            Assert.AreEqual(6, finding.Line);
            Assert.Contains("C::Add", finding.Member);
            Assert.Contains($"{Snippet.FileName}(6): checked:", finding.ToString());
        }

        [TestMethod]
        [DataRow("public class Box<T> { public T Value; }")]
        [DataRow("public class C { public static T Same<T>(T x) { return x; } }")]
        [DataRow("public class C { static T Same<T>(T x) { return x; } public static int Use() { return Same(3); } }")]
        [DataRow("public class Box<T> { public T Value; } public class C { public Box<int> Field; }")]
        [DataRow("public class Box<T> { public T Value; } public class C { public static object Make() { return new Box<int>(); } }")]
        [DataRow("public class Box<T> { } public class C : Box<int> { }")]
        [DataRow("public interface IBox<T> { } public class C : IBox<int> { }")]
        [DataRow("public delegate void Handler<T>(T x);")]
        [DataRow("public class MarkAttribute<T> : System.Attribute { } public class C { [Mark<int>] public int Field; }")]
        public void generics_are_refused_wherever_they_stand(string source)
        {
            AssertFinds(ContractRule.Generic, source);
        }

        [TestMethod]
        public void an_array_of_arrays_and_a_plain_delegate_are_not_generic()
        {
            AssertClean("public delegate int Handler(int x); public class C { public int[][] Rows; public Handler Call; }");
        }

        [TestMethod]
        [DataRow("public class C { public int[,] Field; }")]
        [DataRow("public class C { public static int Use() { var a = new int[2, 3]; a[1, 1] = 4; return a[1, 1]; } }")]
        [DataRow("public class C { public static void Use(float[,,] a) { } }")]
        [DataRow("public class C { public int[][,] Field; }")]
        public void arrays_with_several_dimensions_are_refused(string source)
        {
            AssertFinds(ContractRule.MultiDimensionalArray, source);
        }

        [TestMethod]
        public void a_default_interface_method_is_refused()
        {
            AssertFindsOnPc(ContractRule.DefaultInterfaceMethod, "public interface I { int Read() { return 1; } }");
        }

        [TestMethod]
        public void a_default_interface_method_does_not_even_compile_for_the_device()
        {
            Assert.ThrowsExactly<AssertFailedException>(() => Snippet.ForDevice("public interface I { int Read() { return 1; } }"));
        }

        [TestMethod]
        public void an_interface_without_bodies_and_an_abstract_class_with_one_are_allowed()
        {
            AssertClean("public interface I { int Read(); int Value { get; } } public abstract class C { public abstract int Read(); public virtual int Other() { return 1; } }");
        }

        [TestMethod]
        public void a_static_abstract_interface_member_is_refused()
        {
            AssertFindsOnPc(ContractRule.StaticAbstract, "public interface I { static abstract int Read(); }");
        }

        [TestMethod]
        public void a_static_class_member_is_no_static_abstract()
        {
            AssertClean("public static class C { public static int Read() { return 1; } }");
        }

        [TestMethod]
        [DataRow("public unsafe class C { public static int Use(int* p) { return *p; } }")]
        [DataRow("public unsafe class C { public int* Field; }")]
        [DataRow("public unsafe class C { public static int Use() { int* p = stackalloc int[4]; return p[0]; } }")]
        [DataRow("public unsafe class C { public static int Use(byte[] a) { fixed (byte* p = a) { return *p; } } }")]
        public void pointers_and_stackalloc_are_refused(string source)
        {
            AssertFinds(ContractRule.Pointer, source);
        }

        [TestMethod]
        public void references_are_no_pointers()
        {
            AssertClean("public class C { public static void Use(ref int a, out int b) { b = a; a = 0; } public static ref int At(int[] a) { return ref a[0]; } }");
        }

        // Shows F-009.
        [TestMethod]
        [DataRow("public class C { public double Field; }")]
        [DataRow("public class C { public double[] Field; }")]
        [DataRow("public class C { public static void Use(double x) { } }")]
        [DataRow("public class C { public static double Use() { return default; } }")]
        [DataRow("public class C { public static float Use(float x) { return (float)(x * 1.5); } }")]
        [DataRow("public class C { public static bool Use(float x) { return (double)x > 0.5f; } }")]
        [DataRow("public class C { public static float Use(float x) { return (float)(System.Math.Sqrt(x) + 1); } }")]
        [DataRow("public class C { public static bool Use(float x) { return System.Math.Sqrt(x) > x; } }")]
        [DataRow("public class C { public static int Use(string s) { return (int)double.Parse(s); } }")]
        public void doubles_are_refused(string source)
        {
            AssertFinds(ContractRule.Double, source);
        }

        [TestMethod]
        [DataRow("public class C { public static float Use(float x) { return x * 1.5f; } }")]
        [DataRow("public class C { public static float Use(float x) { return (float)System.Math.Sqrt(x); } }")]
        [DataRow("public class C { public static float Use(float x, float y) { return (float)System.Math.Pow(x * y, y + 1f); } }")]
        [DataRow("public class C { public static float Use(float x) { return (float)System.Math.Pow(10.0, x); } }")]
        [DataRow("public class C { public static float Use(float x) { return System.Math.Max(System.Math.Abs(x), 1f); } }")]
        [DataRow("public class C { public static float Use(uint x) { return x; } }")]
        public void float_arithmetic_is_allowed_and_a_double_that_lives_for_one_call_of_math(string source)
        {
            AssertClean(source);
        }

        [TestMethod]
        public void a_double_is_allowed_in_a_type_on_the_list_and_in_those_nested_in_it()
        {
            using Snippet snippet = Snippet.ForDevice("""
                namespace N
                {
                    public class Start { public double Field; public static double Use(double x) { return x * 2; } public class Inner { public double Field; } }
                    public class Starter { public double Field; }
                }
                """);

            IReadOnlyList<ContractFinding> findings = ContractScan.Scan(snippet.AssemblyPath, new ContractScanOptions { DoubleAllowedIn = ["N.Start"] });

            Assert.Contains("N.Starter", findings.Single().Member);
        }

        [TestMethod]
        public void decimal_is_refused()
        {
            AssertFindsOnPc(ContractRule.Decimal, "public class C { public decimal Field; }");
        }

        [TestMethod]
        [DataRow("checked(a + b)")]
        [DataRow("checked(a - b)")]
        [DataRow("checked(a * b)")]
        [DataRow("checked((byte)a)")]
        [DataRow("(int)checked((uint)a)")]
        public void checked_arithmetic_is_refused(string expression)
        {
            AssertFinds(ContractRule.Checked, $"public class C {{ public static int Use(int a, int b) {{ return {expression}; }} }}");
        }

        [TestMethod]
        [DataRow("a + b * 3 - (a >> 1)")]
        [DataRow("(byte)a + (ushort)b")]
        [DataRow("a / 3 % 7")]
        public void unchecked_arithmetic_is_allowed(string expression)
        {
            AssertClean($"public class C {{ public static int Use(int a, int b) {{ return {expression}; }} }}");
        }

        [TestMethod]
        public void a_call_through_a_function_pointer_is_refused()
        {
            IReadOnlyList<ContractFinding> findings = Scan(Snippet.ForDevice("public unsafe class C { static int One() { return 1; } public static int Use() { delegate*<int> f = &One; return f(); } }"));
            Assert.IsTrue(findings.Any(f => f.Rule == ContractRule.IndirectCall));
        }

        [TestMethod]
        public void a_call_through_a_delegate_is_allowed()
        {
            AssertClean("public class C { public static void Use(System.Action a) { a(); } }");
        }

        [TestMethod]
        [DataRow("_o = new object();")]
        [DataRow("_o = new int[4];")]
        [DataRow("_o = 3;")]
        [DataRow("_s = _s + \"x\";")]
        [DataRow("_s = _n.ToString();")]
        [DataRow("Log(1, 2);")]
        [DataRow("Pair p; p.A = _n; p.B = 0; _n = Sum(ref p);")]
        [DataRow("_n = Take(_pair);")]
        [DataRow("_a = Update;")]
        [DataRow("int n = _n; _a = () => _n = n;")]
        public void an_allocation_in_the_cycle_is_refused(string statement)
        {
            IReadOnlyList<ContractFinding> findings = ScanCycle(statement);
            Assert.IsNotEmpty(findings);
            Assert.IsTrue(findings.All(f => f.Rule == ContractRule.CycleAllocation), string.Join(Environment.NewLine, findings));
        }

        [TestMethod]
        [DataRow("_n = _numbers[0] + _numbers.Length;")]
        [DataRow("_n = _s.Length;")]
        [DataRow("_n = (int)_mode;")]
        [DataRow("Mode m = _mode; _n = (int)m;")]
        [DataRow("if (_n < 0) { throw new System.InvalidOperationException(\"n\"); }")]
        [DataRow("_a();")]
        [DataRow("Sum(ref _pair);")]
        public void the_cycle_may_do_what_allocates_nothing(string statement)
        {
            Assert.IsEmpty(ScanCycle(statement));
        }

        [TestMethod]
        public void what_only_the_constructor_reaches_may_allocate()
        {
            Assert.IsEmpty(ScanCycle("_n++;"));
        }

        [TestMethod]
        public void the_cycle_reaches_every_override_behind_a_virtual_call()
        {
            using Snippet snippet = Snippet.ForDevice("""
                public abstract class Port { public abstract void Send(); }
                public interface IPort { void Take(); }
                public sealed class RealPort : Port, IPort { private object _o; public override void Send() { _o = new object(); } public void Take() { _o = new int[1]; } }
                public sealed class Controller { private Port _p; private IPort _i; public void Update() { _p.Send(); _i.Take(); } }
                """);

            IReadOnlyList<ContractFinding> findings = ContractScan.Scan(snippet.AssemblyPath, new ContractScanOptions { CycleRoots = ["Controller::Update"] });

            Assert.HasCount(2, findings);
        }

        [TestMethod]
        public void a_cycle_root_that_does_not_exist_is_an_error_and_not_a_clean_result()
        {
            using Snippet snippet = Snippet.ForDevice("public class C { }");
            ArgumentException error = Assert.ThrowsExactly<ArgumentException>(() => ContractScan.Scan(snippet.AssemblyPath, new ContractScanOptions { CycleRoots = ["C::Update"] }));
            Assert.Contains("C::Update", error.Message);
        }

        [TestMethod]
        public void a_missing_assembly_is_named_with_its_remedy()
        {
            FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => ContractScan.Scan("nowhere.dll"));
            Assert.Contains("nowhere.dll: no such assembly; build it first", error.Message);
        }

        [TestMethod]
        public void every_rule_has_a_reason()
        {
            string[] rules = typeof(ContractRule).GetFields().Select(f => (string)f.GetRawConstantValue()!).ToArray();
            CollectionAssert.AreEquivalent(rules, ContractRule.Reasons.Keys.ToArray());
            Assert.IsTrue(ContractRule.Reasons.Values.All(r => r.EndsWith('.')));
        }

        private static IReadOnlyList<ContractFinding> ScanCycle(string statement)
        {
            using Snippet snippet = Snippet.ForDevice($$"""
                public struct Pair { public int A; public int B; }
                public enum Mode { Off, On }
                public sealed class Controller
                {
                    private readonly int[] _numbers = new int[4];
                    private object _o = new object();
                    private string _s = "a";
                    private System.Action _a;
                    private Pair _pair;
                    private Mode _mode;
                    private int _n;
                    public void Update() { {{statement}} }
                    public object Kept() { return _o; }
                    private static void Log(params int[] values) { }
                    private static int Take(Pair p) { return p.A; }
                    private static int Sum(ref Pair p) { return p.A + p.B; }
                }
                """);
            return ContractScan.Scan(snippet.AssemblyPath, new ContractScanOptions { CycleRoots = ["Controller::Update"] });
        }

        private static void AssertClean(string source)
        {
            IReadOnlyList<ContractFinding> findings = Scan(Snippet.ForDevice(source));
            Assert.IsEmpty(findings, string.Join(Environment.NewLine, findings));
        }

        private static void AssertFinds(string rule, string source)
        {
            AssertOnly(rule, Scan(Snippet.ForDevice(source)));
        }

        private static void AssertFindsOnPc(string rule, string source)
        {
            AssertOnly(rule, Scan(Snippet.ForPc(source)));
        }

        private static void AssertOnly(string rule, IReadOnlyList<ContractFinding> findings)
        {
            Assert.IsNotEmpty(findings);
            Assert.IsTrue(findings.All(f => f.Rule == rule), string.Join(Environment.NewLine, findings));
        }

        private static IReadOnlyList<ContractFinding> Scan(Snippet snippet)
        {
            using (snippet)
            {
                return ContractScan.Scan(snippet.AssemblyPath);
            }
        }
    }
}
