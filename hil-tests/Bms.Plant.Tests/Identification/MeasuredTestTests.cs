using System.IO.Compression;
using System.Text;
using Bms.Identification;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.Plant.Tests.Identification
{
    [TestClass]
    public class MeasuredTestTests
    {
        private const string Header = "time_s,current_a,voltage_v,temperature_c,charge_ah\n";
        private const string Good = Header + "0,0,3.7,25,0\n1,-1.5,3.65,25.1,-0.0004\n2,1e-1,3.7,25.1,-0.0004\n";

        [TestMethod]
        public void a_plain_file_is_read()
        {
            MeasuredTest test = Parse(Good);
            Assert.AreEqual(3, test.Count);
            CollectionAssert.AreEqual(new[] { 0.0, 1, 2 }, test.TimeS);
            CollectionAssert.AreEqual(new[] { 0, -1.5, 0.1 }, test.CurrentA);
            Assert.AreEqual(1, test.MedianStepS);
            Assert.AreEqual(1 - (0.0004 / 2), test.ReferenceSoc(2)[2], 1e-12);
            Assert.IsNull(test.Soc);
        }

        [TestMethod]
        public void a_gzip_file_is_told_by_its_content()
        {
            Assert.AreEqual(3, MeasuredTest.Parse(Gzip(Good), "a.csv").Count);
        }

        [TestMethod]
        public void columns_may_come_in_any_order_with_others_between_and_any_line_end()
        {
            MeasuredTest test = Parse("\uFEFFsoc,voltage_v,comment,time_s,temperature_c,current_a\r\n0.5,3.7,x,10,20,-1\r\n\r\n0.4,3.6,,11,21,-2\r\n");
            Assert.AreEqual(0.4, test.ReferenceSoc(1)[1]);
            Assert.AreEqual(-2, test.CurrentA[1]);
            Assert.AreEqual(21, test.TemperatureC[1]);
        }

        [TestMethod]
        public void the_last_line_needs_no_line_end()
        {
            Assert.AreEqual(3, Parse(Good.TrimEnd()).Count);
        }

        [TestMethod]
        public void charge_and_discharge_counters_are_taken_as_their_difference()
        {
            MeasuredTest test = MeasuredTest.Parse(Encoding.UTF8.GetBytes("time_s,current_a,voltage_v,charge_ah,discharge_ah\n0,0,3,0,0\n1,1,3,0.5,0.2\n"), "x", 15);
            Assert.AreEqual(0.3, test.ChargeAh![1], 1e-12);
            Assert.AreEqual(15, test.TemperatureC[1]);
        }

        [TestMethod]
        public void of_samples_with_the_same_time_the_last_counts()
        {
            MeasuredTest test = Parse(Header + "0,0,3.7,25,0\n1,0,3.7,25,0\n1,-2,3.5,25,0\n2,-2,3.5,25,0\n");
            Assert.AreEqual(3, test.Count);
            Assert.AreEqual(-2, test.CurrentA[1]);
        }

        [TestMethod]
        public void a_jump_in_time_is_a_gap_and_no_error()
        {
            MeasuredTest test = Parse(Header + "0,0,3.7,25,0\n1,0,3.7,25,0\n2,0,3.7,25,0\n3000,0,3.7,25,0\n");
            Assert.IsTrue(test.IsGap(3));
            Assert.IsFalse(test.IsGap(2));
            Assert.IsFalse(test.IsGap(0));
        }

        [TestMethod]
        [DataRow(Header + "0,0,3.7,25,0\n1,0,nan,25,0\n", 3, "voltage_v")]
        [DataRow(Header + "0,0,3.7,25,0\n1,Infinity,3.7,25,0\n", 3, "current_a")]
        [DataRow(Header + "0,0,3.7,25,0\n1,,3.7,25,0\n", 3, "current_a")]
        [DataRow(Header + "0,0,3.7,25,0\n1,abc,3.7,25,0\n2,0,3.7,25,0\n", 3, "'abc'")]
        [DataRow(Header + "0,0,3.7,25,0\n2,0,3.7,25,0\n1,0,3.7,25,0\n", 4, "time goes from 2 to 1")]
        [DataRow(Header + "0,0,3.7,25,0\n1,0,3700,25,0\n", 3, "volt")]
        [DataRow(Header + "0,0,3.7,25,0\n1,0,3.7,25\n2,0,3.7,25,0\n", 3, "4 values")]
        [DataRow(Header + "0,0,3.7,25,0\n1,0,3.7,25,0,9\n", 3, "more values")]
        [DataRow(Header + "0,0,3.7,25,0\n1,-1.5,3.6", 3, "cut off")]
        [DataRow(Header + "0,0,3.7,25,0\n", 0, "1 samples")]
        [DataRow(Header, 0, "0 samples")]
        [DataRow("", 0, "empty")]
        [DataRow("time_s,current_a,temperature_c,charge_ah\n0,0,25,0\n", 1, "voltage_v is missing")]
        [DataRow("time_s,current_a,voltage_v,soc\n0,0,3.7,1\n", 1, "temperature_c is missing")]
        [DataRow("time_s,current_a,voltage_v,temperature_c\n0,0,3.7,25\n", 1, "neither charge_ah nor soc")]
        [DataRow("time_s,time_s,current_a,voltage_v,temperature_c,soc\n", 1, "twice")]
        [DataRow("\u0001\u0002\u0003 garbage\n\n\n", 1, "time_s is missing")]
        public void a_fault_is_reported_with_file_line_and_remedy(string text, int line, string says)
        {
            MeasuredTestException e = Assert.ThrowsExactly<MeasuredTestException>(() => Parse(text));
            Assert.AreEqual(line, e.Line);
            Assert.StartsWith(line > 0 ? $"bad.csv, line {line}: " : "bad.csv: ", e.Message);
            Assert.Contains(says, e.Message);
            Assert.Contains("; ", e.Message);
            Assert.DoesNotContain("\n", e.Message);
        }

        [TestMethod]
        public void a_truncated_archive_is_refused_wherever_it_ends()
        {
            var text = new StringBuilder(Header);
            for (int k = 0; k < 500; k++)
            {
                text.Append(k).Append(",-1.").Append(k * 7919 % 1000).Append(",3.7,25,0\n");
            }

            byte[] whole = Gzip(text.ToString());
            for (int length = 2; length < whole.Length; length += 37)
            {
                MeasuredTestException e = Assert.ThrowsExactly<MeasuredTestException>(() => MeasuredTest.Parse(whole[..length], "cut.csv.gz"), $"{length} of {whole.Length} bytes");
                Assert.DoesNotContain("\n", e.Message);
            }
        }

        [TestMethod]
        public void random_bytes_are_refused_in_one_line()
        {
            var random = new Random(42);
            for (int round = 0; round < 300; round++)
            {
                byte[] bytes = new byte[random.Next(200)];
                random.NextBytes(bytes);
                if (round % 3 == 0 && bytes.Length > 1)
                {
                    bytes[0] = 0x1F;
                    bytes[1] = 0x8B;
                }

                MeasuredTestException e = Assert.ThrowsExactly<MeasuredTestException>(() => MeasuredTest.Parse(bytes, "x"));
                Assert.DoesNotContain("\n", e.Message);
            }
        }

        [TestMethod]
        public void a_file_that_is_not_there_is_refused_in_one_line()
        {
            MeasuredTestException e = Assert.ThrowsExactly<MeasuredTestException>(() => MeasuredTest.Read("no/such/test.csv.gz"));
            Assert.StartsWith("no/such/test.csv.gz: cannot be read", e.Message);
        }

        [TestMethod]
        public void every_measured_file_of_the_data_folder_is_read()
        {
            string cells = MeasuredData.Cells();
            foreach (string file in Directory.GetFiles(cells, "*.csv.gz", SearchOption.AllDirectories))
            {
                Assert.IsGreaterThan(100, MeasuredTest.Read(file, 25).Count, file);
            }
        }

        private static MeasuredTest Parse(string text)
        {
            return MeasuredTest.Parse(Encoding.UTF8.GetBytes(text), "bad.csv");
        }

        private static byte[] Gzip(string text)
        {
            using var packed = new MemoryStream();
            using (var gzip = new GZipStream(packed, CompressionLevel.Fastest))
            {
                gzip.Write(Encoding.UTF8.GetBytes(text));
            }

            return packed.ToArray();
        }
    }
}
