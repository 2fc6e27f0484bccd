using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Control
{
    /// <summary>Heats before and during cold charging, and cools hot cells with pump and fan: thermostats with hysteresis and shortest times.</summary>
    /// <remarks>
    /// Every eighth cycle; a trip stops the heater in the same cycle. Without temperatures that can be trusted the heater is off and, once a host was heard, pump and
    /// fan run: heating blind is the greater danger. What the heater does is judged by what the cells say: a heater that does not warm them, and one that does while it
    /// is off, are reported.
    /// </remarks>
    public sealed class ThermalControl
    {
        /// <summary>Value of <see cref="HeaterBlocked"/>: the heater may run.</summary>
        public const int NotBlocked = 0;

        /// <summary>Value of <see cref="HeaterBlocked"/>: temperatures are missing.</summary>
        public const int BlockedBySensor = 1;

        /// <summary>Value of <see cref="HeaterBlocked"/>: a fault is at severity trip.</summary>
        public const int BlockedByTrip = 2;

        /// <summary>Value of <see cref="HeaterBlocked"/>: a sensor is too hot, or the cells differ too much.</summary>
        public const int BlockedByHeat = 3;

        /// <summary>Value of <see cref="HeaterSuspicion"/>: nothing noticed.</summary>
        public const int NoSuspicion = 0;

        /// <summary>Value of <see cref="HeaterSuspicion"/>: it runs and the cells stay cold.</summary>
        public const int HeaterFailed = 1;

        /// <summary>Value of <see cref="HeaterSuspicion"/>: it is off, no current flows, and the cells get warmer.</summary>
        public const int HeaterStuckOn = 2;

        /// <summary>Why the heater may not run, one of the Blocked values.</summary>
        public int HeaterBlocked = BlockedBySensor;

        /// <summary>What is wrong with the heater, one of the values above.</summary>
        public int HeaterSuspicion;

        /// <summary>True while the pack is warmed for charging and takes no charge yet.</summary>
        public bool IsPreheating;

        private const int HeatHysteresisDeciC = 50;
        private const int ProveDeciC = 10;
        private const int StuckDeciC = 30;
        private const int LostSensorMarginDeciC = 100;
        private const int Unreachable = int.MaxValue / 2;

        private readonly int _heaterOnBelow;
        private readonly int _heaterOffAbove;
        private readonly int _pumpOnAbove;
        private readonly int _pumpOffBelow;
        private readonly int _fanOnAbove;
        private readonly int _fanOffBelow;
        private readonly uint _minOnMs;
        private readonly uint _minOffMs;
        private readonly int _heaterMax;
        private readonly int _maxSpread;
        private readonly bool _heaterNeedsPump;
        private readonly uint _proveMs;
        private readonly int _restCurrentMa;
        private readonly int _chargeZeroBelow;

        private uint _heaterSinceMs;
        private uint _pumpSinceMs;
        private uint _fanSinceMs;
        private uint _judgedSinceMs;
        private int _judgedFrom;
        private bool _tooHot;
        private bool _tooUneven;
        private bool _started;

        /// <summary>Makes all thermostats, off.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public ThermalControl(ParameterBlock parameters)
        {
            _heaterOnBelow = parameters.Get(ParameterId.HeaterOnBelowDeciC);
            _heaterOffAbove = parameters.Get(ParameterId.HeaterOffAboveDeciC);
            _pumpOnAbove = parameters.Get(ParameterId.CoolingOnAboveDeciC);
            _pumpOffBelow = parameters.Get(ParameterId.CoolingOffBelowDeciC);
            _fanOnAbove = parameters.Get(ParameterId.FanOnAboveDeciC);
            _fanOffBelow = parameters.Get(ParameterId.FanOffBelowDeciC);
            _minOnMs = (uint)parameters.Get(ParameterId.ThermalMinOnMs);
            _minOffMs = (uint)parameters.Get(ParameterId.ThermalMinOffMs);
            _heaterMax = parameters.Get(ParameterId.HeaterMaxDeciC);
            _maxSpread = parameters.Get(ParameterId.HeaterMaxSpreadDeciC);
            _heaterNeedsPump = parameters.Get(ParameterId.HeaterNeedsPump) != 0;
            _proveMs = (uint)parameters.Get(ParameterId.HeaterProveS) * 1000;
            _restCurrentMa = parameters.Get(ParameterId.RestCurrentMa);
            _chargeZeroBelow = parameters.Get(ParameterId.ChargeZeroBelowDeciC);
        }

        /// <summary>Sets heater, pump and fan.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="faults">Faults of this cycle.</param>
        /// <param name="outputs">Outputs to set.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(PackMeasurement m, FaultMonitor faults, ActuatorOutputs outputs, uint nowMs)
        {
            if (!_started)
            {
                Start(m, nowMs);
            }

            HeaterBlocked = WhatBlocksHeater(m, faults);
            Heat(m, outputs, nowMs);
            Cool(m, faults, outputs, nowMs);
            JudgeHeater(m, outputs.Heater, nowMs);
        }

        /// <summary>Stops the heater, whatever its times: for a trip, which does not wait for the next <see cref="Update"/>.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="outputs">Outputs to set.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void CutHeater(PackMeasurement m, ActuatorOutputs outputs, uint nowMs)
        {
            SwitchHeater(false, m, outputs, nowMs);
        }

        // Everything has rested long enough when the controller starts.
        private void Start(PackMeasurement m, uint nowMs)
        {
            _started = true;
            _heaterSinceMs = nowMs - _minOffMs;
            _pumpSinceMs = _heaterSinceMs;
            _fanSinceMs = _heaterSinceMs;
            JudgeAnew(m, false, nowMs);
        }

        private int WhatBlocksHeater(PackMeasurement m, FaultMonitor faults)
        {
            int cold = m.LowestTemperatureDeciC;
            int hot = m.HighestTemperatureDeciC;
            if (cold == SignalValue.NotAvailable
                || faults.SeverityOf[FaultId.TemperatureDataInvalid] >= Severity.Limit
                || faults.SeverityOf[FaultId.ModuleLost] >= Severity.Limit)
            {
                return BlockedBySensor;
            }

            _tooHot = _tooHot ? hot > _heaterMax - HeatHysteresisDeciC : hot >= _heaterMax;
            _tooUneven = _tooUneven ? hot - cold > _maxSpread / 2 : hot - cold >= _maxSpread;
            return faults.HighestSeverity == Severity.Trip ? BlockedByTrip : _tooHot || _tooUneven ? BlockedByHeat : NotBlocked;
        }

        private void Heat(PackMeasurement m, ActuatorOutputs outputs, uint nowMs)
        {
            bool asked = m.HostMode == HostCommand.ModeCharge;
            int cold = m.LowestTemperatureDeciC;
            bool on = outputs.Heater;
            uint sinceMs = nowMs - _heaterSinceMs;
            if (HeaterBlocked != NotBlocked)
            {
                if (on)
                {
                    SwitchHeater(false, m, outputs, nowMs);
                }
            }
            else if (on)
            {
                if ((!asked || cold > _heaterOffAbove) && sinceMs >= _minOnMs)
                {
                    SwitchHeater(false, m, outputs, nowMs);
                }
            }
            else if (asked && cold < _heaterOnBelow && sinceMs >= _minOffMs)
            {
                SwitchHeater(true, m, outputs, nowMs);
            }

            IsPreheating = outputs.Heater && cold <= _chargeZeroBelow;
        }

        private void SwitchHeater(bool on, PackMeasurement m, ActuatorOutputs outputs, uint nowMs)
        {
            outputs.Heater = on;
            _heaterSinceMs = nowMs;
            JudgeAnew(m, on, nowMs);
        }

        private void Cool(PackMeasurement m, FaultMonitor faults, ActuatorOutputs outputs, uint nowMs)
        {
            int hot = m.HighestTemperatureDeciC;
            bool runsAway = faults.Thermal.Tier >= ThermalRunawayDetector.TierPreAlarm;
            if (hot == SignalValue.NotAvailable || runsAway)
            {
                outputs.Pump = runsAway || m.HostSeen;
                outputs.Fan = outputs.Pump;
                _pumpSinceMs = nowMs;
                _fanSinceMs = nowMs;
                return;
            }

            // A sensor that is lost may have been the hottest one.
            if (HeaterBlocked == BlockedBySensor)
            {
                hot += LostSensorMarginDeciC;
            }

            bool pump = outputs.Pump ? hot >= _pumpOffBelow : hot > _pumpOnAbove;
            pump |= outputs.Heater && _heaterNeedsPump;
            if (pump != outputs.Pump && nowMs - _pumpSinceMs >= (pump ? _minOffMs : _minOnMs))
            {
                outputs.Pump = pump;
                _pumpSinceMs = nowMs;
            }

            bool fan = outputs.Fan ? hot >= _fanOffBelow : hot > _fanOnAbove;
            if (fan != outputs.Fan && nowMs - _fanSinceMs >= (fan ? _minOffMs : _minOnMs))
            {
                outputs.Fan = fan;
                _fanSinceMs = nowMs;
            }
        }

        // The coldest sensor tells whether heat arrives; the hottest one whether it comes unasked, as it falls by itself once the heater is off.
        private void JudgeHeater(PackMeasurement m, bool isOn, uint nowMs)
        {
            if (HeaterBlocked == BlockedBySensor || (!isOn && !IsResting(m)))
            {
                JudgeAnew(m, isOn, nowMs);
                return;
            }

            bool isOver = nowMs - _judgedSinceMs >= _proveMs;
            if (isOn)
            {
                if (m.LowestTemperatureDeciC - _judgedFrom >= ProveDeciC)
                {
                    HeaterSuspicion = NoSuspicion;
                    JudgeAnew(m, isOn, nowMs);
                }
                else if (isOver)
                {
                    HeaterSuspicion = HeaterFailed;
                    JudgeAnew(m, isOn, nowMs);
                }
            }
            else if (m.HighestTemperatureDeciC - _judgedFrom >= StuckDeciC)
            {
                HeaterSuspicion = HeaterStuckOn;
                JudgeAnew(m, isOn, nowMs);
            }
            else if (isOver)
            {
                if (HeaterSuspicion == HeaterStuckOn)
                {
                    HeaterSuspicion = NoSuspicion;
                }

                JudgeAnew(m, isOn, nowMs);
            }
        }

        private void JudgeAnew(PackMeasurement m, bool isOn, uint nowMs)
        {
            _judgedSinceMs = nowMs;
            int from = isOn ? m.LowestTemperatureDeciC : m.HighestTemperatureDeciC;
            _judgedFrom = from == SignalValue.NotAvailable ? Unreachable : from;
        }

        private bool IsResting(PackMeasurement m)
        {
            return m.CurrentMa != SignalValue.NotAvailable && m.CurrentMa < _restCurrentMa && m.CurrentMa > -_restCurrentMa;
        }
    }
}
