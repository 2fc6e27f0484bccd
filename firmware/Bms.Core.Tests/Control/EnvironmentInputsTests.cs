using Bms.Core.Control;
using Bms.Core.Messages;

namespace Bms.Core.Tests.Control
{
    [TestClass]
    public class EnvironmentInputsTests
    {
        [TestMethod]
        public void before_the_first_reading_nothing_is_fitted_and_nothing_grows_old()
        {
            EnvironmentInputs inputs = new EnvironmentInputs();
            inputs.Update(0);
            inputs.Update(1000000);
            Assert.IsFalse(inputs.IsFitted);
            Assert.AreEqual(0, inputs.AgeMs);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.PressurePa);
        }

        [TestMethod]
        public void a_reading_is_taken_by_the_next_cycle_and_not_before()
        {
            EnvironmentInputs inputs = new EnvironmentInputs();
            inputs.Publish(-123, 98765, 456);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.PressurePa);
            inputs.Update(10);
            Assert.IsTrue(inputs.IsFitted);
            Assert.AreEqual(-123, inputs.TemperatureDeciC);
            Assert.AreEqual(98765, inputs.PressurePa);
            Assert.AreEqual(456, inputs.HumidityPermille);
            Assert.AreEqual(1, inputs.ReadingCount);
            Assert.AreEqual(0, inputs.AgeMs);
        }

        [TestMethod]
        public void age_counts_from_the_taking_over_across_the_roll_over_of_the_clock()
        {
            EnvironmentInputs inputs = new EnvironmentInputs();
            inputs.Publish(250, 101325, 400);
            inputs.Update(0xFFFFFFF0);
            inputs.Update(0x10);
            Assert.AreEqual(0x20, inputs.AgeMs);
            Assert.AreEqual(1, inputs.ReadingCount);
        }

        [TestMethod]
        public void values_end_exactly_at_the_greatest_age_and_a_new_reading_brings_them_back()
        {
            EnvironmentInputs inputs = new EnvironmentInputs();
            inputs.Publish(250, 101325, 400);
            inputs.Update(0);
            inputs.Update(EnvironmentInputs.MaxAgeMs - 1);
            Assert.AreEqual(101325, inputs.PressurePa);
            inputs.Update(EnvironmentInputs.MaxAgeMs);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.PressurePa);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.TemperatureDeciC);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.HumidityPermille);
            inputs.Update(0xFFFFFFFF);
            Assert.AreEqual(EnvironmentInputs.MaxAgeMs, inputs.AgeMs);
            inputs.Publish(250, 101000, 400);
            inputs.Update(7);
            Assert.AreEqual(101000, inputs.PressurePa);
            Assert.AreEqual(0, inputs.AgeMs);
        }

        [TestMethod]
        public void a_failed_reading_takes_its_value_away_at_once_and_leaves_the_others()
        {
            EnvironmentInputs inputs = new EnvironmentInputs();
            inputs.Publish(250, 101325, 400);
            inputs.Update(0);
            inputs.Publish(251, SignalValue.NotAvailable, 401);
            inputs.Update(1000);
            Assert.AreEqual(SignalValue.NotAvailable, inputs.PressurePa);
            Assert.AreEqual(251, inputs.TemperatureDeciC);
            Assert.AreEqual(401, inputs.HumidityPermille);
        }

        [TestMethod]
        public void the_last_of_two_readings_between_two_cycles_counts()
        {
            EnvironmentInputs inputs = new EnvironmentInputs();
            inputs.Publish(1, 90000, 1);
            inputs.Publish(2, 90001, 2);
            inputs.Update(0);
            Assert.AreEqual(90001, inputs.PressurePa);
            Assert.AreEqual(2, inputs.TemperatureDeciC);
        }
    }
}
