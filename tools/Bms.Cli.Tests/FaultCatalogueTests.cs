using Bms.Bench;
using Bms.Can.Dbc;
using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Cli.Tests
{
    /// <summary>The fault table against the message catalogue and against what the project promises.</summary>
    [TestClass]
    public sealed class FaultCatalogueTests
    {
        // Shows F-007.
        [TestMethod]
        public void every_row_has_its_name_and_place_in_the_catalogue()
        {
            DbcDatabase database = DbcDatabase.Load(Path.Combine(Root(), "hardware", "can", "bms.dbc"));
            uint[] ids = [FaultStatus.Id, FaultStatus2.Id, FaultStatus3.Id];
            DbcMessage events = database.Messages.Single(m => m.Id == FaultEvent.Id && !m.IsExtended);
            DbcSignal number = events.Signals.Single(s => s.Name == "FaultId");
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                string name = FaultTable.NameOf(fault);
                DbcMessage message = database.Messages.Single(m => m.Id == ids[fault / FaultTable.RowsPerStatus] && !m.IsExtended);
                DbcSignal signal = message.Signals.Single(s => s.Name == name);
                Assert.AreEqual(12 + (2 * (fault % FaultTable.RowsPerStatus)), signal.StartBit, name);
                Assert.AreEqual(name, number.Values[fault]);
            }

            Assert.HasCount(FaultId.Count, number.Values);
        }

        // Shows S-001, S-002, S-003, S-004, S-007, S-008, S-016, S-017, S-018, S-025, S-033.
        [TestMethod]
        [DataRow(FaultId.CellOverVoltage, 350)]
        [DataRow(FaultId.CellUnderVoltage, 350)]
        [DataRow(FaultId.OverCurrentCharge, 150)]
        [DataRow(FaultId.OverCurrentDischarge, 150)]
        [DataRow(FaultId.OverTemperature, 1500)]
        [DataRow(FaultId.ModuleLost, 500)]
        [DataRow(FaultId.CurrentSensorLost, 300)]
        [DataRow(FaultId.Interlock, 100)]
        [DataRow(FaultId.CrashSignal, 100)]
        [DataRow(FaultId.ShortCircuit, 50)]
        [DataRow(FaultId.ThermalRunaway, 5000)]
        [DataRow(FaultId.HostLost, 1100)]
        public void the_worst_case_of_a_row_keeps_its_target(int fault, int targetMs)
        {
            for (int chemistry = 0; chemistry < 5; chemistry++)
            {
                int worstMs = ReactionTimes.WorstCaseMs(Presets.Of(chemistry, 96, 50000), fault);
                Assert.IsTrue(worstMs > 0 && worstMs <= targetMs, $"{FaultTable.NameOf(fault)}: {worstMs} ms");
            }
        }

        private static string Root()
        {
            string root = AppContext.BaseDirectory;
            while (!File.Exists(Path.Combine(root, "Bms.sln")))
            {
                root = Path.GetDirectoryName(root) ?? throw new InvalidOperationException("the tests must run below the folder of Bms.sln");
            }

            return root;
        }
    }
}
