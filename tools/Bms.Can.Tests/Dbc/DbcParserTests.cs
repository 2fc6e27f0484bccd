using Bms.Can.Dbc;

namespace Bms.Can.Tests.Dbc;

[TestClass]
public class DbcParserTests
{
    private const string Head = "VERSION \"1\"\n\nNS_ :\n\tCM_\n\tBA_DEF_\n\tSG_MUL_VAL_\n\nBS_:\n\nBU_: Pack Host\n\n";

    [TestMethod]
    public void a_message_carries_everything_its_lines_say()
    {
        DbcDatabase database = DbcDatabase.Parse(Head + """
            BO_ 2147483905 Cells: 8 Pack
             SG_ Voltage : 7|16@0- (0.001,-2) [-2|5.5] "V" Host,Pack

            BO_TX_BU_ 2147483905 : Pack,Host;
            CM_ SG_ 2147483905 Voltage "Between the tabs,
            in the \"middle\".";
            CM_ BO_ 2147483905 "Cells.";
            BA_DEF_ BO_ "GenMsgCycleTime" INT 0 1000;
            BA_DEF_ SG_ "Kind" ENUM "A","B";
            BA_DEF_DEF_ "GenMsgCycleTime" 20;
            BA_DEF_DEF_ "Kind" "A";
            BA_ "Kind" SG_ 2147483905 Voltage 1;
            VAL_ 2147483905 Voltage -32768 "NotAvailable" 5 "Five" ;
            """);

        DbcMessage message = database.FindMessage(0x101, isExtended: true)!;
        Assert.AreEqual("Cells", message.Name);
        Assert.AreEqual(8, message.Length);
        CollectionAssert.AreEqual(new[] { "Pack", "Host" }, message.Transmitters.ToArray());
        Assert.AreEqual("Cells.", message.Comment);
        Assert.AreEqual(20, database.AttributeOf(message, "GenMsgCycleTime")?.AsInt32());
        DbcSignal signal = message.Signals.Single();
        Assert.AreEqual(DbcByteOrder.BigEndian, signal.ByteOrder);
        Assert.IsTrue(signal.IsSigned);
        Assert.AreEqual(7, signal.StartBit);
        Assert.AreEqual(16, signal.Length);
        Assert.AreEqual(0.001, signal.Factor);
        Assert.AreEqual(-2.0, signal.Offset);
        Assert.AreEqual(5.5, signal.Maximum);
        Assert.AreEqual("V", signal.Unit);
        CollectionAssert.AreEqual(new[] { "Host", "Pack" }, signal.Receivers.ToArray());
        Assert.AreEqual("Between the tabs,\nin the \"middle\".", signal.Comment);
        Assert.AreEqual("B", database.AttributeOf(signal, "Kind")?.Text);
        Assert.AreEqual("NotAvailable", signal.Values[-32768]);
        Assert.AreEqual(0, database.Warnings.Count);
    }

    [TestMethod]
    public void extended_multiplexing_names_its_multiplexor_and_ranges()
    {
        DbcDatabase database = DbcDatabase.Parse(Head + """
            BO_ 1 M: 8 Pack
             SG_ Top M : 0|4@1+ (1,0) [0|0] "" Host
             SG_ Sub m1M : 4|4@1+ (1,0) [0|0] "" Host
             SG_ Deep m0 : 8|8@1+ (1,0) [0|0] "" Host
             SG_ Other m2 : 4|8@1+ (1,0) [0|0] "" Host
            SG_MUL_VAL_ 1 Sub Top 1-1;
            SG_MUL_VAL_ 1 Deep Sub 0-0, 3-5;
            SG_MUL_VAL_ 1 Other Top 2-2;
            """);
        DbcMessage message = database.Messages[0];
        DbcSignal deep = message.FindSignal("Deep")!;
        Assert.AreEqual("Sub", deep.Multiplexing!.Multiplexor);
        Assert.IsTrue(deep.Multiplexing.Selects(0) && deep.Multiplexing.Selects(3) && deep.Multiplexing.Selects(5));
        Assert.IsFalse(deep.Multiplexing.Selects(1) || deep.Multiplexing.Selects(6));
        Assert.IsFalse(message.CanCoexist(deep, message.FindSignal("Other")!));
        Assert.IsTrue(message.CanCoexist(deep, message.FindSignal("Top")!));
    }

    [TestMethod]
    public void long_names_replace_the_short_ones_everywhere()
    {
        DbcDatabase database = DbcDatabase.Parse(Head + """
            BO_ 1 Short: 8 Pack
             SG_ Sel M : 0|4@1+ (1,0) [0|0] "" Host
             SG_ Val m1 : 8|8@1+ (1,0) [0|0] "" Host
            BA_DEF_ BO_ "SystemMessageLongSymbol" STRING ;
            BA_DEF_ SG_ "SystemSignalLongSymbol" STRING ;
            BA_ "SystemMessageLongSymbol" BO_ 1 "ShortNoMore";
            BA_ "SystemSignalLongSymbol" SG_ 1 Sel "SelectorOfTheMessage";
            """);
        Assert.AreEqual("ShortNoMore", database.Messages[0].Name);
        Assert.AreEqual("SelectorOfTheMessage", database.Messages[0].FindSignal("Val")!.Multiplexing!.Multiplexor);
    }

    [TestMethod]
    public void float_signals_are_known_by_SIG_VALTYPE_and_must_have_its_width()
    {
        const string Text = "BO_ 1 M: 8 Pack\n SG_ F : 0|32@1- (1,0) [0|0] \"\" Host\nSIG_VALTYPE_ 1 F : ";
        Assert.AreEqual(DbcValueType.Float32, DbcDatabase.Parse(Head + Text + "1;\n").Messages[0].Signals[0].ValueType);
        DbcException fault = Assert.ThrowsExactly<DbcException>(() => DbcDatabase.Parse(Head + Text + "2;\n"));
        Assert.AreEqual(14, fault.Line);
    }

    [TestMethod]
    [DataRow("BO_ 1 M 8 Pack\n", 12, 9, "':'")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|8@1 (1,0) [0|0] \"\" Host\n", 13, 16, "sign")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|8@2+ (1,0) [0|0] \"\" Host\n", 13, 14, "byte order")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|0@1+ (1,0) [0|0] \"\" Host\n", 13, 12, "length")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|65@1+ (1,0) [0|0] \"\" Host\n", 13, 12, "65 bits")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|8@1+ (0,0) [0|0] \"\" Host\n", 13, 18, "zero")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 60|8@1+ (1,0) [0|0] \"\" Host\n", 13, 6, "needs 9 bytes")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 63|8@0+ (1,0) [0|0] \"\" Host\n SG_ T : 58|8@0+ (1,0) [0|0] \"\" Host\n", 14, 6, "needs 9 bytes")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" Host\n SG_ T : 7|8@1+ (1,0) [0|0] \"\" Host\n", 14, 6, "both use bit 7")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" Host\n SG_ S : 8|8@1+ (1,0) [0|0] \"\" Host\n", 14, 6, "two signals named S")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S m1 : 0|8@1+ (1,0) [0|0] \"\" Host\n", 13, 6, "no multiplexor")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S x1 : 0|8@1+ (1,0) [0|0] \"\" Host\n", 13, 8, "multiplexing mark")]
    [DataRow("BO_ 2048 M: 8 Pack\n", 12, 5, "more than 11 bits")]
    [DataRow("BO_ 3221225471 M: 8 Pack\n", 12, 5, "more than 29 bits")]
    [DataRow("SG_ S : 0|8@1+ (1,0) [0|0] \"\" Host\n", 12, 1, "outside of any message")]
    [DataRow("WHAT_ 1;\n", 12, 1, "no statement")]
    [DataRow("CM_ \"never ends;\n\n", 12, 5, "never ends")]
    [DataRow("BA_DEF_ BO_ \"A\" INTEGER 0 1;\n", 12, 17, "no type")]
    [DataRow("VAL_ 1 S 1.5 \"x\" ;\n", 12, 10, "not an integer")]
    [DataRow("CAT_DEF_ 1 2 3\n", 12, 1, "never ends")]
    [DataRow("BO_ 1 M: 8 Pack\n SG_ S : 0|8@1+ (1e999,0) [0|0] \"\" Host\n", 13, 18, "beyond the range")]
    public void a_fault_names_its_line_and_column(string body, int line, int column, string expected)
    {
        DbcException fault = Assert.ThrowsExactly<DbcException>(() => DbcDatabase.Parse(Head + body, "pack.dbc"));
        StringAssert.StartsWith(fault.Message, $"pack.dbc({line},{column}): ");
        StringAssert.Contains(fault.Message, expected);
        Assert.IsFalse(fault.Message.Contains('\n'));
    }

    [TestMethod]
    public void what_is_no_dbc_file_at_all_is_refused_in_one_line()
    {
        foreach (string text in new[] { "", " \n\n", "<html>", "\0\0\0\u0001", "time,voltage\n0,1\n", "{}" })
        {
            DbcException fault = Assert.ThrowsExactly<DbcException>(() => DbcDatabase.Parse(text));
            Assert.IsFalse(fault.Message.Contains('\n'));
        }
    }

    [TestMethod]
    public void a_file_cut_off_anywhere_gives_a_fault_or_a_database_and_never_another_exception()
    {
        string text = File.ReadAllText(Path.Combine(TestData.Repository, "hardware", "can", "bms.dbc"));
        var random = new Random(20260727);
        for (int attempt = 0; attempt < 60; attempt++)
        {
            string cut = text[..random.Next(text.Length)];
            try
            {
                DbcDatabase.Parse(cut);
            }
            catch (DbcException fault)
            {
                Assert.IsTrue(fault.Line >= 1 && fault.Column >= 1);
            }
        }
    }

    [TestMethod]
    public void text_with_random_damage_gives_a_fault_or_a_database_in_both_modes()
    {
        string whole = Head + "BO_ 1 M: 8 Pack\n SG_ A M : 0|4@1+ (1,0) [0|0] \"\" Host\n SG_ B m1 : 8|8@0- (0.5,-3) [-3|9] \"V\" Host\nCM_ SG_ 1 A \"x\";\nVAL_ 1 A 0 \"z\" 1 \"y\" ;\nSG_MUL_VAL_ 1 B A 1-1, 3-4;\nSIG_VALTYPE_ 1 B : 0;\n";
        var random = new Random(4711);
        const string Letters = " \n\t\";:|@+-()[],.0123456789mMSGBOVAL_x\\/\0";
        for (int attempt = 0; attempt < 5000; attempt++)
        {
            char[] damaged = whole.ToCharArray();
            for (int count = random.Next(1, 5); count > 0; count--)
            {
                damaged[random.Next(damaged.Length)] = Letters[random.Next(Letters.Length)];
            }

            string text = new(damaged);
            try
            {
                DbcDatabase.Parse(text);
            }
            catch (DbcException)
            {
            }

            try
            {
                DbcDatabase.Parse(text, lenient: true);
            }
            catch (DbcException)
            {
                // The tokenizer may find the very first text without an end.
            }
        }
    }

    [TestMethod]
    public void a_reference_to_what_is_not_there_is_a_warning_with_its_line()
    {
        DbcDatabase database = DbcDatabase.Parse(Head + "BO_ 1 M: 8 Pack\nCM_ BO_ 2 \"x\";\nVAL_ 1 S 0 \"a\" ;\nBA_ \"Nope\" 1;\n");
        CollectionAssert.AreEquivalent(new[] { 13, 14, 15 }, database.Warnings.Select(warning => warning.Line).ToArray());
    }

    [TestMethod]
    public void lenient_reading_keeps_every_good_message_and_names_the_bad()
    {
        DbcDatabase database = DbcDatabase.Parse(
            Head + "BO_ 1 Good: 8 Pack\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" Host\nBO_ 2 Bad: 1 Pack\n SG_ S : 8|8@1+ (1,0) [0|0] \"\" Host\nBO_ 3 Broken 8 Pack\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" Host\nBO_ 4 AlsoGood: 8 Pack\n",
            lenient: true);
        CollectionAssert.AreEqual(new[] { "Good", "AlsoGood" }, database.Messages.Select(message => message.Name).ToArray());
        CollectionAssert.AreEquivalent(new[] { 15, 16 }, database.Warnings.Select(warning => warning.Line).ToArray());
    }

    [TestMethod]
    public void lenient_reading_drops_a_signal_that_leaves_the_payload_and_keeps_those_that_share_bits()
    {
        DbcDatabase database = DbcDatabase.Parse(
            Head + "BO_ 1 M: 2 Pack\n SG_ S : 0|8@1+ (1,0) [0|0] \"\" Host\n SG_ T : 12|8@1+ (1,0) [0|0] \"\" Host\n SG_ U : 4|8@1+ (1,0) [0|0] \"\" Host\n", lenient: true);
        CollectionAssert.AreEqual(new[] { "S", "U" }, database.Messages[0].Signals.Select(signal => signal.Name).ToArray());
        CollectionAssert.AreEqual(new[] { 14, 15 }, database.Warnings.Select(warning => warning.Line).ToArray());
    }

    /// <summary>Messages and signals as cantools 42 loads them without its strict checks, less the six signals of the first that leave their messages.</summary>
    [TestMethod]
    [DataRow("Model3CAN.dbc", 148, 3166)]
    [DataRow("cantools/issue_63.dbc", 1, 6)]
    public void lenient_reading_keeps_what_others_keep(string name, int messages, int signals)
    {
        DbcDatabase database = DbcDatabase.Load(TestData.Path("can/dbc/" + name), lenient: true);
        Assert.AreEqual((messages, signals), (database.Messages.Count, database.Messages.Sum(message => message.Signals.Count)), string.Join('\n', database.Warnings.Select(warning => warning.Message)));
    }

    [TestMethod]
    public void the_message_catalogue_has_no_fault_and_no_warning()
    {
        string path = Path.Combine(TestData.Repository, "hardware", "can", "bms.dbc");
        DbcDatabase database = DbcDatabase.Load(path);
        Assert.AreEqual(0, database.Warnings.Count, string.Join('\n', database.Warnings.Select(warning => warning.Message)));
        Assert.AreEqual(File.ReadLines(path).Count(line => line.StartsWith("BO_ ", StringComparison.Ordinal)), database.Messages.Count);
    }

    [TestMethod]
    public void windows_1252_and_utf_8_files_give_the_same_degree_sign()
    {
        string folder = TestData.NewFolder();
        string text = Head + "BO_ 1 M: 8 Pack\n SG_ S : 0|8@1+ (1,0) [0|0] \"°C\" Host\n";
        string utf8 = Path.Combine(folder, "utf8.dbc");
        string windows = Path.Combine(folder, "1252.dbc");
        File.WriteAllText(utf8, text, new System.Text.UTF8Encoding(true));
        File.WriteAllBytes(windows, System.Text.Encoding.Latin1.GetBytes(text));
        Assert.AreEqual("°C", DbcDatabase.Load(utf8).Messages[0].Signals[0].Unit);
        Assert.AreEqual("°C", DbcDatabase.Load(windows).Messages[0].Signals[0].Unit);
        Directory.Delete(folder, recursive: true);
    }

    [TestMethod]
    public void a_missing_file_and_a_folder_are_named_with_a_remedy()
    {
        string folder = TestData.NewFolder();
        StringAssert.Contains(Assert.ThrowsExactly<FileNotFoundException>(() => DbcDatabase.Load(Path.Combine(folder, "no.dbc"))).Message, "Check the name");
        StringAssert.Contains(Assert.ThrowsExactly<IOException>(() => DbcDatabase.Load(folder)).Message, "Name a DBC file");
        Directory.Delete(folder, recursive: true);
    }

    /// <summary>The faults are real: checked by hand, and the files of cantools are those its own strict mode refuses.</summary>
    [TestMethod]
    public void the_dbc_files_of_the_trade_load_but_for_six_that_are_wrong()
    {
        string root = TestData.Path("can/dbc");
        var expected = new Dictionary<string, int>
        {
            ["bad_message_length.dbc"] = 40,
            ["issue_199.dbc"] = 45,
            ["issue_199_extended.dbc"] = 45,
            ["issue_63.dbc"] = 40,
            ["overlapping-signals.dbc"] = 32,
            ["Model3CAN.dbc"] = 1722,
        };
        var refused = new Dictionary<string, int>();
        int loaded = 0;
        foreach (string path in Directory.EnumerateFiles(root, "*", SearchOption.AllDirectories).Where(path => path.EndsWith(".dbc", StringComparison.OrdinalIgnoreCase)))
        {
            try
            {
                DbcDatabase.Load(path);
                loaded++;
            }
            catch (DbcException fault)
            {
                refused[Path.GetFileName(path)] = fault.Line;
            }
        }

        CollectionAssert.AreEquivalent(expected, refused);
        Assert.IsGreaterThanOrEqualTo(80, loaded);
    }
}
