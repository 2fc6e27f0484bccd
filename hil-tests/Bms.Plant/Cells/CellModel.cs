namespace Bms.Plant.Cells
{
    /// <summary>One cell as an equivalent circuit: open-circuit voltage, hysteresis, a series resistance and two RC pairs. The reference the vectorised pack is held against.</summary>
    /// <remarks>
    /// Positive current charges. With i constant during a step of dt, s the state of charge and T the temperature:
    /// <code>
    /// s'   = s + eta i dt / (3600 Q)                    eta = coulombic efficiency while charging, else 1
    /// x1'  = x1 a1 + i (1 - a1),   a1 = exp(-dt / tau1(s,T))      current through the resistor of the fast pair, A
    /// x2'  = x2 a2 + i (1 - a2),   a2 = exp(-dt / tau2(s,T))
    /// h'   = h b + sign(i) (1 - b), b  = exp(-|eta i gamma dt / (3600 Q)|)    hysteresis state, -1..1
    /// v    = OCV(s',T) + M(s') h' + M0 sign(i) + R0(s',T,sign i) i + R1(s',T) x1' + R2(s',T) x2'
    /// </code>
    /// Exact for constant parameters, so the step may be as long as the current is constant. The states are resistor currents and not voltages so that the
    /// terminal voltage is linear in the resistances (which the identification uses); they are those of the enhanced self-correcting cell model: G. L. Plett,
    /// Battery Management Systems, volume I, Artech House 2015, chapter 2 (RC pairs, sections 2.3 and 2.4; one-state hysteresis, section 2.7).
    /// sign(0) keeps its last value for M0, as the instantaneous hysteresis does in a rest. Time constants are read at the start of the step, all else at its end.
    /// The state of charge is not clamped: past 0 and 1 the open-circuit voltage goes on in a straight line and the other parameters keep their edge values.
    /// A step of zero or negative length, or a current or temperature that is not finite, is the caller's error (<see cref="ArgumentOutOfRangeException"/>).
    /// </remarks>
    public sealed class CellModel
    {
        private readonly CellParameters _p;
        private double _lastSign;

        /// <summary>A rested cell: both RC pairs relaxed, the hysteresis in the middle.</summary>
        /// <param name="parameters">The cell type.</param>
        /// <param name="soc">State of charge to start from, usually 0..1.</param>
        /// <param name="capacityScale">This cell's capacity over the type's, above 0.</param>
        /// <param name="resistanceScale">This cell's resistances over the type's, 0 or more.</param>
        public CellModel(CellParameters parameters, double soc, double capacityScale = 1, double resistanceScale = 1)
        {
            ArgumentNullException.ThrowIfNull(parameters);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityScale);
            ArgumentOutOfRangeException.ThrowIfNegative(resistanceScale);
            _p = parameters;
            CapacityAh = parameters.CapacityAh * capacityScale;
            ResistanceScale = resistanceScale;
            Reset(soc);
        }

        /// <summary>Parameters of the cell type.</summary>
        public CellParameters Parameters => _p;

        /// <summary>Capacity of this cell in Ah.</summary>
        public double CapacityAh { get; }

        /// <summary>Factor on R0, R1 and R2 of this cell.</summary>
        public double ResistanceScale { get; }

        /// <summary>True state of charge; 0..1 in normal use, not clamped.</summary>
        public double Soc { get; set; }

        /// <summary>Current through the resistor of the fast RC pair in A.</summary>
        public double FastCurrentA { get; set; }

        /// <summary>Current through the resistor of the slow RC pair in A.</summary>
        public double SlowCurrentA { get; set; }

        /// <summary>Hysteresis state, -1 (discharged into) to 1 (charged into).</summary>
        public double Hysteresis { get; set; }

        /// <summary>Terminal voltage at the end of the last step in V, with that step's current flowing.</summary>
        public double VoltageV { get; private set; }

        /// <summary>Open-circuit voltage at the end of the last step in V, without hysteresis.</summary>
        public double OcvV { get; private set; }

        /// <summary>Heat of the last step's end that does not come back, in W: current times overpotential, hysteresis included. May be negative for moments after the current turns.</summary>
        /// <remarks>i v = i OCV + this, so electrical energy, stored energy and heat balance exactly.</remarks>
        public double IrreversibleHeatW { get; private set; }

        /// <summary>Reversible (entropic) heat of the last step's end in W, i T dOCV/dT with its sign: positive heats. 0 where the coefficient is unknown.</summary>
        /// <remarks>D. Bernardi, E. Pawlikowski, J. Newman, J. Electrochem. Soc. 132 (1985) 5: -I T dU/dT with I positive in discharge, so + i T dU/dT here.</remarks>
        public double ReversibleHeatW { get; private set; }

        /// <summary>Puts the cell to rest at a state of charge.</summary>
        /// <param name="soc">State of charge to start from.</param>
        /// <param name="temperatureC">Temperature for the voltage shown before the first step, in degC.</param>
        /// <param name="hysteresis">Hysteresis state, -1..1.</param>
        public void Reset(double soc, double temperatureC = 25, double hysteresis = 0)
        {
            Soc = soc;
            FastCurrentA = 0;
            SlowCurrentA = 0;
            Hysteresis = hysteresis;
            _lastSign = 0;
            SetOutputs(0, temperatureC);
        }

        /// <summary>Advances by one step of constant current and temperature.</summary>
        /// <param name="currentA">Current in A, positive charges.</param>
        /// <param name="stepS">Length of the step in s, above 0.</param>
        /// <param name="temperatureC">Cell temperature in degC.</param>
        /// <returns>Terminal voltage at the end of the step in V.</returns>
        public double Step(double currentA, double stepS, double temperatureC)
        {
            if (!double.IsFinite(currentA) || !double.IsFinite(temperatureC) || !(stepS > 0) || !double.IsFinite(stepS))
            {
                throw new ArgumentOutOfRangeException(nameof(stepS), "current, step and temperature must be finite and the step above zero");
            }

            int t = CellParameters.Locate(_p.TemperatureGridC, temperatureC, out double tf);
            int s = CellParameters.Locate(_p.SocGrid, Soc, out double sf);
            double a1 = Math.Exp(-stepS / CellParameters.Interpolate(_p.Tau1S, t, tf, s, sf));
            double a2 = Math.Exp(-stepS / CellParameters.Interpolate(_p.Tau2S, t, tf, s, sf));
            FastCurrentA = currentA + ((FastCurrentA - currentA) * a1);
            SlowCurrentA = currentA + ((SlowCurrentA - currentA) * a2);

            double efficiency = currentA > 0 ? _p.CoulombicEfficiency : 1;
            double socChange = efficiency * currentA * stepS / (3600 * CapacityAh);
            if (currentA != 0)
            {
                _lastSign = Math.Sign(currentA);
                double b = Math.Exp(-Math.Abs(socChange * _p.HysteresisGamma));
                Hysteresis = _lastSign + ((Hysteresis - _lastSign) * b);
            }

            Soc += socChange;
            SetOutputs(currentA, temperatureC);
            return VoltageV;
        }

        private void SetOutputs(double currentA, double temperatureC)
        {
            int t = CellParameters.Locate(_p.TemperatureGridC, temperatureC, out double tf);
            int s = CellParameters.Locate(_p.SocGrid, Soc, out double sf);
            double r0 = CellParameters.Interpolate(currentA > 0 ? _p.R0ChargeOhm : _p.R0DischargeOhm, t, tf, s, sf);
            double r1 = CellParameters.Interpolate(_p.R1Ohm, t, tf, s, sf);
            double r2 = CellParameters.Interpolate(_p.R2Ohm, t, tf, s, sf);
            double m = _p.HysteresisV[s] + (sf * (_p.HysteresisV[s + 1] - _p.HysteresisV[s]));

            OcvV = _p.OcvAt(Soc, temperatureC);
            double overpotential = (ResistanceScale * ((r0 * currentA) + (r1 * FastCurrentA) + (r2 * SlowCurrentA)))
                + (m * Hysteresis) + (_p.InstantHysteresisV * _lastSign);
            VoltageV = OcvV + overpotential;
            IrreversibleHeatW = currentA * overpotential;
            if (_p.EntropicVPerK is double[] e)
            {
                ReversibleHeatW = currentA * (temperatureC + 273.15) * (e[s] + (sf * (e[s + 1] - e[s])));
            }
        }
    }
}
