using Bms.Can.Dbc;

namespace Bms.Can.Tests.Dbc;

[TestClass]
public class KcdTests
{
    private const string Kcd = """
        <?xml version="1.0" encoding="UTF-8"?>
        <NetworkDefinition xmlns="http://kayak.2codeornot2code.org/1.0">
          <Document name="test" version="1.2"/>
          <Node id="1" name="Motor"/><Node id="2" name="Host"/>
          <Bus name="can0">
            <Message id="0x0A" name="Speeds">
              <Notes>Of the motor.</Notes>
              <Producer><NodeRef id="1"/></Producer>
              <Signal name="Left" offset="4" length="12" endianess="big">
                <Consumer><NodeRef id="2"/></Consumer>
                <Value type="signed" slope="0.5" intercept="-10" unit="1/min" min="-100" max="100"/>
                <LabelSet><Label name="Stop" value="0"/></LabelSet>
              </Signal>
              <Signal name="Torque" offset="16" length="32"><Value type="single"/></Signal>
            </Message>
            <Message id="0x18FF0001" name="Muxed" format="extended" length="4">
              <Multiplex name="Page" offset="0" length="8">
                <MuxGroup count="1"><Signal name="A" offset="8" length="8"/></MuxGroup>
                <MuxGroup count="2"><Signal name="B" offset="8" length="16"/></MuxGroup>
              </Multiplex>
            </Message>
          </Bus>
        </NetworkDefinition>
        """;

    private string _folder = "";

    [TestInitialize]
    public void MakeFolder() => _folder = TestData.NewFolder();

    [TestCleanup]
    public void RemoveFolder() => Directory.Delete(_folder, recursive: true);

    [TestMethod]
    public void messages_and_signals_carry_what_the_file_says()
    {
        DbcDatabase database = Load(Kcd);
        DbcMessage speeds = database.FindMessage(0x0A, false)!;
        Assert.AreEqual((6, "Of the motor."), (speeds.Length, speeds.Comment));
        CollectionAssert.AreEqual(new[] { "Motor" }, speeds.Transmitters.ToArray());
        DbcSignal left = speeds.FindSignal("Left")!;
        Assert.AreEqual((3, 12, DbcByteOrder.BigEndian, true, 0.5, -10.0, "1/min"), (left.StartBit, left.Length, left.ByteOrder, left.IsSigned, left.Factor, left.Offset, left.Unit));
        Assert.AreEqual("Stop", left.Values[0]);
        CollectionAssert.AreEqual(new[] { "Host" }, left.Receivers.ToArray());
        Assert.AreEqual(DbcValueType.Float32, speeds.FindSignal("Torque")!.ValueType);
        DbcMessage muxed = database.FindMessage(0x18FF0001, true)!;
        Assert.AreEqual(4, muxed.Length);
        Assert.IsTrue(muxed.FindSignal("B")!.Multiplexing!.Selects(2));
        Assert.IsFalse(muxed.FindSignal("B")!.Multiplexing!.Selects(1));
    }

    [TestMethod]
    [DataRow("id=\"0x0A\"", "id=\"0x800\"", 6, "11 bits")]
    [DataRow("length=\"12\"", "length=\"65\"", 9, "from 1 to 64")]
    [DataRow("offset=\"16\" length=\"32\"", "offset=\"10\" length=\"32\"", 14, "both use bit")]
    [DataRow("slope=\"0.5\"", "slope=\"0\"", 11, "zero")]
    [DataRow("length=\"4\"", "length=\"2\"", 19, "needs 3 bytes")]
    [DataRow("name=\"Torque\" ", "", 14, "has no name")]
    [DataRow("</NetworkDefinition>", "", 1, "no XML")]
    public void a_fault_names_its_line(string good, string bad, int line, string expected)
    {
        DbcException fault = Assert.ThrowsExactly<DbcException>(() => Load(Kcd.Replace(good, bad)));
        StringAssert.Contains(fault.Message, expected);
        if (expected != "no XML")
        {
            Assert.AreEqual(line, fault.Line, fault.Message);
        }
    }

    [TestMethod]
    public void lenient_reading_keeps_the_good_messages_and_signals()
    {
        DbcDatabase database = Load(Kcd.Replace("id=\"0x0A\"", "id=\"0x800\""), lenient: true);
        Assert.AreEqual("Muxed", database.Messages.Single().Name);
        database = Load(Kcd.Replace("length=\"4\"", "length=\"2\""), lenient: true);
        CollectionAssert.AreEqual(new[] { "Page", "A" }, database.Messages[1].Signals.Select(signal => signal.Name).ToArray());
        Assert.HasCount(1, database.Warnings);
    }

    [TestMethod]
    public void a_document_type_is_refused_and_a_sym_file_named()
    {
        StringAssert.Contains(Assert.ThrowsExactly<DbcException>(() => Load("<?xml version=\"1.0\"?><!DOCTYPE a [<!ENTITY b \"c\">]><NetworkDefinition/>")).Message, "no XML");
        StringAssert.Contains(Assert.ThrowsExactly<DbcException>(() => Load("FormatVersion=6.0 // Do not edit this line!\n")).Message, "SYM");
        StringAssert.Contains(Assert.ThrowsExactly<DbcException>(() => Load("<?xml version=\"1.0\"?><Other/>")).Message, "NetworkDefinition");
    }

    private DbcDatabase Load(string text, bool lenient = false)
    {
        string path = Path.Combine(_folder, "net.kcd");
        File.WriteAllText(path, text);
        return DbcDatabase.Load(path, lenient);
    }
}
