namespace Bms.Plant.Pack
{
    /// <summary>What load and charger have heard from the controller on the bus.</summary>
    public sealed class ControllerBroadcast
    {
        /// <summary>Age in us from which a broadcast counts as lost: load and charger then take no current.</summary>
        public const long TimeoutUs = 500_000;

        /// <summary>Virtual time of the last valid limits in us.</summary>
        public long LimitsHeardUs { get; set; } = -TimeoutUs;

        /// <summary>Virtual time of the last valid pack status in us.</summary>
        public long StatusHeardUs { get; set; } = -TimeoutUs;

        /// <summary>Highest charge current in A.</summary>
        public double ChargeLimitA { get; set; }

        /// <summary>Highest discharge current in A, as a magnitude.</summary>
        public double DischargeLimitA { get; set; }

        /// <summary>Voltage at which a charger must stop raising it, in V.</summary>
        public double ChargeVoltageLimitV { get; set; }

        /// <summary>True where the controller allows to charge.</summary>
        public bool IsChargeAllowed { get; set; }

        /// <summary>True where the controller allows to discharge.</summary>
        public bool IsDischargeAllowed { get; set; }

        /// <summary>True where the controller says that the main contactors are closed and precharge is over.</summary>
        public bool IsClosed { get; set; }

        /// <summary>True where the limits are fresh.</summary>
        public bool HasLimits(long timeUs) => timeUs - LimitsHeardUs < TimeoutUs;

        /// <summary>True where the status is fresh and says closed.</summary>
        public bool SaysClosed(long timeUs) => IsClosed && timeUs - StatusHeardUs < TimeoutUs;
    }

    /// <summary>The drive: takes and gives the power or current asked for, inside the limits it hears, or outside of them where it ignores them.</summary>
    public sealed class DriveLoad
    {
        /// <summary>Power asked for in W; positive feeds the pack (regeneration), negative drives.</summary>
        public double DemandPowerW { get; set; }

        /// <summary>Current asked for in A in addition to the power; positive charges.</summary>
        public double DemandCurrentA { get; set; }

        /// <summary>Profile that sets the power, from <see cref="ProfileStartUs"/> on; null for none.</summary>
        public DriveProfile? Profile { get; set; }

        /// <summary>Virtual time at which the profile begins in us.</summary>
        public long ProfileStartUs { get; set; }

        /// <summary>False for an inverter that ignores the limits and the state it hears.</summary>
        public bool HonoursLimits { get; set; } = true;

        /// <summary>Voltage on the load side below which the inverter takes nothing, in V.</summary>
        public double CutOffV { get; set; } = 60;

        /// <summary>Current that the load let pass in the last step in A; positive charges.</summary>
        public double CurrentA { get; private set; }

        /// <summary>True while the demand is cut by the limits.</summary>
        public bool IsLimited { get; private set; }

        /// <summary>Current for the next step.</summary>
        /// <param name="linkV">Voltage on the load side in V.</param>
        /// <param name="heard">What the controller broadcast.</param>
        /// <param name="timeUs">Virtual time in us.</param>
        public double Update(double linkV, ControllerBroadcast heard, long timeUs)
        {
            IsLimited = false;
            CurrentA = 0;
            double powerW = DemandPowerW;
            if (Profile != null)
            {
                powerW += Profile.PowerW(timeUs - ProfileStartUs);
            }

            if (linkV < CutOffV || (powerW == 0 && DemandCurrentA == 0))
            {
                return 0;
            }

            double current = (powerW / linkV) + DemandCurrentA;
            if (HonoursLimits)
            {
                bool closed = heard.SaysClosed(timeUs) && heard.HasLimits(timeUs);
                double low = closed && heard.IsDischargeAllowed ? -heard.DischargeLimitA : 0;
                double high = closed && heard.IsChargeAllowed ? heard.ChargeLimitA : 0;
                double asked = current;
                current = Math.Clamp(current, low, high);
                IsLimited = current != asked;
            }

            CurrentA = current;
            return current;
        }
    }

    /// <summary>A charger: constant current up to its own and the controller's limit, then constant voltage; nothing without permission.</summary>
    public sealed class Charger
    {
        /// <summary>True while plugged in and switched on.</summary>
        public bool IsOn { get; set; }

        /// <summary>Highest current of the charger in A.</summary>
        public double MaxCurrentA { get; set; } = 30;

        /// <summary>Highest voltage of the charger in V.</summary>
        public double MaxVoltageV { get; set; } = 1000;

        /// <summary>False for a charger that ignores the limits and the state it hears.</summary>
        public bool HonoursLimits { get; set; } = true;

        /// <summary>Highest rise of the current in A/s; it falls at once.</summary>
        public double SlewAPerS { get; set; } = 20;

        /// <summary>Current in the last step in A.</summary>
        public double CurrentA { get; private set; }

        /// <summary>Current for the next step.</summary>
        /// <param name="emfV">What the pack holds against the charger without current, in V.</param>
        /// <param name="resistanceOhm">Resistance of pack and path against charge current.</param>
        /// <param name="linkV">Voltage on the load side in V.</param>
        /// <param name="heard">What the controller broadcast.</param>
        /// <param name="timeUs">Virtual time in us.</param>
        /// <param name="stepS">Length of the step in s.</param>
        public double Update(double emfV, double resistanceOhm, double linkV, ControllerBroadcast heard, long timeUs, double stepS)
        {
            if (!IsOn)
            {
                CurrentA = 0;
                return 0;
            }

            double limitA = MaxCurrentA;
            double limitV = MaxVoltageV;
            if (HonoursLimits)
            {
                bool allowed = heard.SaysClosed(timeUs) && heard.HasLimits(timeUs) && heard.IsChargeAllowed;
                limitA = allowed ? Math.Min(limitA, heard.ChargeLimitA) : 0;
                limitV = Math.Min(limitV, heard.ChargeVoltageLimitV);
            }

            // An ideal regulator: the current that brings the terminals exactly to the voltage limit.
            double atLimitV = (limitV - emfV) / resistanceOhm;
            double target = linkV > limitV + 5 ? 0 : Math.Clamp(atLimitV, 0, limitA);
            CurrentA = Math.Min(target, CurrentA + (SlewAPerS * stepS));
            return CurrentA;
        }
    }

    /// <summary>The capacitor on the load side, with what joins it to the pack and what discharges it.</summary>
    /// <remarks>The voltage follows the exact exponential of the step, and so does the charge that passes: nothing is lost between pack and capacitor.</remarks>
    public sealed class LinkCircuit
    {
        private readonly double _capacitanceF;
        private readonly double _dischargeS;
        private double _decayFor;
        private double _decay = 1;
        private bool _charges;

        /// <param name="capacitanceF">Capacitor in F.</param>
        /// <param name="dischargeOhm">Resistor across it in ohm.</param>
        public LinkCircuit(double capacitanceF, double dischargeOhm)
        {
            _capacitanceF = capacitanceF;
            _dischargeS = 1 / dischargeOhm;
        }

        /// <summary>Voltage on the load side in V.</summary>
        public double VoltageV { get; private set; }

        /// <summary>Voltage at which the load's own over-voltage cut-off stops feeding an open link, in V.</summary>
        public double OverVoltageCutV { get; set; } = 900;

        /// <summary>Voltage of a second source on the bus behind the contactors, such as another pack, in V.</summary>
        public double BusV { get; set; }

        /// <summary>Resistance of that source in ohm; infinite while there is none.</summary>
        public double BusOhm { get; set; } = double.PositiveInfinity;

        /// <summary>Sets the voltage, for scenarios that begin with a charged link.</summary>
        public void SetVoltage(double voltageV) => VoltageV = voltageV;

        /// <summary>Advances by one step.</summary>
        /// <param name="emfV">Pack voltage without current in V.</param>
        /// <param name="pathOhm">Resistance of the path in ohm; infinity while a contactor is open.</param>
        /// <param name="dischargeOhm">Resistance of the pack against discharge in ohm.</param>
        /// <param name="chargeOhm">Resistance of the pack against charge in ohm.</param>
        /// <param name="externalA">Current of load and charger into the link in A; positive feeds.</param>
        /// <param name="stepS">Length of the step in s.</param>
        /// <returns>Mean current into the pack in A; positive charges.</returns>
        public double Step(double emfV, double pathOhm, double dischargeOhm, double chargeOhm, double externalA, double stepS)
        {
            // A second source is a conductance to its voltage: the same circuit with another discharge resistor and another feed.
            double dischargeS = _dischargeS + (1 / BusOhm);
            externalA += BusV / BusOhm;
            if (double.IsPositiveInfinity(pathOhm))
            {
                // An inverter cannot pull its capacitor below zero, and stops feeding one that runs away.
                double ratio = stepS * dischargeS / _capacitanceF;
                double restV = externalA / dischargeS;
                VoltageV = Math.Clamp(restV + ((VoltageV - restV) * Decay(ratio)), 0, Math.Max(VoltageV, OverVoltageCutV));
                return 0;
            }

            // The pack resists differently in the two directions: the direction of the last step is tried first.
            double current = Solve(emfV, pathOhm + (_charges ? chargeOhm : dischargeOhm), dischargeS, externalA, stepS, out double end);
            if (current > 0 != _charges)
            {
                _charges = !_charges;
                current = Solve(emfV, pathOhm + (_charges ? chargeOhm : dischargeOhm), dischargeS, externalA, stepS, out end);
            }

            VoltageV = Math.Max(end, 0);
            return current;
        }

        private double Solve(double emfV, double ohm, double dischargeS, double externalA, double stepS, out double end)
        {
            double conductance = (1 / ohm) + dischargeS;
            double restV = ((emfV / ohm) + externalA) / conductance;
            double ratio = stepS * conductance / _capacitanceF;
            double decay = Decay(ratio);
            end = restV + ((VoltageV - restV) * decay);
            double meanV = restV + ((VoltageV - restV) * ((1 - decay) / ratio));
            return (meanV - emfV) / ohm;
        }

        private double Decay(double ratio)
        {
            if (ratio != _decayFor)
            {
                _decayFor = ratio;
                _decay = PortableMath.Exp(-ratio);
            }

            return _decay;
        }
    }
}
