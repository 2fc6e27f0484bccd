using Bms.Bench.Scenarios.Cases;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests.Catalogue
{
    /// <summary>What the reader of scenario files says about bad ones: file, line, what is wrong, what would be right.</summary>
    [TestClass]
    public sealed class CaseReaderTests
    {
        private const string Good =
            """
            cases:
              - id: B02-x
                title: A case
                vary: { cell: 1..3 }
                timeline:
                  - { at_s: 1, inject: CellVoltageOffset, element: $cell, value: CellOverVoltage.Trip - 3.5 }
                expect:
                  - { fault: CellOverVoltage, within_ms: 350 }
            """;

        [TestMethod]
        public void a_good_file_is_read()
        {
            TestCase read = CaseReader.Read(Good, "x.yaml").Single();
            Assert.AreEqual("B02-x", read.Id);
            Assert.HasCount(3, CaseVariant.Of(read));
            Assert.AreEqual(2, read.Place.Line);
        }

        // Shows F-303.
        [TestMethod]
        [DataRow("title: A case", "titel: A case", "x.yaml:3:5: the key 'titel' is not known here; did you mean title?")]
        [DataRow("    title: A case\n", "", "x.yaml:2:5: the key 'title' is missing")]
        [DataRow("id: B02-x", "id: case 2", "'case 2' is no id")]
        [DataRow("inject: CellVoltageOffset", "inject: CellVoltageOfset", "'inject' is 'CellVoltageOfset'; did you mean CellVoltageOffset?")]
        [DataRow("inject: CellVoltageOffset", "set: Pack.CurentA", "the plant has no signal Pack.CurentA; did you mean Pack.CurrentA?")]
        [DataRow("inject: CellVoltageOffset", "set: Pack.CurrentA", "Pack.CurrentA cannot be set")]
        [DataRow("inject: CellVoltageOffset", "set: Can.PackStatus.State", "is told by the controller and cannot be set")]
        [DataRow("at_s: 1,", "at_s: 1, calm: true,", "has both 'inject' and 'calm'; make two entries of it")]
        [DataRow("inject: CellVoltageOffset, ", "", "does nothing; give one of inject, clear, set")]
        [DataRow("element: $cell", "element: $sell", "$sell is not among the names of vary (cell)")]
        [DataRow("CellOverVoltage.Trip - 3.5", "CellOverVoltage.Trp - 3.5", "'Trp' is no column of the fault table")]
        [DataRow("CellOverVoltage.Trip - 3.5", "CellOverVoltage.Trip -3.5", "'-3.5' stands where +, - or * must stand")]
        [DataRow("CellOverVoltage.Trip - 3.5", "OverVoltage.Trip - 3.5", "the fault table has no row OverVoltage")]
        [DataRow("cell: 1..3", "cell: 3..1", "'3..1' is no list of values; write [1, 2, 5] or 1..96")]
        [DataRow("cell: 1..3", "cell: 1..96, more: 1..96", "makes more than 2000 runs")]
        [DataRow("fault: CellOverVoltage", "fault: CellOverVoltag", "the fault table has no row CellOverVoltag; did you mean CellOverVoltage?")]
        [DataRow("{ fault: CellOverVoltage, within_ms: 350 }", "{ always: Pack.CurrentA }", "has no condition; give above, below, equals, near, unavailable or, after always, never_falls")]
        [DataRow("{ fault: CellOverVoltage, within_ms: 350 }", "{ eventually: Pack.CurrentA, never_falls: true }", "has no condition; give above, below, equals, near, unavailable or, after always, never_falls")]
        [DataRow("at_s: 1,", "at_s: 2, stall: true }\n      - { at_s: 1,", "has no value; say how long the controller hangs, in s")]
        [DataRow("vary: { cell: 1..3 }", "vary: { cell: 1..3 }\n    pack: { insulation_monitor: Iso165 }", "'insulation_monitor' is 'Iso165'; did you mean Iso165c?")]
        [DataRow("{ fault: CellOverVoltage, within_ms: 350 }", "{ always: Can.PackStats.State, equals: 1 }", "names no message of the catalogue")]
        [DataRow("{ fault: CellOverVoltage, within_ms: 350 }", "{ always: Can.PackStatus.Sate, equals: 1 }", "the message PackStatus has no signal Sate; did you mean State?")]
        [DataRow("vary: { cell: 1..3 }", "vary: { cell: 1..3 }\n    pack: { cells: 193 }", "x.yaml:5:20: '193' is no whole number from 1 to 192")]
        [DataRow("vary: { cell: 1..3 }", "vary: { cell: 1..3 }\n    parameters: { CellCont: 5 }", "there is no parameter CellCont")]
        [DataRow("vary: { cell: 1..3 }", "vary: { cell: 1..3 }\n    allow: [OverTemperature.Wrning]", "'OverTemperature.Wrning' is no row with a severity")]
        [DataRow("vary: { cell: 1..3 }", "vary: { cell: 1..3 }\n    recovery: latch", "'recovery' is 'latch'; did you mean latched?")]
        [DataRow("timeline:", "timeline: 5\n    x:", "is not known here")]
        public void a_bad_file_is_refused_with_place_and_remedy(string good, string bad, string message)
        {
            string text = Good.ReplaceLineEndings("\n");
            Assert.Contains(good, text);
            var fault = Assert.ThrowsExactly<CaseFileException>(() => CaseReader.Read(text.Replace(good, bad, StringComparison.Ordinal), "x.yaml"));
            Assert.Contains(message, fault.Message);
            Assert.StartsWith("x.yaml:", fault.Message);
            Assert.DoesNotContain("\n", fault.Message);
        }

        [TestMethod]
        public void an_id_that_stands_twice_is_refused()
        {
            string text = Good + "\n" + string.Join('\n', Good.Split('\n')[1..]);
            var fault = Assert.ThrowsExactly<CaseFileException>(() => CaseReader.Read(text, "x.yaml"));
            Assert.Contains("the id B02-x was used before in this file", fault.Message);
        }

        [TestMethod]
        [DataRow("")]
        [DataRow("cases: [")]
        [DataRow("cases:\n\t- id: B02")]
        [DataRow("a: b: c")]
        [DataRow("- just\n- a list")]
        [DataRow("cases: 5")]
        [DataRow("\u0000\u0001\u0002")]
        public void what_is_no_scenario_file_at_all_is_refused_with_a_place(string text)
        {
            var fault = Assert.ThrowsExactly<CaseFileException>(() => CaseReader.Read(text, "x.yaml"));
            Assert.StartsWith("x.yaml:", fault.Message);
        }

        [TestMethod]
        public void no_cut_through_a_good_file_crashes_the_reader()
        {
            string text = Good.ReplaceLineEndings("\n");
            int refused = 0;
            for (int length = 0; length < text.Length; length++)
            {
                try
                {
                    CaseReader.Read(text[..length], "x.yaml");
                }
                catch (CaseFileException)
                {
                    refused++;
                }
            }

            Assert.IsGreaterThan(text.Length / 2, refused);
        }
    }
}
