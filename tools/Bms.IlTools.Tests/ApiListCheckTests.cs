namespace Bms.IlTools.Tests
{
    [TestClass]
    public sealed class ApiListCheckTests
    {
        private const string Source = """
            namespace N
            {
                public enum Level { Low, High }
                public delegate void Handler(object sender, Level level);
                public struct Wrapped
                {
                    private int _value;
                    public static implicit operator Wrapped(int value) { return default(Wrapped); }
                    public static bool operator ==(Wrapped a, Wrapped b) { return true; }
                    public static bool operator !=(Wrapped a, Wrapped b) { return false; }
                }
                public class Sensor
                {
                    public const int Limit = 3;
                    private int _hidden;
                    public event Handler Changed { add { } remove { } }
                    protected Sensor(byte[] data) { }
                    public int Value { get; private set; }
                    public int this[int index] { get { return index; } }
                    public bool TryRead(out int value, ref Level level, int[][] rows) { value = _hidden; return false; }
                    internal void Hidden() { }
                    public class Nested { internal Nested() { } public void Run() { } }
                }
                internal class Unseen { public void Run() { } }
            }
            """;

        [TestMethod]
        public void ids_are_written_as_the_compiler_writes_them()
        {
            using Snippet snippet = Snippet.ForDevice(Source);
            string[] expected =
            [
                "E:N.Sensor.Changed",
                "F:N.Level.High",
                "F:N.Level.Low",
                "F:N.Sensor.Limit",
                "M:N.Handler.#ctor(System.Object,System.IntPtr)",
                "M:N.Handler.BeginInvoke(System.Object,N.Level,System.AsyncCallback,System.Object)",
                "M:N.Handler.EndInvoke(System.IAsyncResult)",
                "M:N.Handler.Invoke(System.Object,N.Level)",
                "M:N.Sensor.#ctor(System.Byte[])",
                "M:N.Sensor.Nested.Run",
                "M:N.Sensor.TryRead(System.Int32@,N.Level@,System.Int32[][])",
                "M:N.Wrapped.op_Equality(N.Wrapped,N.Wrapped)",
                "M:N.Wrapped.op_Implicit(System.Int32)~N.Wrapped",
                "M:N.Wrapped.op_Inequality(N.Wrapped,N.Wrapped)",
                "P:N.Sensor.Item(System.Int32)",
                "P:N.Sensor.Value",
                "T:N.Handler",
                "T:N.Level",
                "T:N.Sensor",
                "T:N.Sensor.Nested",
                "T:N.Wrapped",
            ];

            CollectionAssert.AreEqual(expected, ApiListCheck.ReadDeclared(snippet.AssemblyPath).ToArray());
        }

        [TestMethod]
        public void an_assembly_with_all_members_listed_passes()
        {
            using Snippet snippet = Snippet.ForDevice(Source);
            File.WriteAllLines(Path.Combine(snippet.Folder, "Device.txt"), ApiListCheck.ReadDeclared(snippet.AssemblyPath));
            Assert.IsEmpty(ApiListCheck.FindUnlisted(snippet.AssemblyPath, snippet.Folder));
        }

        [TestMethod]
        [DataRow("F:N.Level.High")]
        [DataRow("M:N.Sensor.Nested.Run")]
        [DataRow("P:N.Sensor.Value")]
        [DataRow("T:N.Handler")]
        public void a_member_that_is_not_on_the_list_is_named(string missing)
        {
            using Snippet snippet = Snippet.ForDevice(Source);
            File.WriteAllLines(Path.Combine(snippet.Folder, "Device.txt"), ApiListCheck.ReadDeclared(snippet.AssemblyPath).Where(id => id != missing));
            Assert.AreEqual(missing, ApiListCheck.FindUnlisted(snippet.AssemblyPath, snippet.Folder).Single());
        }

        [TestMethod]
        public void a_missing_list_is_an_error()
        {
            using Snippet snippet = Snippet.ForDevice(Source);
            FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => ApiListCheck.FindUnlisted(snippet.AssemblyPath, snippet.Folder));
            Assert.Contains("no API list for Device", error.Message);
        }
    }
}
