using Bms.Cli.CommandLine;
using Bms.Cli.Parameters;
using Bms.Cli.Replay;
using Bms.Core.Configuration;
using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Storage;
using Bms.Plant.Cells;

namespace Bms.Cli.Evaluation
{
    /// <summary>The firmware's estimation stage itself, fed with measurements instead of frames: a hundred times as fast as the whole controller, with the same result.</summary>
    internal sealed class FirmwareCandidate : SocCandidate
    {
        private const int StoredSigmaCentiPct = 900;

        private readonly PackMeasurement _measurement;
        private readonly StateEstimation _estimation;
        private uint _nowMs;
        private double _lostMs;
        private double _lostMa;

        /// <param name="cell">Gives the chemistry.</param>
        /// <param name="capacityAh">Capacity that the firmware believes in.</param>
        /// <param name="initialSoc">Stored state of charge; null lets it start from the voltage.</param>
        /// <param name="fullMv">Voltage at which charging ends, in mV; 0 for that of the chemistry.</param>
        /// <param name="emptyMv">Voltage at which discharging ends, in mV; 0 for that of the chemistry.</param>
        /// <param name="knowsCapacity">False where it has to find its capacity: then nothing is stored.</param>
        public FirmwareCandidate(CellParameters cell, double capacityAh, double? initialSoc, int fullMv = 0, int emptyMv = 0, bool knowsCapacity = true)
        {
            int chemistry = ParameterText.ChemistryOf(cell.Chemistry);
            if (chemistry < 0)
            {
                throw new CliFailure($"{cell.Name}: chemistry '{cell.Chemistry}' is not known to the firmware; use NMC, NCA, LFP, LTO or Na-ion");
            }

            ParameterBlock parameters = Presets.Of(chemistry, 1, (int)Math.Round(capacityAh * 1000));
            parameters.Set(ParameterId.CellCount, 1);
            parameters.Set(ParameterId.TemperaturesPerModule, 1);
            if (fullMv > 0 && emptyMv > 0)
            {
                parameters.Set(ParameterId.ChargeStopMv, fullMv);
                parameters.Set(ParameterId.DischargeStopMv, emptyMv);
            }

            _measurement = new PackMeasurement(parameters, new ReplayBus());
            _estimation = new StateEstimation(parameters);
            // As the firmware itself starts after its first cycles: it knows its capacity to one per cent; and a state of charge that was stored, to ten points with its own doubt of one, is a second witness beside the first voltage.
            var stored = new PackState { CapacityMah = (int)Math.Round(capacityAh * 1000), CapacitySigmaMah = (int)Math.Round(capacityAh * 10) };
            if (initialSoc is double soc)
            {
                stored.MeanSocCentiPct = (int)Math.Round(soc * 10000);
                stored.SocSigmaCentiPct = StoredSigmaCentiPct;
            }

            if (knowsCapacity)
            {
                _estimation.Restore(stored, SignalValue.NotAvailable);
            }
        }

        /// <summary>The stage, for a look inside.</summary>
        public StateEstimation Estimation => _estimation;

        public override double Soc => _estimation.SocCentiPct == SignalValue.NotAvailable ? double.NaN : _estimation.SocCentiPct / 10000.0;

        public override double Sigma => _estimation.SocUncertaintyPermille == SignalValue.NotAvailable ? double.NaN : _estimation.SocUncertaintyPermille / 1000.0;

        /// <inheritdoc/>
        /// <remarks>Without voltages: what a test's cell stood at before its first sample is not recorded, and a start from rest would be better than the one that is judged.</remarks>
        public override void StayOpen(double shownA, double cycleS)
        {
            _measurement.CurrentMa = (int)Math.Round(shownA * 1000);
            _nowMs += (uint)Math.Round(cycleS * 1000);
            _estimation.ContactorsAreOpen = true;
            _estimation.Update(_measurement, _nowMs);
            _estimation.ContactorsAreOpen = false;
        }

        public override void Step(double currentA, double voltageV, double temperatureC, double stepS)
        {
            // What rounding takes from one step goes into the next, as in a sensor that integrates.
            double ms = (stepS * 1000) + _lostMs;
            uint wholeMs = (uint)Math.Round(ms);
            _lostMs = ms - wholeMs;
            double ma = (currentA * 1000) + _lostMa;
            int wholeMa = (int)Math.Round(ma);
            _lostMa = ma - wholeMa;
            int mv = double.IsNaN(voltageV) ? SignalValue.NotAvailable : (int)Math.Round(voltageV * 1000);
            int deciC = (int)Math.Round(temperatureC * 10);
            _measurement.CellVoltageMv[0] = mv;
            _measurement.CellSumMv = mv;
            _measurement.LowestCellMv = mv;
            _measurement.HighestCellMv = mv;
            _measurement.LowestTemperatureDeciC = deciC;
            _measurement.HighestTemperatureDeciC = deciC;
            _measurement.CurrentMa = wholeMa;
            _nowMs += wholeMs;
            _estimation.Update(_measurement, _nowMs);
        }
    }
}
