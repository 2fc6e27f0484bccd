using Bms.Core.Control;
using Bms.Core.Messages;

namespace Bms.Core.Reporting
{
    /// <summary>Fills the frames that tell what the fourth stage of the cycle does and why: contactors, their wear, regeneration, heat and sleep.</summary>
    /// <remarks>Counters stop at the end of their range on the bus, so that they never run backwards there. Allocates nothing.</remarks>
    public sealed class ControlFrames
    {
        private const int MostClosings = 1048574;
        private const int MostSmallLoad = 16382;
        private const int MostFullLoad = 1022;
        private const int MostOverload = 62;
        private const int MostLoadOpenings = 131070;

        private int _contactor;

        /// <summary>Fills a frame ContactorStatus.</summary>
        /// <param name="controller">Everything that there is to report.</param>
        /// <param name="data">Payload; counter and CRC are the sender's business.</param>
        public void FillContactorStatus(BatteryController controller, byte[] data)
        {
            ContactorControl contactors = controller.Control.Contactors;
            ActuatorOutputs outputs = controller.Outputs;
            ContactorWear wear = contactors.Wear;
            ContactorStatus.PackAll(
                data,
                contactors.Blocked,
                contactors.PrechargeAttempts,
                contactors.WeldFound,
                contactors.WeldTested ? 1 : 0,
                outputs.HoldsMainPositive ? 1 : 0,
                outputs.HoldsMainNegative ? 1 : 0,
                outputs.HoldsPrecharge ? 1 : 0,
                contactors.PrechargeHeatPermille,
                wear.RemainingPermille,
                AtMost(wear.AllLoadOpenings, MostLoadOpenings));
        }

        /// <summary>Fills a frame ContactorCounters for the next of the two main contactors.</summary>
        /// <param name="controller">Everything that there is to report.</param>
        /// <param name="data">Payload; counter and CRC are the sender's business.</param>
        public void FillContactorCounters(BatteryController controller, byte[] data)
        {
            ContactorWear wear = controller.Control.Contactors.Wear;
            int contactor = _contactor;
            _contactor = contactor == ContactorWear.Positive ? ContactorWear.Negative : ContactorWear.Positive;
            int first = contactor * ContactorWear.Classes;
            ContactorCounters.PackAll(
                data,
                contactor,
                AtMost(wear.Closings[contactor], MostClosings),
                AtMost(wear.LoadOpenings[first + ContactorWear.SmallLoad], MostSmallLoad),
                AtMost(wear.LoadOpenings[first + ContactorWear.FullLoad], MostFullLoad),
                AtMost(wear.LoadOpenings[first + ContactorWear.Overload], MostOverload));
        }

        /// <summary>Fills a frame RegenLimits.</summary>
        /// <param name="controller">Everything that there is to report.</param>
        /// <param name="data">Payload; counter and CRC are the sender's business.</param>
        public void FillRegenLimits(BatteryController controller, byte[] data)
        {
            CurrentLimits limits = controller.Control.Limits;
            RegenLimits.PackAll(data, limits.RegenContinuousMa, limits.RegenPulseMa, limits.IsTooColdToCharge ? 1 : 0);
        }

        /// <summary>Fills a frame ThermalStatus.</summary>
        /// <param name="controller">Everything that there is to report.</param>
        /// <param name="data">Payload; counter and CRC are the sender's business.</param>
        public void FillThermalStatus(BatteryController controller, byte[] data)
        {
            ActuatorOutputs outputs = controller.Outputs;
            ThermalControl thermal = controller.Control.Thermal;
            SleepControl sleep = controller.Control.Sleep;
            ThermalStatus.PackAll(
                data,
                outputs.Heater ? 1 : 0,
                outputs.Pump ? 1 : 0,
                outputs.Fan ? 1 : 0,
                thermal.IsPreheating ? 1 : 0,
                thermal.HeaterBlocked,
                thermal.HeaterSuspicion,
                sleep.State,
                sleep.WakeCause,
                sleep.Alarm,
                sleep.SleepForS,
                controller.Control.Balancing.IsMeasuring ? 1 : 0);
        }

        private static int AtMost(uint count, int most)
        {
            return count < (uint)most ? (int)count : most;
        }
    }
}
