using Bms.Core.Configuration;
using Bms.Core.Storage;

namespace Bms.Core.Control
{
    /// <summary>How often the contactors moved, how often and with how much current they were torn open, and what is left of their lives.</summary>
    /// <remarks>
    /// Every operation takes its share of a life, as data sheets give them: operations without load, and openings at some currents (linear damage, Miner's rule [R]).
    /// Counts are restored from and written to the stored state; they never fall.
    /// </remarks>
    public sealed class ContactorWear
    {
        /// <summary>Number of the positive main contactor in the arrays.</summary>
        public const int Positive = 0;

        /// <summary>Number of the negative main contactor in the arrays.</summary>
        public const int Negative = 1;

        /// <summary>Number of the precharge contactor in <see cref="Closings"/>.</summary>
        public const int Precharge = 2;

        /// <summary>Class of an opening up to a quarter of the maximum current of its direction.</summary>
        public const int SmallLoad = 0;

        /// <summary>Class of an opening up to the maximum current.</summary>
        public const int FullLoad = 1;

        /// <summary>Class of an opening above the maximum current, or at one that is not known.</summary>
        public const int Overload = 2;

        /// <summary>Number of classes.</summary>
        public const int Classes = Storage.PackState.LoadClasses;

        private const int Life = 1000000;

        /// <summary>Closings of each contactor.</summary>
        public readonly uint[] Closings = new uint[3];

        /// <summary>Openings under load of the main contactors: contactor * <see cref="Classes"/> + class. The one that opens first breaks the current alone.</summary>
        public readonly uint[] LoadOpenings = new uint[2 * Classes];


        /// <summary>Openings under load of both main contactors, all classes.</summary>
        public uint AllLoadOpenings;

        private int _remainingPermille = 1000;
        private bool _hasChanged;

        private readonly int[] _lives = new int[Classes];
        private readonly int _unloadedLife;
        private readonly int _maxChargeMa;
        private readonly int _maxDischargeMa;

        /// <summary>Makes counters at zero.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public ContactorWear(ParameterBlock parameters)
        {
            _unloadedLife = parameters.Get(ParameterId.ContactorLifeUnloaded);
            _lives[SmallLoad] = parameters.Get(ParameterId.ContactorLifeSmallLoad);
            _lives[FullLoad] = parameters.Get(ParameterId.ContactorLifeFullLoad);
            _lives[Overload] = parameters.Get(ParameterId.ContactorLifeOverload);
            _maxChargeMa = parameters.Get(ParameterId.MaxChargeCurrentMa);
            _maxDischargeMa = parameters.Get(ParameterId.MaxDischargeCurrentMa);
        }

        /// <summary>What is left of the life of the main contactor that is worse off, in permille; worked out by the first one who asks after a change.</summary>
        public int RemainingPermille
        {
            get
            {
                if (_hasChanged)
                {
                    _hasChanged = false;
                    int positive = RemainingOf(Positive);
                    int negative = RemainingOf(Negative);
                    _remainingPermille = positive < negative ? positive : negative;
                }

                return _remainingPermille;
            }
        }

        /// <summary>Counts a closing.</summary>
        /// <param name="contactor">One of the three contactors.</param>
        public void CountClosing(int contactor)
        {
            Closings[contactor]++;
            _hasChanged = true;
        }

        /// <summary>Counts an opening under load.</summary>
        /// <param name="contactor">The main contactor that breaks the current.</param>
        /// <param name="currentMa">Current in mA, positive charges, or not available.</param>
        public void CountLoadOpening(int contactor, int currentMa)
        {
            LoadOpenings[contactor * Classes + ClassOf(currentMa)]++;
            AllLoadOpenings++;
            _hasChanged = true;
        }

        /// <summary>Class of an opening at a current.</summary>
        /// <param name="currentMa">Current in mA, positive charges, or not available.</param>
        public int ClassOf(int currentMa)
        {
            if (currentMa == Messages.SignalValue.NotAvailable)
            {
                return Overload;
            }

            int magnitude = currentMa < 0 ? -currentMa : currentMa;
            int most = currentMa < 0 ? _maxDischargeMa : _maxChargeMa;
            return magnitude > most ? Overload : magnitude > most / 4 ? FullLoad : SmallLoad;
        }

        /// <summary>Takes over what was stored.</summary>
        /// <param name="state">State as loaded.</param>
        public void Restore(PackState state)
        {
            Closings[Positive] = state.ContactorCycles;
            Closings[Negative] = state.NegativeCycles;
            Closings[Precharge] = state.PrechargeCycles;
            for (int i = 0; i < LoadOpenings.Length; i++)
            {
                LoadOpenings[i] = state.LoadOpenings[i];
                AllLoadOpenings += LoadOpenings[i];
            }

            _hasChanged = true;
        }

        /// <summary>Writes what is to be stored.</summary>
        /// <param name="state">State to fill.</param>
        public void Save(PackState state)
        {
            state.ContactorCycles = Closings[Positive];
            state.NegativeCycles = Closings[Negative];
            state.PrechargeCycles = Closings[Precharge];
            for (int i = 0; i < LoadOpenings.Length; i++)
            {
                state.LoadOpenings[i] = LoadOpenings[i];
            }
        }

        private int RemainingOf(int contactor)
        {
            long used = (long)Closings[contactor] * Life / _unloadedLife;
            for (int load = 0; load < Classes; load++)
            {
                used += (long)LoadOpenings[contactor * Classes + load] * Life / _lives[load];
            }

            return used >= Life ? 0 : (int)((Life - used) / (Life / 1000));
        }
    }
}
