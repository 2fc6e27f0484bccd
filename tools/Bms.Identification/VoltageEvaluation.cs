using Bms.Plant.Cells;

namespace Bms.Identification
{
    /// <summary>Runs the cell model over a measured test and says how far its voltage is off.</summary>
    /// <remarks>
    /// Current and temperature go in, voltage comes out; the measured voltage is only compared. The state of charge is counted from the
    /// current, over the capacity of the specimen where the reference tells it (<see cref="MeasuredTest.SpecimenCapacityAh"/>). Across a gap
    /// (<see cref="MeasuredTest.IsGap"/>) the charge is taken from the reference and the RC pairs relax without current.
    /// </remarks>
    public static class VoltageEvaluation
    {
        /// <summary>RMS voltage error in mV over the whole test.</summary>
        /// <param name="parameters">The cell.</param>
        /// <param name="test">The measurement.</param>
        /// <param name="initialSoc">State of charge at the first sample; null takes the reference's first.</param>
        /// <param name="fromSoc">Only samples at this reference state of charge or above count.</param>
        /// <returns>NaN where no sample counts.</returns>
        public static double RmsVoltageErrorMv(CellParameters parameters, MeasuredTest test, double? initialSoc = null, double fromSoc = double.NegativeInfinity)
        {
            double[] model = Simulate(parameters, test, initialSoc);
            double[] soc = test.ReferenceSoc(parameters.CapacityAh);
            return RmsMv(test, model, k => soc[k] >= fromSoc);
        }

        /// <summary>RMS difference of a simulated and the measured voltage in mV over chosen samples; NaN where none is chosen.</summary>
        public static double RmsMv(MeasuredTest test, double[] modelVoltageV, Func<int, bool> counts)
        {
            double sum = 0;
            int n = 0;
            for (int k = 0; k < test.Count; k++)
            {
                if (counts(k))
                {
                    double error = modelVoltageV[k] - test.VoltageV[k];
                    sum += error * error;
                    n++;
                }
            }

            return n == 0 ? double.NaN : 1000 * Math.Sqrt(sum / n);
        }

        /// <summary>The model's terminal voltage at every sample, in V.</summary>
        /// <param name="parameters">The cell.</param>
        /// <param name="test">The measurement.</param>
        /// <param name="initialSoc">State of charge at the first sample; null takes the reference's first.</param>
        /// <param name="initialHysteresis">-1..1; null takes 1 from 97 % state of charge up (the cell was charged to there), -1 from 3 % down, else 0.</param>
        public static double[] Simulate(CellParameters parameters, MeasuredTest test, double? initialSoc = null, double? initialHysteresis = null)
        {
            double[] reference = test.ReferenceSoc(parameters.CapacityAh);
            double start = initialSoc ?? reference[0];
            double scale = test.SpecimenCapacityAh(parameters.CapacityAh) / parameters.CapacityAh;
            var model = new CellModel(parameters, start, scale);
            model.Reset(start, test.TemperatureC[0], initialHysteresis ?? HysteresisAtStart(start));
            var voltage = new double[test.Count];
            for (int k = 0; k < test.Count; k++)
            {
                if (test.IsGap(k))
                {
                    double moved = reference[k] - reference[k - 1];
                    _ = model.Step(0, test.StepS(k), test.TemperatureC[k]);
                    model.Soc += moved;
                    double sign = Math.Sign(moved);
                    model.Hysteresis = sign == 0 ? model.Hysteresis : sign + ((model.Hysteresis - sign) * Math.Exp(-Math.Abs(moved) * parameters.HysteresisGamma));
                    voltage[k] = model.Step(test.CurrentA[k], 1e-3, test.TemperatureC[k]);
                }
                else if (k == 0)
                {
                    // The state at the first sample is known; its current has only just begun to flow.
                    voltage[k] = model.Step(test.CurrentA[k], 1e-3, test.TemperatureC[k]);
                }
                else
                {
                    voltage[k] = model.Step(test.CurrentA[k], test.StepS(k), test.TemperatureC[k]);
                }
            }

            return voltage;
        }

        internal static double HysteresisAtStart(double soc)
        {
            return soc >= 0.97 ? 1 : soc <= 0.03 ? -1 : 0;
        }
    }
}
