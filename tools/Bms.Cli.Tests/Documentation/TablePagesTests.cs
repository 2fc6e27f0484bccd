using Bms.Cli.Documentation;

namespace Bms.Cli.Tests.Documentation
{
    [TestClass]
    public sealed class TablePagesTests
    {
        [TestMethod]
        public void every_page_shows_the_tables_that_the_firmware_runs_on()
        {
            string root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Bms.sln")))
            {
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("the tests must run below the folder of Bms.sln");
            }

            foreach (string name in TablePages.Pages)
            {
                string page = File.ReadAllText(Path.Combine(root, name)).ReplaceLineEndings("\n");
                Assert.AreEqual(TablePages.Renew(page), page, $"{name} is out of date: run 'bms docs'");
                Assert.Contains("<!-- table ", page, $"{name} has lost its tables");
            }
        }

        [TestMethod]
        public void an_old_table_is_replaced_and_the_words_around_it_stay()
        {
            string renewed = TablePages.Renew("before\n<!-- table outputs -->\n| old |\n<!-- end -->\nafter\n");

            Assert.StartsWith("before\n<!-- table outputs -->\n| state |", renewed);
            Assert.EndsWith("<!-- end -->\nafter\n", renewed);
            Assert.DoesNotContain("| old |", renewed);
        }

        [TestMethod]
        public void a_page_without_markers_stays_as_it_is()
        {
            Assert.AreEqual("words\n", TablePages.Renew("words\n"));
        }

        [TestMethod]
        public void an_unknown_table_is_refused_by_name()
        {
            var fault = Assert.ThrowsExactly<InvalidDataException>(() => TablePages.Renew("<!-- table fautls -->\n<!-- end -->\n"));
            Assert.Contains("'fautls'", fault.Message);
        }

        [TestMethod]
        public void a_marker_that_is_not_closed_is_refused()
        {
            Assert.ThrowsExactly<InvalidDataException>(() => TablePages.Renew("<!-- table faults -->\n| no end |\n"));
        }
    }
}
