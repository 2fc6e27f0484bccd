using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Messages.BenderIso165c;

namespace Bms.Core.Tests.Measurement
{
    [TestClass]
    public class InsulationMonitorTests
    {
        private static InsulationMonitor Make(int profile)
        {
            ParameterBlock parameters = Presets.Nmc(96, 50000);
            parameters.Set(ParameterId.InsulationProfile, profile);
            return new InsulationMonitor(parameters);
        }

        private static CanFrame Frame(int kohm, int counter, int activity)
        {
            CanFrame frame = new CanFrame();
            frame.Id = Info.Id;
            frame.Length = Info.Length;
            Info.PackInsulationKohm(frame.Data, kohm);
            Info.PackMeasurementCounter(frame.Data, counter);
            Info.PackDeviceActivity(frame.Data, activity);
            return frame;
        }

        // Shows S-030.
        [TestMethod]
        public void an_iso165c_says_its_resistance_in_a_frame()
        {
            InsulationMonitor monitor = Make(InsulationProfile.Iso165c);
            DiscreteInputs inputs = new DiscreteInputs();
            Assert.AreEqual(Info.Id, monitor.FrameId);
            monitor.Update(inputs, 0);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            Assert.AreEqual(0, monitor.AgeMs);
            Assert.IsTrue(monitor.Take(Frame(1234, 1, Info.DeviceActivityNormal), 10));
            monitor.Update(inputs, 20);
            Assert.AreEqual(1234, monitor.ResistanceKohm);
            Assert.AreEqual(10, monitor.AgeMs);
            Assert.AreEqual(0, monitor.Failures);
        }

        // Shows S-009, S-030.
        [TestMethod]
        public void the_order_of_the_bytes_of_an_iso165c_is_a_profile()
        {
            CanFrame frame = Frame(0, 1, Info.DeviceActivityNormal);
            frame.Data[0] = 0x04;
            frame.Data[1] = 0xD2;
            InsulationMonitor monitor = Make(InsulationProfile.Iso165cBigEndian);
            Assert.AreEqual(Info.Id, monitor.FrameId);
            Assert.IsTrue(monitor.Take(frame, 10));
            Assert.AreEqual(1234, monitor.ResistanceKohm);

            // 50,000 is the highest value; beyond it there is none.
            frame.Data[0] = 0xC3;
            frame.Data[1] = 0x50;
            monitor.Take(frame, 20);
            Assert.AreEqual(50000, monitor.ResistanceKohm);
            frame.Data[1] = 0x51;
            monitor.Take(frame, 30);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);

            frame.Data[0] = 0xD2;
            frame.Data[1] = 0x04;
            monitor = Make(InsulationProfile.Iso165c);
            monitor.Take(frame, 10);
            Assert.AreEqual(1234, monitor.ResistanceKohm);
        }

        // Shows S-009, S-030.
        [TestMethod]
        public void what_the_iso165c_does_not_know_is_no_number()
        {
            InsulationMonitor monitor = Make(InsulationProfile.Iso165c);
            monitor.Take(Frame(SignalValue.NotAvailable, 1, Info.DeviceActivityNormal), 10);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            monitor.Take(Frame(0, 2, Info.DeviceActivityInitialising), 20);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            monitor.Take(Frame(0, 3, Info.DeviceActivitySelfTest), 30);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            CanFrame frame = Frame(0, 4, Info.DeviceActivityNormal);
            Info.PackInsulationOutdated(frame.Data, 1);
            monitor.Take(frame, 40);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            Assert.AreEqual(0, monitor.Failures);
            frame.Length = Info.Length - 1;
            Assert.IsFalse(monitor.Take(frame, 50));
        }

        // Shows S-030.
        [TestMethod]
        public void what_the_iso165c_complains_of_is_a_failure_and_its_value_no_number()
        {
            InsulationMonitor monitor = Make(InsulationProfile.Iso165c);
            CanFrame frame = Frame(1000, 1, Info.DeviceActivityNormal);
            Info.PackDeviceError(frame.Data, 1);
            Info.PackHvNegativeFault(frame.Data, 1);
            Info.PackEarthFault(frame.Data, 1);
            monitor.Take(frame, 10);
            Assert.AreEqual(InsulationMonitor.DeviceError | InsulationMonitor.BatteryWire | InsulationMonitor.ChassisWire, monitor.Failures);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            monitor.Take(Frame(1000, 2, Info.DeviceActivityNormal), 20);
            Assert.AreEqual(0, monitor.Failures);
            Assert.AreEqual(1000, monitor.ResistanceKohm);
        }

        // Shows S-027, S-030.
        [TestMethod]
        public void a_measurement_that_is_never_renewed_is_outdated_after_a_minute()
        {
            InsulationMonitor monitor = Make(InsulationProfile.Iso165c);
            DiscreteInputs inputs = new DiscreteInputs();
            monitor.Update(inputs, 0);
            for (uint now = 1000; now <= 61000; now += 1000)
            {
                monitor.Take(Frame(5000, 7, Info.DeviceActivityNormal), now);
                monitor.Update(inputs, now);
                Assert.AreEqual(0, monitor.Failures);
            }

            monitor.Update(inputs, 61010);
            Assert.AreEqual(InsulationMonitor.Outdated, monitor.Failures);
            monitor.Take(Frame(5000, 8, Info.DeviceActivityNormal), 62000);
            monitor.Update(inputs, 62000);
            Assert.AreEqual(0, monitor.Failures);
        }

        // Shows S-009, S-030.
        [TestMethod]
        public void a_silent_monitor_grows_old_from_the_end_of_the_grace_time_and_loses_its_value()
        {
            InsulationMonitor monitor = Make(InsulationProfile.Iso165c);
            DiscreteInputs inputs = new DiscreteInputs();
            uint start = 0xFFFFFE00;
            monitor.Update(inputs, start);
            monitor.Update(inputs, start + 1000);
            Assert.AreEqual(0, monitor.AgeMs);
            monitor.Take(Frame(5000, 1, Info.DeviceActivityNormal), start + 1000);
            monitor.Update(inputs, start + 6000);
            Assert.AreEqual(5000, monitor.AgeMs);
            Assert.AreEqual(5000, monitor.ResistanceKohm);
            monitor.Update(inputs, start + 6001);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
        }

        // Shows S-030.
        [TestMethod]
        public void an_ir155_says_its_resistance_by_its_duty_cycle()
        {
            InsulationMonitor monitor = Make(InsulationProfile.Ir155);
            DiscreteInputs inputs = new DiscreteInputs();
            inputs.InsulationDeciHz = 100;
            inputs.InsulationDutyPermille = 500;
            monitor.Update(inputs, 0);
            Assert.AreEqual(1200, monitor.ResistanceKohm);
            inputs.InsulationDutyPermille = 950;
            monitor.Update(inputs, 10);
            Assert.AreEqual(0, monitor.ResistanceKohm);
            inputs.InsulationDutyPermille = 50;
            monitor.Update(inputs, 20);
            Assert.AreEqual(InsulationMonitor.MostKohm, monitor.ResistanceKohm);
            inputs.InsulationDeciHz = 200;
            inputs.InsulationDutyPermille = 650;
            monitor.Update(inputs, 30);
            Assert.AreEqual(600, monitor.ResistanceKohm);
            inputs.InsulationDeciHz = 110;
            monitor.Update(inputs, 40);
            Assert.AreEqual(600, monitor.ResistanceKohm);
        }

        // Shows S-009, S-030.
        [TestMethod]
        public void an_ir155_tells_its_state_by_its_frequency()
        {
            InsulationMonitor monitor = Make(InsulationProfile.Ir155);
            DiscreteInputs inputs = new DiscreteInputs();
            inputs.InsulationDutyPermille = 475;
            inputs.InsulationDeciHz = 300;
            monitor.Update(inputs, 0);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            Assert.AreEqual(0, monitor.Failures);
            inputs.InsulationDeciHz = 400;
            monitor.Update(inputs, 10);
            Assert.AreEqual(InsulationMonitor.DeviceError, monitor.Failures);
            inputs.InsulationDeciHz = 500;
            monitor.Update(inputs, 20);
            Assert.AreEqual(InsulationMonitor.ChassisWire, monitor.Failures);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);

            // Between the frequencies, beyond the duty cycles, and without pulses there is nothing to read.
            inputs.InsulationDeciHz = 100;
            inputs.InsulationDutyPermille = 951;
            monitor.Update(inputs, 30);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
            inputs.InsulationDeciHz = 150;
            monitor.Update(inputs, 1030);
            Assert.AreEqual(1000, monitor.AgeMs);
            inputs.InsulationDeciHz = 0;
            monitor.Update(inputs, 2030);
            Assert.AreEqual(2000, monitor.AgeMs);
        }

        [TestMethod]
        public void a_monitor_that_is_not_fitted_says_nothing()
        {
            InsulationMonitor monitor = Make(InsulationProfile.None);
            DiscreteInputs inputs = new DiscreteInputs();
            inputs.InsulationDeciHz = 400;
            monitor.Update(inputs, 0);
            monitor.Update(inputs, 100000);
            Assert.AreEqual(0, monitor.AgeMs);
            Assert.AreEqual(0, monitor.Failures);
            Assert.AreEqual(SignalValue.NotAvailable, monitor.ResistanceKohm);
        }
    }
}
