using Bms.Core.Configuration;
using Bms.Core.Messages;

namespace Bms.Core.Estimation
{
    /// <summary>Energy that is left, and how long until empty or full at the current of the last minutes.</summary>
    /// <remarks>Energy is the integral of the open-circuit voltage over the charge at 25 degC: what the cells hold, before the losses of getting it out.</remarks>
    public sealed class EnergyForecast
    {
        private const float CurrentTauS = 120f;
        private const float LeastCurrentPart = 0.01f;
        private const int LongestMin = 2046;

        /// <summary>Energy down to empty of the lowest cell, in Wh.</summary>
        public int RemainingWh;

        /// <summary>State of energy: that over the energy of a full pack, in permille.</summary>
        public int EnergyPermille = SignalValue.NotAvailable;

        /// <summary>Time to empty, in min; not available while the pack is not being discharged.</summary>
        public int ToEmptyMin = SignalValue.NotAvailable;

        /// <summary>Time to full, in min; not available while the pack is not being charged.</summary>
        public int ToFullMin = SignalValue.NotAvailable;

        private readonly float[] _mv;
        private readonly short[] _permille;
        private readonly float _cellCount;
        private float _meanMa;

        /// <summary>Makes the table of energies.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="curves">Tables of the cell; moved to 25 degC.</param>
        public EnergyForecast(ParameterBlock parameters, CellCurves curves)
        {
            _cellCount = parameters.Get(ParameterId.CellCount);
            _permille = CellTables.SocPermille;
            _mv = new float[_permille.Length];
            curves.GoTo(0f, 250, false);
            float last = curves.OpenCircuitMv;
            for (int i = 1; i < _permille.Length; i++)
            {
                float mv = curves.OcvOf(_permille[i] * 0.001f);
                _mv[i] = _mv[i - 1] + (mv + last) * 0.5f * (_permille[i] - _permille[i - 1]) * 0.001f;
                last = mv;
            }
        }

        /// <summary>Brings all four up to date.</summary>
        /// <param name="lowestSoc">State of charge of the lowest cell, 0..1.</param>
        /// <param name="highestSoc">State of charge of the highest cell, 0..1.</param>
        /// <param name="capacityMah">Capacity, in mAh.</param>
        /// <param name="meanMa">Mean current since the last call, in mA.</param>
        /// <param name="stepS">Time since the last call, in s.</param>
        public void Update(float lowestSoc, float highestSoc, float capacityMah, float meanMa, float stepS)
        {
            _meanMa += (meanMa - _meanMa) * (stepS / (CurrentTauS + stepS));
            float low = lowestSoc < 0f ? 0f : lowestSoc > 1f ? 1f : lowestSoc;
            float high = highestSoc < 0f ? 0f : highestSoc > 1f ? 1f : highestSoc;
            float full = _mv[_mv.Length - 1];
            float left = MvOf(low);
            EnergyPermille = full > 1f ? (int)(left / full * 1000f + 0.5f) : 0;
            float wh = left * capacityMah * _cellCount * 0.000001f;
            RemainingWh = wh >= 1000000f ? 1000000 : (int)(wh + 0.5f);
            float least = LeastCurrentPart * capacityMah;
            ToEmptyMin = _meanMa < -least ? Minutes(low * capacityMah / -_meanMa) : SignalValue.NotAvailable;
            ToFullMin = _meanMa > least ? Minutes((1f - high) * capacityMah / _meanMa) : SignalValue.NotAvailable;
        }

        private static int Minutes(float hours)
        {
            float minutes = hours * 60f + 0.5f;
            return minutes >= LongestMin ? LongestMin : (int)minutes;
        }

        private float MvOf(float soc)
        {
            float permille = soc * 1000f;
            int at = 0;
            while (at < _permille.Length - 2 && permille >= _permille[at + 1])
            {
                at++;
            }

            return _mv[at] + (permille - _permille[at]) / (_permille[at + 1] - _permille[at]) * (_mv[at + 1] - _mv[at]);
        }
    }
}
