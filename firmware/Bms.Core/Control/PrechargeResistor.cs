using System.Runtime.CompilerServices;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Control
{
    /// <summary>How much heat the precharge resistor holds: what flows into it, less what it gives off with one time constant.</summary>
    /// <remarks>
    /// The power is the smaller of U²/R and I²R, so that neither an open resistor nor a sensor's offset heats it on paper; what is not measured counts as its worst.
    /// After a start it is hot unless what was stored says otherwise; without a store it is the board's start that says so.
    /// </remarks>
    public sealed class PrechargeResistor
    {
        /// <summary>Heat that a start counts for an attempt which nobody stored, in permille of the limit.</summary>
        public const int UntoldPermille = 250;

        private const uint CoolEveryMs = 1000;
        private const int MaxStepMs = 100;
        private const int Full = 1000;

        /// <summary>Heat in the resistor, in mJ.</summary>
        public int EnergyMj;

        private readonly int _ohm;
        private readonly int _limitMj;
        private readonly int _coolingS;
        private readonly int _worstVoltageMv;
        private uint _lastMs;
        private uint _cooledMs;
        private bool _started;

        /// <summary>Makes the model of a resistor of which nothing is known.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public PrechargeResistor(ParameterBlock parameters)
        {
            _ohm = parameters.Get(ParameterId.PrechargeResistorOhm);
            _limitMj = parameters.Get(ParameterId.PrechargeEnergyLimitJ) * 1000;
            _coolingS = parameters.Get(ParameterId.PrechargeCoolingS);
            _worstVoltageMv = parameters.Get(ParameterId.CellCount) * parameters.Get(ParameterId.ChargeStopMv);
            EnergyMj = _limitMj / 4;
        }

        /// <summary>Takes what was stored before the supply went. Before the first cycle.</summary>
        /// <remarks>
        /// A quarter of the limit comes on top for every start since: nothing is stored while contactors are closed, so the attempt of each may be missing in it, and a supply that breaks down with every
        /// attempt has to wait after the second. Where nothing is known it counts as hot, and the first closing waits until it has cooled (42 s with a time constant of 60 s).
        /// </remarks>
        /// <param name="storedPermille">Heat over the limit when it was stored, in permille, less <see cref="UntoldPermille"/> where no attempt can have followed; or not available.</param>
        /// <param name="starts">Starts since then, this one included; out of 1..4 counts as 4.</param>
        public void Restore(int storedPermille, int starts)
        {
            int untold = (starts < 1 || starts > 4 ? 4 : starts) * UntoldPermille;
            int permille = storedPermille == SignalValue.NotAvailable || storedPermille > Full ? Full : storedPermille + untold;
            EnergyMj = _limitMj / Full * (permille > Full ? Full : permille < 0 ? 0 : permille);
        }

        /// <summary>True where it takes no more: the attempt must end.</summary>
        public bool IsAtLimit
        {
            get { return EnergyMj >= _limitMj; }
        }

        /// <summary>True where it has to cool before the next attempt.</summary>
        public bool IsTooHotToStart
        {
            get { return EnergyMj > _limitMj / 2; }
        }

        /// <summary>Heat over the limit, in permille, 0..2000.</summary>
        public int FillPermille
        {
            get { return EnergyMj / (_limitMj / 1000); }
        }

        /// <summary>Follows one cycle.</summary>
        /// <param name="m">Measurement of this cycle.</param>
        /// <param name="carries">True while current can flow through the resistor.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        /// <returns>True once a second, after it has cooled.</returns>
        [MethodImpl(Inlining.Always)]
        public bool Update(PackMeasurement m, bool carries, uint nowMs)
        {
            if (!_started)
            {
                _started = true;
                _lastMs = nowMs;
                _cooledMs = nowMs;
            }

            if (carries)
            {
                Heat(m, nowMs - _lastMs);
            }

            _lastMs = nowMs;
            uint sinceCooledMs = nowMs - _cooledMs;
            if (sinceCooledMs < CoolEveryMs)
            {
                return false;
            }

            _cooledMs = nowMs;
            Cool((int)(sinceCooledMs / 1000));
            return true;
        }

        private void Heat(PackMeasurement m, uint elapsedMs)
        {
            int mv = _worstVoltageMv;
            if (m.PackVoltageMv != SignalValue.NotAvailable && m.LinkVoltageMv != SignalValue.NotAvailable)
            {
                mv = m.PackVoltageMv - m.LinkVoltageMv;
            }

            // Tenths of a volt and hundredths of an ampere keep the squares small.
            long deciV = mv / 100;
            long watts = deciV * deciV / (100L * _ohm);
            int ma = m.CurrentMa;
            if (ma != SignalValue.NotAvailable)
            {
                long centiA = ma / 10;
                long byCurrent = centiA * centiA * _ohm / 10000;
                if (byCurrent < watts)
                {
                    watts = byCurrent;
                }
            }

            long energy = EnergyMj + watts * (elapsedMs > MaxStepMs ? MaxStepMs : (int)elapsedMs);
            long most = 2L * _limitMj;
            EnergyMj = (int)(energy > most ? most : energy);
        }

        // Exactly enough for a step much shorter than the time constant; after a long silence it is cold.
        private void Cool(int seconds)
        {
            if (seconds >= 5 * _coolingS)
            {
                EnergyMj = 0;
                return;
            }

            for (int s = 0; s < seconds && EnergyMj > 0; s++)
            {
                EnergyMj -= EnergyMj / _coolingS + 1;
                if (EnergyMj < 0)
                {
                    EnergyMj = 0;
                }
            }
        }
    }
}
