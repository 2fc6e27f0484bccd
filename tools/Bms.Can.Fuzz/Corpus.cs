using System.IO.Compression;
using System.Text;
using Bms.Can.Log;

namespace Bms.Can.Fuzz;

/// <summary>The small inputs that mutations begin from: for each target a few of every variant of its format.</summary>
public static class Corpus
{
    private const long StartNs = 1_700_000_000_000_000_000;

    /// <summary>Names of the targets.</summary>
    public static IReadOnlyList<string> Targets { get; } =
        ["candump", "asc", "blf", "trc", "gvret", "crtd", "busmaster", "microchip", "mdf4", "pcap", "pcapng", "csv", "packed", "dbc"];

    /// <summary>The inputs of a target, always the same.</summary>
    public static List<byte[]> Of(string target)
    {
        List<CanLogFrame> all = SampleFrames.Make(1, 30, StartNs);
        List<CanLogFrame> classic = SampleFrames.Make(2, 30, StartNs, hasOthers: false);
        return target switch
        {
            "candump" =>
            [
                Written(all, CanLogFormat.Candump),
                Text("  vcan0  0C8   [8]  F0 00 00 00 00 00 00 01\n (1613749650.388103)  vcan0  00AABBCC   [2]  DE AD   '..'\n (2021-02-19 15:47:30.500000)  can1  123  [0]\n  can0  123   [4]  remote request\n  can0  123  [12]  00 01 02 03 04 05 06 07 08 09 0A 0B\n"),
                Text(" (000.000000)  can0  100  [1]  00\n (000.100000)  can0  100  [1]  01\n (000.020000)  can0  100  [1]  02\n (000.300000)  can0  100  [1]  03\n (000.001000)  can0  100  [1]  04\n"),
                Text("(1.0) can0 123#11.22.33 T\n(0000000001.000000) can0 123#1122334455667788_B R\n(0000000001.000000) can0 20000080#0000000000000000\n(0000000001.000000) can0 123#R8\n"),
            ],
            "asc" =>
            [
                Written(all, CanLogFormat.Asc),
                Text("date Sam Sep 30 15:06:13.191 2017\nbase dec  timestamps relative\ninternal events logged\n// version 9.0.0\nBegin Triggerblock Sam Sep 30 15:06:13.191 2017\n   0.000000 Start of measurement\n   0.015991 1  Statistic: D 0 R 0 XD 0 XR 0 E 0 O 0 B 0.00%\n   2.501000 1  ErrorFrame\n   3.098426 1  200             Rx   d 8 09 34 232 05 00 00 00 00  Length = 240015 BitCount = 124 ID = 200\n   3.148421 1  418119424x       Rx   d 2 01 160\n   4.1 2 100 Tx r 4\nEnd TriggerBlock\n"),
                Text("date Thu Apr 20 10:26:43.501 pm 2017\nbase hex  timestamps absolute\n  30.300981 CANFD   3 Tx     50005x                                   0 1 5  0 140000   73   200050 7a60 46500250 460a0250 20011736 20010205\n  30.4 CANFD 1 Rx 300 Name 1 0 9 12 00 01 02 03 04 05 06 07 08 09 0a 0b 1000 100 3000 0 0 0 0 0\n  30.5 CANFD 2 Rx ErrorFrame Not Acknowledge error, dominant error flag fffe c7 31ca Arb. 556 44 0 0 f0\n  31.0 1  18EBFF00x       Rx   d 8 01 A0 0F A6 60 3B D1 40 Length = 273910 BitCount = 141 ID = 418119424x\n"),
            ],
            "blf" =>
            [
                Written(all, CanLogFormat.Blf), SampleFrames.Write(all, CanLogFormat.Blf, new CanLogWriteOptions { Compress = false }),
                BlfSamples.Build(true), BlfSamples.Build(false), BlfSamples.Build(false, hasContainer: false),
            ],
            "trc" =>
            [
                Written(all, CanLogFormat.Trc), SampleFrames.Write(classic, CanLogFormat.Trc, new CanLogWriteOptions { Version = "1.3" }),
                SampleFrames.Write(classic, CanLogFormat.Trc, new CanLogWriteOptions { Version = "1.1", SkipWhatDoesNotFit = true }),
                Text(";##########\n;   C:\\TRACE.TRC\n;---+--   ----+----  --+--  +  +--+--\n     1)      1841  0001  8  00 01 02 03 04 05 06 07\n     2)      1842  00000108  2  00 01\n     3)      1843  FFFFFFFF  4  00 00 00 08\n     4)      1844  0100  3  RTR\n"),
                Text(";$FILEVERSION=1.1\n;$STARTTIME=37704.5364870833\n;\n     1)      1059.9  Rx         0300  7  00 00 00 00 04 00 00\n     2)      1298.9  Warng  FFFFFFFF  4  00 00 00 08  BUSHEAVY\n     3)      1335.2  Error      0008  4  00 19 08 08\n     4)      1400.0  Tx     18EFC034  8  01 02 03 04 05 06 07 08\n     5)      1500.0  Rx         0100  3  RTR\n"),
                Text(";$FILEVERSION=2.0\n;$STARTTIME=43474.6657958449\n;$COLUMNS=N,O,T,I,d,l,D\n      1      1059.900 DT     0300 Rx 7  00 00 00 00 04 00 00\n      2      1283.231 FB 18EFC034 Tx 9  00 01 02 03 04 05 06 07 08 09 0A 0B\n      3      1298.945 ST          Rx    00 00 00 08\n      4      1323.201 ER          Rx    04 00 02 00 00\n      5      1334.416 RR     0100 Rx 3\n      6      1334.522 EV User-defined event\n"),
            ],
            "gvret" => [SampleFrames.Write(all, CanLogFormat.Gvret, new CanLogWriteOptions { SkipWhatDoesNotFit = true }), Text("Time Stamp,ID,Extended,Bus,LEN,D1,D2,D3,D4,D5,D6,D7,D8\n166064000,0000021A,false,0,8,FE,36,12,FE,69,05,07,AD,\n166064010,18EFC034,true,1,2,FE,36,00,00,00,00,00,00,\n")],
            "crtd" => [Text("1320745424.000000 CXX OVMS CRTD\n1320745424.000002 R11 7DF 02 01 0C\n1320745424.100000 2T29 18DAF110 03 41 0C 1A F8\n1320745424.200000 CEV vehicle.on\n1320745425.0 1R29 00000001\n")],
            "busmaster" => [Text("***BUSMASTER Ver 2.4.0***\n***PROTOCOL CAN***\n***[START LOGGING SESSION]***\n***START DATE AND TIME 23:9:2015 22:17:28:928***\n***HEX***\n***SYSTEM MODE***\n***<Time><Tx/Rx><Channel><CAN ID><Type><DLC><DataBytes>***\n23:59:59:9920 Rx 1 0x21A s 8 FE 36 12 FE 69 05 07 AD\n00:00:01:0000 Tx 2 0x18EFC034 x 2 00 37\n00:00:01:0010 Rx 1 0x100 sr 4\n***END DATE AND TIME 24:9:2015 0:0:2:0***\n"), Text("***BUSMASTER Ver 3.2.2***\n***DEC***\n***RELATIVE MODE***\n00:00:00:1000 Rx 1 538 s 2 254 54\n00:00:00:1000 Rx 1 538 s 2 254 54\n")],
            "microchip" => [Text("//---------------------------------\nMicrochip Technology Inc.\nCAN BUS Analyzer\nSavvyCAN Exporter\nLogging Started: 23/9/2015 22:17:43\n//---------------------------------\n166064;RX;0x0000021A;8;0xFE;0x36;0x12;0xFE;0x69;0x05;0x07;0xAD;\n166065;TX;0x18EFC034;2;0x00;0x37;\n")],
            "mdf4" =>
            [
                Written(all, CanLogFormat.Mdf4), SampleFrames.Write(all, CanLogFormat.Mdf4, new CanLogWriteOptions { Compress = false }),
                MdfSamples.Build(20, new MdfSampleOptions()), MdfSamples.Build(20, new MdfSampleOptions { IsUnsorted = false }),
                MdfSamples.Build(20, new MdfSampleOptions { IsVariable = true }), MdfSamples.Build(20, new MdfSampleOptions { IsVariable = true, IsVariableBehind = true, IsUnfinalised = true, CutBytes = 3 }),
            ],
            "pcap" => [PcapSamples.SocketCan(), PcapSamples.SocketCan(isNano: true), PcapSamples.Cooked()],
            "pcapng" => [Written(all, CanLogFormat.Pcapng)],
            "csv" =>
            [
                Text("ID,Data Bytes\n0000021A,FE 36 12 FE 69 05 07 AD \n18EFC034,00\n"), Text("timestamp,arbitration_id,extended,remote,error,dlc,data\n1483389946.197,0xdadada,1,0,0,6,WzQyLCA5XQ==\n1483389946.2,0x123,0,1,0,4,\n"),
                Text("time (ms);can id;dlc;dir;channel;d0;d1;d2;d3\n12,5;291;2;Tx;\"can7\";DE;AD;;\n13;0x124x;4;Rx;0;1;2;3;4\n"),
            ],
            "packed" => [Packed(stream => new GZipStream(stream, CompressionLevel.Optimal, leaveOpen: true)), Packed(stream => new ZstdSharp.CompressionStream(stream, leaveOpen: true))],
            "dbc" => [Text(DbcText), Text(DbcMultiplexed)],
            _ => throw new ArgumentException($"There is no target \"{target}\": choose one of {string.Join(", ", Targets)}.", nameof(target)),
        };

        byte[] Packed(Func<Stream, Stream> pack)
        {
            using var output = new MemoryStream();
            using (Stream stream = pack(output))
            {
                stream.Write(Written(all, CanLogFormat.Candump));
            }

            return output.ToArray();
        }
    }

    private const string DbcText =
        "VERSION \"1\"\n\nNS_ :\n\tCM_\n\tBA_DEF_\n\nBS_:\n\nBU_: A B\n\nVAL_TABLE_ Gear 0 \"park\" 1 \"drive\" ;\n\nBO_ 256 Pack: 8 A\n SG_ Voltage : 0|16@1+ (0.1,0) [0|1000] \"V\" B\n SG_ Current : 23|16@0- (0.1,-5) [-500|500] \"A\" B\n"
        + " SG_ Ratio : 32|32@1- (1,0) [0|1] \"\" B\n\nBO_ 2566844672 Long: 8 A\n SG_ State : 0|4@1+ (1,0) [0|15] \"\" B\n\nCM_ BO_ 256 \"a pack\nin two lines\";\nCM_ SG_ 256 Voltage \"volts\";\nBA_DEF_ BO_ \"GenMsgCycleTime\" INT 0 10000;\nBA_DEF_DEF_ \"GenMsgCycleTime\" 100;\n"
        + "BA_ \"GenMsgCycleTime\" BO_ 256 10;\nVAL_ 2566844672 State 0 \"off\" 1 \"on\" ;\nSIG_VALTYPE_ 256 Ratio : 1;\nBO_TX_BU_ 256 : A,B;\nSIG_GROUP_ 256 Group 1 : Voltage Current;\nEV_ Env: 0 [0|10] \"\" 0 1 DUMMY_NODE_VECTOR0 A;\n";

    private const string DbcMultiplexed =
        "VERSION \"\"\nBU_: X\nBO_ 100 Mux: 8 X\n SG_ M M : 0|8@1+ (1,0) [0|0] \"\" X\n SG_ A m0 : 8|8@1+ (1,0) [0|0] \"\" X\n SG_ B m1M : 8|8@1+ (1,0) [0|0] \"\" X\n SG_ C m3 : 16|8@1+ (1,0) [0|0] \"\" X\nSG_MUL_VAL_ 100 A M 0-0, 5-10;\nSG_MUL_VAL_ 100 C B 3-3;\n";

    private static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    private static byte[] Written(List<CanLogFrame> frames, CanLogFormat format) => SampleFrames.Write(frames, format, new CanLogWriteOptions());
}
