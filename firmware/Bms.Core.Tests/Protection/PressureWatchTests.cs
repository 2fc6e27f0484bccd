using Bms.Core.Control;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Protection
{
    [TestClass]
    public class PressureWatchTests
    {
        private sealed class Desk
        {
            public readonly EnvironmentInputs Environment = new EnvironmentInputs();
            public readonly PressureWatch Watch = new PressureWatch();
            public uint NowMs = 1000;

            public void Read(int deciC, int pa, int permille, int coldest)
            {
                Environment.Publish(deciC, pa, permille);
                NowMs += 1000;
                Environment.Update(NowMs);

                // The stage looks more often than the sensor reads.
                Watch.Update(Environment, coldest);
                Watch.Update(Environment, coldest);
            }
        }

        // Shows S-036.
        [TestMethod]
        public void a_sudden_rise_is_seen_with_its_first_reading()
        {
            Desk desk = new Desk();
            for (int i = 0; i < 20; i++)
            {
                desk.Read(250, 101325, 400, 250);
            }

            Assert.AreEqual(0, desk.Watch.RisePa);
            desk.Read(250, 101325 + 2000, 400, 250);
            Assert.AreEqual(2000, desk.Watch.RisePa);
        }

        // Shows S-010, S-036.
        [TestMethod]
        public void a_mountain_road_stays_below_the_warning()
        {
            Desk desk = new Desk();
            int pa = 80000;
            int worst = 0;
            for (int i = 0; i < 600; i++)
            {
                pa += 30;
                desk.Read(250, pa, 400, 250);
                worst = desk.Watch.RisePa > worst ? desk.Watch.RisePa : worst;
            }

            Assert.IsTrue(worst > 200 && worst < 300, worst.ToString());
        }

        [TestMethod]
        public void a_fall_of_the_pressure_is_no_venting()
        {
            Desk desk = new Desk();
            desk.Read(250, 101325, 400, 250);
            desk.Read(250, 99000, 400, 250);
            Assert.IsTrue(desk.Watch.RisePa < 0);
        }

        // Shows S-009, S-036.
        [TestMethod]
        public void without_a_reading_there_is_no_number_and_after_a_gap_a_new_reference()
        {
            Desk desk = new Desk();
            desk.Watch.Update(desk.Environment, 250);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Watch.RisePa);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Watch.DewAboveColdestDeciC);
            desk.Read(250, 101325, 400, 250);
            desk.Read(SignalValue.NotAvailable, SignalValue.NotAvailable, SignalValue.NotAvailable, 250);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Watch.RisePa);
            desk.Read(250, 90000, 400, 250);
            Assert.AreEqual(0, desk.Watch.RisePa);
        }

        // Shows S-036.
        [TestMethod]
        public void the_dew_point_is_held_against_the_coldest_cell()
        {
            // 25 degC and 80 %: 21.3 degC by the formula of Magnus; the straight line says 21.0.
            Desk desk = new Desk();
            desk.Read(250, 101325, 800, 200);
            Assert.AreEqual(10, desk.Watch.DewAboveColdestDeciC);
            desk.Read(250, 101325, 1000, 300);
            Assert.AreEqual(-50, desk.Watch.DewAboveColdestDeciC);
            desk.Read(250, 101325, 200, 300);
            Assert.AreEqual(-1000, desk.Watch.DewAboveColdestDeciC);
            desk.Read(250, 101325, 900, SignalValue.NotAvailable);
            Assert.AreEqual(SignalValue.NotAvailable, desk.Watch.DewAboveColdestDeciC);
        }
    }
}
