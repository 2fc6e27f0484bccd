using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Core.Tests.Storage;

namespace Bms.Core.Tests.Control
{
    /// <summary>NMC preset of 100 Ah: 133 A charge, 300 A discharge; lives 100,000 unloaded, 10,000 small, 1,000 full, 20 overload. Resistor 100 ohm, 600 J, 60 s.</summary>
    [TestClass]
    public class ContactorWearTests
    {
        // Shows F-011.
        [TestMethod]
        public void the_class_of_an_opening_follows_the_maximum_of_its_direction()
        {
            ContactorWear wear = new ContactorWear(Presets.Nmc(96, 100000));
            Assert.AreEqual(ContactorWear.SmallLoad, wear.ClassOf(-75000));
            Assert.AreEqual(ContactorWear.FullLoad, wear.ClassOf(-75001));
            Assert.AreEqual(ContactorWear.FullLoad, wear.ClassOf(-300000));
            Assert.AreEqual(ContactorWear.Overload, wear.ClassOf(-300001));
            Assert.AreEqual(ContactorWear.SmallLoad, wear.ClassOf(33250));
            Assert.AreEqual(ContactorWear.FullLoad, wear.ClassOf(133000));
            Assert.AreEqual(ContactorWear.Overload, wear.ClassOf(133001));
            Assert.AreEqual(ContactorWear.Overload, wear.ClassOf(SignalValue.NotAvailable));
        }

        // Shows S-031, F-011.
        [TestMethod]
        public void what_is_left_is_that_of_the_contactor_that_is_worse_off()
        {
            ContactorWear wear = new ContactorWear(Presets.Nmc(96, 100000));
            Assert.AreEqual(1000, wear.RemainingPermille);
            wear.CountLoadOpening(ContactorWear.Negative, -300001);
            Assert.AreEqual(950, wear.RemainingPermille);
            wear.CountLoadOpening(ContactorWear.Positive, -100000);
            Assert.AreEqual(950, wear.RemainingPermille);
            for (int i = 0; i < 19; i++)
            {
                Assert.IsTrue(wear.RemainingPermille > 0);
                wear.CountLoadOpening(ContactorWear.Negative, SignalValue.NotAvailable);
            }

            Assert.AreEqual(0, wear.RemainingPermille);
            wear.CountLoadOpening(ContactorWear.Negative, SignalValue.NotAvailable);
            Assert.AreEqual(0, wear.RemainingPermille);
        }

        // Shows F-011.
        [TestMethod]
        public void counts_survive_a_restart_through_the_stored_state()
        {
            ContactorWear before = new ContactorWear(Presets.Nmc(96, 100000));
            before.CountClosing(ContactorWear.Positive);
            before.CountClosing(ContactorWear.Negative);
            before.CountClosing(ContactorWear.Negative);
            before.CountClosing(ContactorWear.Precharge);
            before.CountLoadOpening(ContactorWear.Positive, -400000);
            before.CountLoadOpening(ContactorWear.Negative, -10000);
            PackState state = new PackState();
            before.Save(state);
            TestStore store = new TestStore(2, PackStateStore.BlockLength);
            Assert.IsTrue(new PackStateStore(store, 0).Save(state));
            PackState loaded = new PackState();
            Assert.AreEqual(StorageStatus.Ok, new PackStateStore(store, 0).Load(loaded));

            ContactorWear after = new ContactorWear(Presets.Nmc(96, 100000));
            after.Restore(loaded);
            Assert.AreEqual(1u, after.Closings[ContactorWear.Positive]);
            Assert.AreEqual(2u, after.Closings[ContactorWear.Negative]);
            Assert.AreEqual(1u, after.Closings[ContactorWear.Precharge]);
            Assert.AreEqual(1u, after.LoadOpenings[ContactorWear.Overload]);
            Assert.AreEqual(1u, after.LoadOpenings[ContactorWear.Classes + ContactorWear.SmallLoad]);
            Assert.AreEqual(before.RemainingPermille, after.RemainingPermille);
        }

        private static PackMeasurement Measured(int packMv, int linkMv, int currentMa)
        {
            PackMeasurement m = new PackMeasurement(Presets.Nmc(96, 100000), new TestBus());
            m.PackVoltageMv = packMv;
            m.LinkVoltageMv = linkMv;
            m.CurrentMa = currentMa;
            return m;
        }

        private static int HeatOf(PackMeasurement m, int ms)
        {
            PrechargeResistor resistor = new PrechargeResistor(Presets.Nmc(96, 100000));
            resistor.EnergyMj = 0;
            for (int t = 0; t <= ms; t += 10)
            {
                resistor.Update(m, true, (uint)t);
            }

            return resistor.EnergyMj;
        }

        // Shows S-032.
        [TestMethod]
        public void the_heat_of_the_resistor_is_the_smaller_of_both_powers()
        {
            // 400 V on 100 ohm: 1600 W for 0.5 s.
            Assert.AreEqual(800000, HeatOf(Measured(400000, 0, -4000), 500));

            // An open resistor carries nothing, whatever the voltage.
            Assert.AreEqual(0, HeatOf(Measured(400000, 0, 50), 500));

            // A current beside it does not heat it, where the link is charged.
            Assert.AreEqual(0, HeatOf(Measured(400000, 399900, -100000), 500));
        }

        // Shows S-032.
        [TestMethod]
        public void what_is_not_measured_counts_as_its_worst()
        {
            Assert.AreEqual(800000, HeatOf(Measured(400000, 0, SignalValue.NotAvailable), 500));

            // 96 cells at 4.2 V: 403.2 V.
            Assert.AreEqual(812500, HeatOf(Measured(400000, SignalValue.NotAvailable, SignalValue.NotAvailable), 500));
        }

        // Shows S-032.
        [TestMethod]
        public void the_heat_leaves_with_its_time_constant_and_to_the_end()
        {
            PrechargeResistor resistor = new PrechargeResistor(Presets.Nmc(96, 100000));
            PackMeasurement m = Measured(400000, 0, 0);
            resistor.EnergyMj = 600000;
            Assert.IsTrue(resistor.IsAtLimit);
            uint now = uint.MaxValue - 29999;
            resistor.Update(m, false, now);
            for (int s = 0; s < 60; s++)
            {
                now += 1000;
                resistor.Update(m, false, now);
            }

            // 1/e is 36.8 %, in steps of a second 36.5 %.
            Assert.IsTrue(resistor.EnergyMj > 215000 && resistor.EnergyMj < 222000);
            Assert.IsFalse(resistor.IsTooHotToStart);
            resistor.Update(m, false, now + 300000);
            Assert.AreEqual(0, resistor.EnergyMj);
        }

        // Shows S-032.
        [TestMethod]
        public void after_a_start_the_resistor_is_hot_unless_what_was_stored_says_otherwise()
        {
            PrechargeResistor resistor = new PrechargeResistor(Presets.Nmc(96, 100000));
            resistor.Restore(SignalValue.NotAvailable, 1);
            Assert.AreEqual(600000, resistor.EnergyMj);
            Assert.IsTrue(resistor.IsTooHotToStart);

            // 42 s with a time constant of 60 s.
            PackMeasurement m = Measured(400000, 0, 0);
            uint now = 0;
            resistor.Update(m, false, now);
            while (resistor.IsTooHotToStart)
            {
                now += 1000;
                resistor.Update(m, false, now);
            }

            Assert.IsTrue(now >= 40000 && now <= 43000);

            // A quarter for the attempt that may be missing in it.
            resistor.Restore(0, 1);
            Assert.AreEqual(150000, resistor.EnergyMj);
            resistor.Restore(250, 1);
            Assert.AreEqual(300000, resistor.EnergyMj);
            Assert.IsFalse(resistor.IsTooHotToStart);
            resistor.Restore(251, 1);
            Assert.AreEqual(300600, resistor.EnergyMj);
            Assert.IsTrue(resistor.IsTooHotToStart);

            // A supply that broke down with every attempt, or that has lost count.
            resistor.Restore(0, 2);
            Assert.IsFalse(resistor.IsTooHotToStart);
            resistor.Restore(0, 3);
            Assert.IsTrue(resistor.IsTooHotToStart);
            resistor.Restore(0, 0);
            Assert.AreEqual(600000, resistor.EnergyMj);
            resistor.Restore(0, 1000);
            Assert.AreEqual(600000, resistor.EnergyMj);
            resistor.Restore(2000, 1);
            Assert.AreEqual(600000, resistor.EnergyMj);

            // Stored before a sleep.
            resistor.Restore(-PrechargeResistor.UntoldPermille, 1);
            Assert.AreEqual(0, resistor.EnergyMj);
            resistor.Restore(int.MinValue + 1, 1);
            Assert.AreEqual(0, resistor.EnergyMj);
        }

        // Shows S-032.
        [TestMethod]
        public void exactly_half_of_the_limit_may_start_again()
        {
            PrechargeResistor resistor = new PrechargeResistor(Presets.Nmc(96, 100000));
            resistor.EnergyMj = 300000;
            Assert.IsFalse(resistor.IsTooHotToStart);
            resistor.EnergyMj = 300001;
            Assert.IsTrue(resistor.IsTooHotToStart);
            Assert.AreEqual(500, resistor.FillPermille);
        }
    }
}
