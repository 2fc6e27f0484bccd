using Bms.Can.Dbc;

namespace Bms.CodeGen.Tests;

[TestClass]
public class GeneratorTests
{
    private const string Attributes = "BA_DEF_ BO_ \"GenMsgCycleTime\" INT 0 65535;\nBA_DEF_ BO_ \"BmsE2eDataId\" INT 0 65535;\nBA_DEF_ BO_ \"BmsFamily\" STRING ;\nBA_DEF_ BO_ \"BmsSlots\" STRING ;\n";

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = Directory.CreateTempSubdirectory("bms-codegen-").FullName;

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    [DataRow("bms.dbc", "")]
    [DataRow("bmw-i3.dbc", "BmwI3")]
    [DataRow("vw-mqb.dbc", "VwMqb")]
    [DataRow("vw-meb.dbc", "VwMeb")]
    [DataRow("outlander-phev.dbc", "OutlanderPhev")]
    [DataRow("ivt-s.dbc", "IvtS")]
    [DataRow("lem-cab.dbc", "LemCab")]
    [DataRow("victron-lynx.dbc", "VictronLynx")]
    [DataRow("bender-iso165c.dbc", "BenderIso165c")]
    public void the_committed_messages_are_current(string dbc, string profile)
        => Check(Repository.PathOf("hardware", "can", dbc), Repository.PathOf("firmware", "Bms.Core", "Messages", profile), profile.Length == 0 ? "Bms.Core.Messages" : "Bms.Core.Messages." + profile);

    [TestMethod]
    public void every_catalogue_and_every_folder_of_messages_is_in_that_test()
    {
        var rows = typeof(GeneratorTests).GetMethod(nameof(the_committed_messages_are_current))!.GetCustomAttributes(typeof(DataRowAttribute), false).Cast<DataRowAttribute>().ToList();
        CollectionAssert.AreEquivalent(Directory.GetFiles(Repository.PathOf("hardware", "can"), "*.dbc").Select(Path.GetFileName).ToArray(), rows.Select(row => row.Data[0]).ToArray());
        CollectionAssert.AreEquivalent(
            Directory.GetDirectories(Repository.PathOf("firmware", "Bms.Core", "Messages")).Select(Path.GetFileName).ToArray(),
            rows.Select(row => row.Data[1]).Where(name => !"".Equals(name)).ToArray());
    }

    [TestMethod]
    public void a_message_without_code_is_left_out_and_a_profile_sees_the_firmwares_signal_value()
    {
        DbcDatabase database = DbcDatabase.Parse("BO_ 1 First: 8 N\nBO_ 2 Second: 8 N\nBA_DEF_ BO_ \"BmsNoCode\" INT 0 1;\nBA_ \"BmsNoCode\" BO_ 2 1;\n");
        CollectionAssert.AreEqual(new[] { "First.cs" }, new MessageGenerator(database, "a.dbc", "out", "Bms.Core.Messages.Some").Generate().Keys.ToArray());
        CollectionAssert.AreEqual(new[] { "First.cs", "SignalValue.cs" }, new MessageGenerator(database, "a.dbc", "out", "Bms.Core.Messages").Generate().Keys.ToArray());
    }

    [TestMethod]
    public void an_offset_of_half_of_32_bits_is_carried()
    {
        string text = Generate(DbcDatabase.Parse("BO_ 1 M: 8 N\n SG_ S : 7|32@0+ (1,-2147483648) [-1000|1000] \"mA\" N\n"))["M.cs"];
        StringAssert.Contains(text, "(uint)(raw - 2147482648) > 2000u ? SignalValue.NotAvailable : raw + int.MinValue");
    }

    [TestMethod]
    public void the_committed_test_messages_are_current()
    {
        string folder = Repository.PathOf("tools", "Bms.CodeGen.Tests", "Awkward");
        Check(Path.Combine(folder, "awkward.dbc"), folder, "Bms.CodeGen.Tests.Awkward");
    }

    [TestMethod]
    public void the_same_file_gives_the_same_text_with_line_feeds_only()
    {
        string source = Repository.PathOf("hardware", "can", "bms.dbc");
        SortedDictionary<string, string> first = Generate(DbcDatabase.Load(source));
        SortedDictionary<string, string> second = Generate(DbcDatabase.Load(source));
        CollectionAssert.AreEqual(first, second);
        foreach (string text in first.Values)
        {
            Assert.IsFalse(text.Contains('\r'));
            Assert.IsTrue(text.EndsWith("}\n", StringComparison.Ordinal));
        }
    }

    [TestMethod]
    public void generated_code_neither_loops_nor_calls_nor_allocates()
    {
        foreach ((string name, string text) in Generate(DbcDatabase.Load(Repository.PathOf("hardware", "can", "bms.dbc"))))
        {
            foreach (string line in text.Split('\n').Where(line => !line.TrimStart().StartsWith("//", StringComparison.Ordinal)))
            {
                foreach (string word in new[] { "for (", "while (", "foreach", "new ", "<byte>", "Span", "Math." })
                {
                    Assert.IsFalse(line.Contains(word, StringComparison.Ordinal), $"{name}: {line}");
                }
            }
        }
    }

    [TestMethod]
    [DataRow(" SG_ S : 0|8@1+ (0.5,0) [0|0] \"\" N\n", 2, "factor 0.5")]
    [DataRow(" SG_ S : 0|8@1+ (1,0.5) [0|0] \"\" N\n", 2, "offset 0.5")]
    [DataRow(" SG_ S : 0|8@1+ (-1,0) [0|0] \"\" N\n", 2, "negative factor")]
    [DataRow(" SG_ S : 0|33@1+ (1,0) [0|100] \"\" N\n", 2, "33 bits wide")]
    [DataRow(" SG_ S : 0|32@1+ (1,0) [0|0] \"\" N\n", 2, "do not fit an int")]
    [DataRow(" SG_ S : 0|32@1- (1,0) [-2147483648|0] \"\" N\n", 2, "do not fit an int")]
    [DataRow(" SG_ S : 0|24@1+ (1000,0) [0|0] \"\" N\n", 2, "do not fit an int")]
    [DataRow(" SG_ S : 0|8@1+ (1,0) [0|256] \"\" N\n", 2, "cannot carry")]
    [DataRow(" SG_ S : 0|8@1+ (1,0) [-1|5] \"\" N\n", 2, "cannot carry")]
    [DataRow(" SG_ S : 0|8@1+ (10,0) [11|19] \"\" N\n", 2, "empty range")]
    [DataRow(" SG_ S : 0|32@1- (1,0) [0|0] \"\" N\nSIG_VALTYPE_ 1 S : 1;\n", 2, "is a float")]
    [DataRow(" SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\nVAL_ 1 S 0 \"Same\" 1 \"same\" ;\n", 2, "no name of its own")]
    [DataRow(" SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\nVAL_ 1 S 0 \"---\" ;\n", 2, "no name of its own")]
    [DataRow(" SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\nVAL_ 1 S 256 \"Big\" ;\n", 2, "beyond its bits")]
    [DataRow(" SG_ S : 60|8@1+ (1,0) [0|0] \"\" N\n", 2, "needs 9 bytes")]
    [DataRow(" SG_ A : 0|8@1+ (1,0) [0|0] \"\" N\n SG_ B : 4|8@1+ (1,0) [0|0] \"\" N\n", 3, "both use bit 4")]
    [DataRow(" SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\n" + Attributes + "BA_ \"BmsE2eDataId\" BO_ 1 1;\n", 1, "Crc : 0|8@1+")]
    [DataRow(" SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\n" + Attributes + "BA_ \"BmsSlots\" BO_ 1 \"X\";\n", 1, "no multiplexor")]
    [DataRow(" SG_ G M : 0|8@1+ (1,0) [0|0] \"\" N\n SG_ S m0 : 8|8@1+ (1,0) [0|0] \"\" N\n SG_ T m1 : 8|9@1+ (1,0) [0|0] \"\" N\n" + Attributes + "BA_ \"BmsSlots\" BO_ 1 \"X\";\n", 4, "laid out or scaled otherwise")]
    [DataRow(" SG_ G M : 0|8@1+ (1,0) [0|0] \"\" N\n SG_ S m0 : 8|8@1+ (1,0) [0|0] \"\" N\n SG_ T m2 : 8|8@1+ (1,0) [0|0] \"\" N\n" + Attributes + "BA_ \"BmsSlots\" BO_ 1 \"X\";\n", 4, "group 1 of message M is missing")]
    public void what_generated_code_could_not_do_right_is_refused_with_its_line(string body, int line, string expected)
        => Refused("BO_ 1 M: 8 N\n" + body, line, expected);

    [TestMethod]
    [DataRow("8", " SG_ S : 0|8@1+ (2,0) [0|0] \"\" N\n", 2, 10, 4, "laid out or scaled otherwise")]
    [DataRow("8", " SG_ T : 0|8@1+ (1,0) [0|0] \"\" N\n", 2, 10, 4, "Give it the same name")]
    [DataRow("8", "", 2, 10, 3, "has 0 signals")]
    [DataRow("7", " SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\n", 2, 10, 3, "length or period")]
    [DataRow("8", " SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\n", 2, 20, 3, "length or period")]
    public void members_of_a_family_that_differ_are_refused(string length, string signal, int id, int period, int line, string expected)
        => Refused(
            $"BO_ 1 A: 8 N\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\nBO_ {id} B: {length} N\n{signal}{Attributes}BA_ \"BmsFamily\" BO_ 1 \"F\";\nBA_ \"BmsFamily\" BO_ {id} \"F\";\n"
            + $"BA_ \"GenMsgCycleTime\" BO_ 1 10;\nBA_ \"GenMsgCycleTime\" BO_ {id} {period};\n",
            line,
            expected);

    [TestMethod]
    public void a_family_with_a_gap_is_refused()
        => Refused(
            "BO_ 1 A: 8 N\nBO_ 2 B: 8 N\nBO_ 4 C: 8 N\n" + Attributes + "BA_ \"BmsFamily\" BO_ 1 \"F\";\nBA_ \"BmsFamily\" BO_ 2 \"F\";\nBA_ \"BmsFamily\" BO_ 4 \"F\";\n", 3, "equal distances");

    [TestMethod]
    public void a_vendors_message_with_counter_and_crc_of_its_own_gets_code_for_them()
    {
        string text = Generate(DbcDatabase.Parse("BO_ 1 M: 8 N\n SG_ Crc : 0|8@1+ (1,0) [0|0] \"\" N\n"))["M.cs"];
        StringAssert.Contains(text, "UnpackCrc");
    }

    [TestMethod]
    public void check_names_what_is_stale_and_writing_mends_it()
    {
        string source = Path.Combine(_folder, "a.dbc");
        string target = Path.Combine(_folder, "out");
        File.WriteAllText(source, "BO_ 1 First: 8 N\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" N\nBO_ 2 Second: 8 N\n");
        Assert.AreEqual(0, Run(source, target, checkOnly: false).ExitCode);
        Assert.AreEqual(0, Run(source, target, checkOnly: true).ExitCode);

        File.AppendAllText(Path.Combine(target, "First.cs"), "// by hand\n");
        (int exitCode, string errors) = Run(source, target, checkOnly: true);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "First.cs: out of date");

        File.WriteAllText(source, "BO_ 1 First: 8 N\nBO_ 3 Third: 8 N\n");
        (exitCode, errors) = Run(source, target, checkOnly: true);
        Assert.AreEqual(1, exitCode);
        StringAssert.Contains(errors, "Second.cs: its message is gone");
        StringAssert.Contains(errors, "Third.cs: missing");

        Assert.AreEqual(0, Run(source, target, checkOnly: false).ExitCode);
        CollectionAssert.AreEquivalent(new[] { "First.cs", "SignalValue.cs", "Third.cs" }, Directory.GetFiles(target).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void a_file_written_by_hand_is_never_overwritten()
    {
        string source = Path.Combine(_folder, "a.dbc");
        File.WriteAllText(source, "BO_ 1 First: 8 N\n");
        File.WriteAllText(Path.Combine(_folder, "First.cs"), "// mine\n");
        IOException fault = Assert.ThrowsExactly<IOException>(() => Run(source, _folder, checkOnly: false));
        StringAssert.Contains(fault.Message, "was not generated");
        Assert.AreEqual("// mine\n", File.ReadAllText(Path.Combine(_folder, "First.cs")));
    }

    private static void Refused(string dbc, int line, string expected)
    {
        DbcException fault = Assert.ThrowsExactly<DbcException>(() => Generate(DbcDatabase.Parse(dbc, "pack.dbc")));
        StringAssert.StartsWith(fault.Message, $"pack.dbc({line},");
        StringAssert.Contains(fault.Message, expected);
    }

    private static SortedDictionary<string, string> Generate(DbcDatabase database) => new MessageGenerator(database, "a.dbc", "out", "Test.Messages").Generate();

    private static (int ExitCode, string Errors) Run(string source, string target, bool checkOnly)
    {
        var errors = new StringWriter();
        return (Generation.Run(source, target, "Test.Messages", checkOnly, TextWriter.Null, errors), errors.ToString());
    }

    private static void Check(string source, string folder, string rootNamespace)
    {
        var errors = new StringWriter();
        Assert.AreEqual(0, Generation.Run(source, folder, rootNamespace, checkOnly: true, TextWriter.Null, errors), errors.ToString());
        Assert.AreEqual("", errors.ToString());
    }
}
