using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    [TestClass]
    public class FaultTableTests
    {
        [TestMethod]
        public void every_row_has_a_name_of_its_own()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                Assert.IsFalse(FaultTable.NameOf(fault) == "Unknown");
                for (int other = 0; other < fault; other++)
                {
                    Assert.IsFalse(FaultTable.NameOf(fault) == FaultTable.NameOf(other));
                }
            }
        }

        [TestMethod]
        public void a_row_that_does_not_exist_has_no_name()
        {
            Assert.IsTrue(FaultTable.NameOf(FaultId.Count) == "Unknown");
            Assert.IsTrue(FaultTable.NameOf(-1) == "Unknown");
        }

        // Shows F-007.
        [TestMethod]
        public void every_number_fits_the_message()
        {
            byte[] data = new byte[8];
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                FaultEvent.PackFaultId(data, fault);
                Assert.AreEqual(fault, FaultEvent.UnpackFaultId(data));
            }
        }

        [TestMethod]
        public void what_hurts_cells_or_contactors_latches_and_lost_communication_does_not()
        {
            Assert.IsTrue(FaultTable.IsLatched(FaultId.CellOverVoltage));
            Assert.IsTrue(FaultTable.IsLatched(FaultId.OverTemperature));
            Assert.IsTrue(FaultTable.IsLatched(FaultId.OverCurrentDischarge));
            Assert.IsTrue(FaultTable.IsLatched(FaultId.ContactorFeedback));
            Assert.IsTrue(FaultTable.IsLatched(FaultId.PrechargeFailed));
            Assert.IsFalse(FaultTable.IsLatched(FaultId.ModuleLost));
            Assert.IsFalse(FaultTable.IsLatched(FaultId.HostLost));
            Assert.IsFalse(FaultTable.IsLatched(FaultId.CurrentSensorLost));
        }

        [TestMethod]
        public void an_overcharged_cell_stops_charging_only_and_an_empty_one_discharging_only()
        {
            Assert.AreEqual(FaultTable.StopsCharging, FaultTable.ReactionOf(FaultId.CellOverVoltage));
            Assert.AreEqual(FaultTable.StopsDischarging, FaultTable.ReactionOf(FaultId.CellUnderVoltage));
            Assert.AreEqual(FaultTable.StopsCharging, FaultTable.ReactionOf(FaultId.UnderTemperatureCharge));
            Assert.AreEqual(FaultTable.StopsBoth, FaultTable.ReactionOf(FaultId.ModuleLost));
            Assert.AreEqual(FaultTable.StopsBoth, FaultTable.ReactionOf(FaultId.CurrentSensorLost));
        }

        // Shows F-012.
        [TestMethod]
        public void every_row_has_a_trouble_code_of_its_own_in_the_makers_ranges()
        {
            Assert.AreEqual("P1B00", FaultTable.DtcNameOf(FaultId.CellOverVoltage));
            Assert.AreEqual(0x1B00, FaultTable.DtcOf(FaultId.CellOverVoltage));
            Assert.AreEqual("U1B08", FaultTable.DtcNameOf(FaultId.ModuleLost));
            Assert.AreEqual(0xDB08, FaultTable.DtcOf(FaultId.ModuleLost));
            Assert.AreEqual("P1B36", FaultTable.DtcNameOf(FaultId.EnvironmentSensorLost));
            Assert.AreEqual("P1B38", FaultTable.DtcNameOf(FaultId.CellFrozen));
            Assert.AreEqual("P1B39", FaultTable.DtcNameOf(FaultId.CurrentReversed));
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                for (int other = 0; other < fault; other++)
                {
                    Assert.IsFalse(FaultTable.DtcOf(fault) == FaultTable.DtcOf(other));
                }
            }
        }

        [TestMethod]
        public void every_row_has_a_requirement_and_a_part_of_the_schedule()
        {
            int[] rows = new int[FaultTable.Parts];
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                Assert.IsTrue(FaultTable.RequirementOf(fault).Length == 5, FaultTable.NameOf(fault));
                int part = FaultTable.PartOf(fault);
                Assert.IsTrue(part >= FaultTable.EveryCycle && part < FaultTable.Parts);
                if (part >= 0)
                {
                    rows[part]++;
                }
            }

            // No part is much longer than another, so that no cycle costs much more; that of the senders, with two turns, is short.
            for (int part = 0; part < FaultTable.SendersPart; part++)
            {
                Assert.IsTrue(rows[part] >= 8 && rows[part] <= 14);
            }

            Assert.IsTrue(rows[FaultTable.SendersPart] <= 5);
        }

        // Shows S-020.
        [TestMethod]
        public void only_what_service_must_see_needs_service_and_it_latches()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                Assert.AreEqual(fault == FaultId.DeepDischarge, FaultTable.NeedsService(fault));
            }

            Assert.IsTrue(FaultTable.IsLatched(FaultId.DeepDischarge));
        }
    }
}
