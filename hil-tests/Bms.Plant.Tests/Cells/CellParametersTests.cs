using System.Text;
using Bms.Plant.Cells;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.Plant.Tests.Cells
{
    [TestClass]
    public class CellParametersTests
    {
        private static readonly double[] Grid = [0, 10, 40];

        [TestMethod]
        [DataRow(-5.0, 0, 0.0)]
        [DataRow(0.0, 0, 0.0)]
        [DataRow(5.0, 0, 0.5)]
        [DataRow(10.0, 1, 0.0)]
        [DataRow(25.0, 1, 0.5)]
        [DataRow(40.0, 1, 1.0)]
        [DataRow(1e9, 1, 1.0)]
        public void the_grid_interval_is_found_and_clamped(double value, int index, double fraction)
        {
            Assert.AreEqual(index, CellParameters.Locate(Grid, value, out double f));
            Assert.AreEqual(fraction, f, 1e-12);
        }

        [TestMethod]
        public void tables_are_bilinear_inside_and_keep_their_edge_outside()
        {
            CellParameters p = TestCells.Straight();
            double[][] table = [[1, 2, 3], [5, 6, 7]];
            Assert.AreEqual(1, p.At(table, 0, 0), 1e-12);
            Assert.AreEqual(3.5, p.At(table, 0.25, 12.5), 1e-12);
            Assert.AreEqual(7, p.At(table, 1, 25), 1e-12);
            Assert.AreEqual(7, p.At(table, 1.5, 60), 1e-12);
            Assert.AreEqual(1, p.At(table, -0.5, -40), 1e-12);
        }

        [TestMethod]
        public void the_state_of_charge_of_an_open_circuit_voltage_is_the_inverse()
        {
            CellParameters p = TestCells.Straight();
            Assert.AreEqual(0.37, p.SocAtOcv(3.37, 10), 1e-9);
            Assert.AreEqual(0, p.SocAtOcv(2, 10), 1e-9);
            Assert.AreEqual(1, p.SocAtOcv(5, 10), 1e-9);
        }

        [TestMethod]
        public void every_embedded_cell_loads_and_its_voltage_rises_with_charge()
        {
            CollectionAssert.IsSubsetOf(new[] { "a123-26650", "lg-18650hg2", "panasonic-ncr18650pf" }, CellParameters.EmbeddedNames.ToArray());
            foreach (string name in CellParameters.EmbeddedNames)
            {
                CellParameters p = CellParameters.Load(name);
                Assert.AreEqual(name, p.Name);
                Assert.AreNotEqual("", p.Origin.DataSet);
                foreach (double[] row in p.OcvV)
                {
                    for (int s = 1; s < row.Length; s++)
                    {
                        Assert.IsGreaterThan(row[s - 1], row[s], $"{name}: open-circuit voltage stands still at {p.SocGrid[s]}");
                    }
                }
            }
        }

        [TestMethod]
        public void what_is_written_reads_back_to_the_same_text()
        {
            foreach (string name in CellParameters.EmbeddedNames)
            {
                string text = CellParameters.Load(name).ToJson();
                Assert.AreEqual(text, Parse(text).ToJson());
            }
        }

        [TestMethod]
        [DataRow("\"capacityAh\": 2", "\"capacityAh\": -2", "$.capacityAh")]
        [DataRow("\"capacityAh\": 2", "\"capacityAh\": \"2\"", "$.capacityAh")]
        [DataRow("\"capacityAh\": 2", "\"kapacity\": 2", "$.kapacity")]
        [DataRow("\"formatVersion\": 1", "\"formatVersion\": 2", "$.formatVersion")]
        [DataRow("\"socGrid\": [0, 0.5, 1]", "\"socGrid\": [0, 0.5, 0.9]", "$.socGrid")]
        [DataRow("\"socGrid\": [0, 0.5, 1]", "\"socGrid\": [0, 0, 1]", "$.socGrid[1]")]
        [DataRow("\"temperatureGridC\": [0, 25]", "\"temperatureGridC\": [25]", "$.temperatureGridC")]
        [DataRow("\"hysteresisV\": [0.0, 0.0, 0.0]", "\"hysteresisV\": [0.0, 0.0]", "$.hysteresisV")]
        [DataRow("[3.0, 3.5, 4.0]", "[3.0, 4.5, 4.0]", "$.ocvV[0][2]")]
        [DataRow("[3.0, 3.5, 4.0]", "[3.0, 3500, 4.0]", "$.ocvV[0][1]")]
        [DataRow("\"name\": \"straight\"", "\"name\": 5", "$.name")]
        [DataRow("\"maxVoltageV\": 4.2", "\"maxVoltageV\": 2.2", "$.maxVoltageV")]
        public void a_wrong_field_is_refused_with_its_json_path_and_a_remedy(string from, string to, string path)
        {
            string good = TestCells.Straight().ToJson();
            Assert.Contains(from, good);
            int at = good.IndexOf(from, StringComparison.Ordinal);
            string bad = good[..at] + to + good[(at + from.Length)..];
            CellFileException e = Assert.ThrowsExactly<CellFileException>(() => Parse(bad));
            Assert.AreEqual(path, e.Location);
            Assert.StartsWith("test.json: ", e.Message);
            Assert.Contains("; ", e.Message);
            Assert.DoesNotContain("\n", e.Message);
        }

        [TestMethod]
        public void a_missing_field_is_named()
        {
            string bad = TestCells.Straight().ToJson().Replace("  \"massKg\": 0.05,\n", "", StringComparison.Ordinal);
            Assert.AreEqual("$.massKg", Assert.ThrowsExactly<CellFileException>(() => Parse(bad)).Location);
        }

        [TestMethod]
        [DataRow("")]
        [DataRow("{")]
        [DataRow("garbage")]
        [DataRow("[]")]
        [DataRow("null")]
        [DataRow("{\"formatVersion\": 1, \"formatVersion\": 1}")]
        public void what_is_no_cell_file_is_refused_in_one_line(string text)
        {
            CellFileException e = Assert.ThrowsExactly<CellFileException>(() => Parse(text));
            Assert.DoesNotContain("\n", e.Message);
        }

        [TestMethod]
        public void a_truncated_file_is_refused_wherever_it_ends()
        {
            string good = TestCells.Straight().ToJson().TrimEnd();
            for (int length = 0; length < good.Length; length += 7)
            {
                _ = Assert.ThrowsExactly<CellFileException>(() => Parse(good[..length]));
            }
        }

        [TestMethod]
        public void an_unknown_name_lists_the_names_there_are()
        {
            CellFileException e = Assert.ThrowsExactly<CellFileException>(() => CellParameters.Load("unobtainium"));
            Assert.Contains("lg-18650hg2", e.Message);
        }

        [TestMethod]
        public void a_file_that_is_not_there_is_refused_in_one_line()
        {
            CellFileException e = Assert.ThrowsExactly<CellFileException>(() => CellParameters.LoadFile("no/such/cell.json"));
            Assert.StartsWith("no/such/cell.json: ", e.Message);
        }

        private static CellParameters Parse(string text)
        {
            using var stream = new MemoryStream(Encoding.UTF8.GetBytes(text));
            return CellParameters.Load(stream, "test.json");
        }
    }
}
