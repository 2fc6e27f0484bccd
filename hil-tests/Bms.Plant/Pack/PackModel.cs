using System.Runtime.Intrinsics;
using Bms.Plant.Cells;

namespace Bms.Plant.Pack
{
    /// <summary>The cells of a pack in series, each an equivalent circuit with its own capacity, resistance, state of charge and temperature.</summary>
    /// <remarks>
    /// The circuit is that of <see cref="CellModel"/>, for <see cref="PackOptions.ParallelCount"/> like cells side by side. It is stepped for four cells at once
    /// in vectors of a fixed width, added up in a fixed order: the same bits on every machine. The tables of a cell are read every
    /// <see cref="PackOptions.TableRefreshUs"/>, a few cells per step; between two readings the open-circuit voltage follows the line of its table interval.
    /// A step of 96 cells costs about 0.5 us and allocates nothing.
    /// Energy per step, with the voltages in the middle of the step: terminals = chemical + heat + bleed resistors, exactly.
    /// </remarks>
    public sealed class PackModel
    {
        private const int Lanes = 4;
        private const int RecordLength = 8;
        private const double KelvinOffset = 273.15;

        private readonly CellParameters _cell;
        private readonly double[] _records;
        private readonly double[] _socGrid;
        private readonly double[] _temperatureGrid;
        private readonly int _padded;
        private readonly double _stepS;
        private readonly double _efficiency;
        private readonly bool _hasHysteresis;
        private readonly int _refreshPerStep;

        // Per cell, padded to whole vectors; padding cells are all zeros and add nothing to any sum.
        private readonly double[] _capacityScale;
        private readonly double[] _resistanceScale;
        private readonly double[] _capacityAh;
        private readonly double[] _socPerAmpere;
        private readonly double[] _soc;
        private readonly double[] _fastA;
        private readonly double[] _slowA;
        private readonly double[] _hysteresis;
        private readonly double[] _voltage;
        private readonly double[] _ocvBase;
        private readonly double[] _ocvSlope;
        private readonly double[] _dischargeOhm;
        private readonly double[] _chargeOhm;
        private readonly double[] _fastOhm;
        private readonly double[] _slowOhm;
        private readonly double[] _fastDecay;
        private readonly double[] _slowDecay;
        private readonly double[] _hysteresisV;
        private readonly double[] _entropicVPerK;
        private readonly double[] _bleedS;
        private readonly double[] _shortS;
        private readonly double[] _leakS;
        private readonly double[] _heatJ;
        private readonly double[] _temperature;
        private readonly int[] _socIndex;

        private int _refreshNext;
        private bool _anyLeak;
        private double _lastSign;

        /// <param name="cell">The cell type.</param>
        /// <param name="options">The pack.</param>
        /// <param name="stepUs">Length of every step in us.</param>
        public PackModel(CellParameters cell, PackOptions options, long stepUs)
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(options.CellCount, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(options.CellCount, 192);
            ArgumentOutOfRangeException.ThrowIfLessThan(options.ParallelCount, 1);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.CapacityHealth);
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.ResistanceGrowth);
            _cell = cell;
            CellCount = options.CellCount;
            ParallelCount = options.ParallelCount;
            _stepS = stepUs * 1e-6;
            _padded = (CellCount + Lanes - 1) / Lanes * Lanes;
            _efficiency = cell.CoulombicEfficiency;
            _hasHysteresis = cell.InstantHysteresisV != 0 || Array.Exists(cell.HysteresisV, v => v != 0);
            long refreshSteps = Math.Max(1, options.TableRefreshUs / stepUs);
            _refreshPerStep = (int)((CellCount + refreshSteps - 1) / refreshSteps);

            _socGrid = cell.SocGrid;
            _temperatureGrid = cell.TemperatureGridC;
            _records = MakeRecords(cell);

            _capacityScale = new double[_padded];
            _resistanceScale = new double[_padded];
            _capacityAh = new double[_padded];
            _socPerAmpere = new double[_padded];
            _soc = new double[_padded];
            _fastA = new double[_padded];
            _slowA = new double[_padded];
            _hysteresis = new double[_padded];
            _voltage = new double[_padded];
            _ocvBase = new double[_padded];
            _ocvSlope = new double[_padded];
            _dischargeOhm = new double[_padded];
            _chargeOhm = new double[_padded];
            _fastOhm = new double[_padded];
            _slowOhm = new double[_padded];
            _fastDecay = new double[_padded];
            _slowDecay = new double[_padded];
            _hysteresisV = new double[_padded];
            _entropicVPerK = new double[_padded];
            _bleedS = new double[_padded];
            _shortS = new double[_padded];
            _leakS = new double[_padded];
            _heatJ = new double[_padded];
            _temperature = new double[_padded];
            _socIndex = new int[CellCount];

            var spread = new RandomStream(options.Seed, 1);
            for (int k = 0; k < CellCount; k++)
            {
                // Three deviations at most: a cell beyond would not have left the factory.
                _capacityScale[k] = options.CapacityHealth * (1 + (options.CapacitySpread * Clip(spread.NextGaussian())));
                _resistanceScale[k] = options.ResistanceGrowth * (1 + (options.ResistanceSpread * Clip(spread.NextGaussian())));
                _capacityAh[k] = cell.CapacityAh * ParallelCount * _capacityScale[k];
                _socPerAmpere[k] = _stepS / (3600 * _capacityAh[k]);
                _soc[k] = options.InitialSoc + (options.SocSpread * Clip(spread.NextGaussian()));
                _temperature[k] = options.InitialTemperatureDegC;
            }

            Rest();
        }

        /// <summary>Cells in series.</summary>
        public int CellCount { get; }

        /// <summary>Cells in parallel.</summary>
        public int ParallelCount { get; }

        /// <summary>The cell type.</summary>
        public CellParameters Cell => _cell;

        /// <summary>Capacity of the pack's cell type with all parallel cells, new and without spread, in Ah.</summary>
        public double NominalCapacityAh => _cell.CapacityAh * ParallelCount;

        /// <summary>True state of charge of every cell; 0..1 in normal use, not clamped.</summary>
        public ReadOnlySpan<double> Soc => _soc.AsSpan(0, CellCount);

        /// <summary>Terminal voltage of every cell in V at the end of the last step.</summary>
        public ReadOnlySpan<double> VoltageV => _voltage.AsSpan(0, CellCount);

        /// <summary>True temperature of every cell in degC; the thermal network writes it.</summary>
        public Span<double> TemperatureDegC => _temperature.AsSpan(0, CellCount);

        /// <summary>True capacity of every cell in Ah.</summary>
        public ReadOnlySpan<double> CapacityAh => _capacityAh.AsSpan(0, CellCount);

        /// <summary>Resistance of every cell over that of its type.</summary>
        public ReadOnlySpan<double> ResistanceScale => _resistanceScale.AsSpan(0, CellCount);

        /// <summary>Current through the terminals of the pack in the last step in A; positive charges.</summary>
        public double CurrentA { get; private set; }

        /// <summary>Sum of the cell voltages in V at the end of the last step.</summary>
        public double PackVoltageV { get; private set; }

        /// <summary>Sum of what the cells hold without ohmic drop, in V: what a current through the pack works against in the next step.</summary>
        public double EmfV { get; private set; }

        /// <summary>Sum of the ohmic resistances against charge current in ohm.</summary>
        public double ChargeResistanceOhm { get; private set; }

        /// <summary>Sum of the ohmic resistances against discharge current in ohm.</summary>
        public double DischargeResistanceOhm { get; private set; }

        /// <summary>Energy through the terminals since start in J; positive went in.</summary>
        public double TerminalEnergyJ { get; private set; }

        /// <summary>Energy stored since start in J: open-circuit voltage times stored charge.</summary>
        public double ChemicalEnergyJ { get; private set; }

        /// <summary>Heat of the cells since start in J, internal shorts included, reversible heat not.</summary>
        public double HeatJ { get; private set; }

        /// <summary>Energy turned to heat in the bleed resistors since start in J.</summary>
        public double BleedEnergyJ { get; private set; }

        /// <summary>Charge through the terminals since start in Ah; positive went in.</summary>
        public double ThroughputAh { get; private set; }

        /// <summary>Heat of every cell since <see cref="ClearHeat"/> in J; the thermal network takes it.</summary>
        internal double[] HeatPerCellJ => _heatJ;

        /// <summary>Padded temperatures, for the thermal network.</summary>
        internal double[] PaddedTemperatureDegC => _temperature;

        /// <summary>Sets the true state of charge of one cell and relaxes it.</summary>
        /// <param name="cell">Cell from 0.</param>
        /// <param name="soc">State of charge.</param>
        public void SetSoc(int cell, double soc)
        {
            _soc[cell] = soc;
            _fastA[cell] = 0;
            _slowA[cell] = 0;
            Refresh(cell);
            SumUp();
        }

        /// <summary>Relaxes every cell: no polarisation, voltage at its open-circuit value.</summary>
        public void Rest()
        {
            Array.Clear(_fastA);
            Array.Clear(_slowA);
            _lastSign = 0;
            CurrentA = 0;
            for (int k = 0; k < CellCount; k++)
            {
                Refresh(k);
                _voltage[k] = _ocvBase[k] + (_ocvSlope[k] * _soc[k]) + (_hysteresisV[k] * _hysteresis[k]);
            }

            SumUp();
        }

        /// <summary>Connects or removes a bleed resistor across a cell.</summary>
        /// <param name="cell">Cell from 0.</param>
        /// <param name="ohm">Resistance; 0 or less removes it.</param>
        public void SetBleed(int cell, double ohm)
        {
            _bleedS[cell] = ohm > 0 ? 1 / ohm : 0;
            SetLeak(cell);
        }

        /// <summary>Puts an internal short into a cell: its heat stays in the cell.</summary>
        /// <param name="cell">Cell from 0.</param>
        /// <param name="ohm">Resistance of the short; 0 or less removes it.</param>
        public void SetShort(int cell, double ohm)
        {
            _shortS[cell] = ohm > 0 ? 1 / ohm : 0;
            SetLeak(cell);
        }

        /// <summary>Adds heat to a cell from outside of the circuit.</summary>
        internal void AddHeat(int cell, double heatJ) => _heatJ[cell] += heatJ;

        /// <summary>Forgets the heat that was taken.</summary>
        internal void ClearHeat() => Array.Clear(_heatJ);

        /// <summary>Advances all cells by one step.</summary>
        /// <param name="currentA">Current through the terminals, constant during the step, in A; positive charges.</param>
        public void Step(double currentA)
        {
            for (int i = 0; i < _refreshPerStep; i++)
            {
                Refresh(_refreshNext);
                _refreshNext = _refreshNext + 1 == CellCount ? 0 : _refreshNext + 1;
            }

            if (currentA != 0)
            {
                _lastSign = currentA > 0 ? 1 : -1;
            }

            CurrentA = currentA;
            ThroughputAh += currentA * _stepS / 3600;

            Vector256<double> current = Vector256.Create(currentA);
            Vector256<double> half = Vector256.Create(0.5);
            Vector256<double> step = Vector256.Create(_stepS);
            Vector256<double> efficiency = Vector256.Create(_efficiency);
            Vector256<double> one = Vector256<double>.One;
            Vector256<double> gamma = Vector256.Create(_cell.HysteresisGamma);
            Vector256<double> instant = Vector256.Create(_cell.InstantHysteresisV * _lastSign);
            Vector256<double> sumV = Vector256<double>.Zero;
            Vector256<double> sumMid = Vector256<double>.Zero;
            Vector256<double> sumEmf = Vector256<double>.Zero;
            Vector256<double> sumChargeOhm = Vector256<double>.Zero;
            Vector256<double> sumDischargeOhm = Vector256<double>.Zero;
            Vector256<double> sumChemical = Vector256<double>.Zero;
            Vector256<double> sumHeat = Vector256<double>.Zero;
            Vector256<double> sumBleed = Vector256<double>.Zero;

            for (int k = 0; k < _padded; k += Lanes)
            {
                nuint at = (nuint)k;
                Vector256<double> i = current;
                Vector256<double> leak = Vector256<double>.Zero;
                if (_anyLeak)
                {
                    leak = Vector256.LoadUnsafe(ref _voltage[0], at) * Vector256.LoadUnsafe(ref _leakS[0], at);
                    i -= leak;
                }

                Vector256<double> charging = Vector256.GreaterThan(i, Vector256<double>.Zero);
                Vector256<double> stored = Vector256.ConditionalSelect(charging, i * efficiency, i);
                Vector256<double> soc = Vector256.LoadUnsafe(ref _soc[0], at);
                Vector256<double> socChange = stored * Vector256.LoadUnsafe(ref _socPerAmpere[0], at);
                Vector256<double> slope = Vector256.LoadUnsafe(ref _ocvSlope[0], at);
                Vector256<double> ocvStart = Vector256.LoadUnsafe(ref _ocvBase[0], at) + (slope * soc);
                Vector256<double> ocvRise = slope * socChange;
                Vector256<double> ocvMid = ocvStart + (half * ocvRise);
                (soc + socChange).StoreUnsafe(ref _soc[0], at);

                Vector256<double> fast = Vector256.LoadUnsafe(ref _fastA[0], at);
                Vector256<double> fastEnd = i + ((fast - i) * Vector256.LoadUnsafe(ref _fastDecay[0], at));
                fastEnd.StoreUnsafe(ref _fastA[0], at);
                Vector256<double> slow = Vector256.LoadUnsafe(ref _slowA[0], at);
                Vector256<double> slowEnd = i + ((slow - i) * Vector256.LoadUnsafe(ref _slowDecay[0], at));
                slowEnd.StoreUnsafe(ref _slowA[0], at);

                Vector256<double> fastOhm = Vector256.LoadUnsafe(ref _fastOhm[0], at);
                Vector256<double> slowOhm = Vector256.LoadUnsafe(ref _slowOhm[0], at);
                Vector256<double> chargeOhm = Vector256.LoadUnsafe(ref _chargeOhm[0], at);
                Vector256<double> dischargeOhm = Vector256.LoadUnsafe(ref _dischargeOhm[0], at);
                sumChargeOhm += chargeOhm;
                sumDischargeOhm += dischargeOhm;
                Vector256<double> ohmic = i * Vector256.ConditionalSelect(charging, chargeOhm, dischargeOhm);
                Vector256<double> polarisationEnd = (fastOhm * fastEnd) + (slowOhm * slowEnd);
                Vector256<double> overMid = ohmic + (half * ((fastOhm * fast) + (slowOhm * slow) + polarisationEnd));
                Vector256<double> emf = ocvStart + ocvRise + polarisationEnd;

                if (_hasHysteresis)
                {
                    // exp(-x) as (1 - x/2) / (1 + x/2): x is far below 1e-3 in a step.
                    Vector256<double> hysteresis = Vector256.LoadUnsafe(ref _hysteresis[0], at);
                    Vector256<double> x = half * gamma * Vector256.Abs(socChange);
                    Vector256<double> decay = (one - x) / (one + x);
                    Vector256<double> target = Vector256.ConditionalSelect(charging, one, -one);
                    Vector256<double> hysteresisEnd = target + ((hysteresis - target) * decay);
                    hysteresisEnd.StoreUnsafe(ref _hysteresis[0], at);
                    Vector256<double> width = Vector256.LoadUnsafe(ref _hysteresisV[0], at);
                    Vector256<double> isPadding = Vector256.Equals(Vector256.LoadUnsafe(ref _socPerAmpere[0], at), Vector256<double>.Zero);
                    Vector256<double> instantV = Vector256.ConditionalSelect(isPadding, Vector256<double>.Zero, instant);
                    overMid += (half * width * (hysteresis + hysteresisEnd)) + instantV;
                    emf += (width * hysteresisEnd) + instantV;
                }

                Vector256<double> mid = ocvMid + overMid;
                Vector256<double> end = emf + ohmic;
                end.StoreUnsafe(ref _voltage[0], at);
                sumV += end;
                sumMid += mid;
                sumEmf += emf;

                Vector256<double> chemical = ocvMid * stored;
                Vector256<double> heat = (mid * i) - chemical;
                if (_anyLeak)
                {
                    Vector256<double> leakS = Vector256.LoadUnsafe(ref _leakS[0], at);
                    Vector256<double> shortS = Vector256.LoadUnsafe(ref _shortS[0], at);
                    Vector256<double> shortShare = Vector256.ConditionalSelect(Vector256.Equals(leakS, Vector256<double>.Zero), Vector256<double>.Zero, shortS / leakS);
                    Vector256<double> leakW = mid * leak;
                    Vector256<double> shortW = leakW * shortShare;
                    heat += shortW;
                    sumBleed += leakW - shortW;
                }

                sumChemical += chemical;
                sumHeat += heat;
                Vector256<double> cellHeat = Vector256.LoadUnsafe(ref _heatJ[0], at) + (heat * step);
                if (_cell.EntropicVPerK != null)
                {
                    Vector256<double> kelvin = Vector256.LoadUnsafe(ref _temperature[0], at) + Vector256.Create(KelvinOffset);
                    cellHeat += i * kelvin * Vector256.LoadUnsafe(ref _entropicVPerK[0], at) * step;
                }

                cellHeat.StoreUnsafe(ref _heatJ[0], at);
            }

            PackVoltageV = AddLanes(sumV);
            EmfV = AddLanes(sumEmf);
            ChargeResistanceOhm = AddLanes(sumChargeOhm);
            DischargeResistanceOhm = AddLanes(sumDischargeOhm);
            TerminalEnergyJ += currentA * AddLanes(sumMid) * _stepS;
            ChemicalEnergyJ += AddLanes(sumChemical) * _stepS;
            HeatJ += AddLanes(sumHeat) * _stepS;
            BleedEnergyJ += AddLanes(sumBleed) * _stepS;
        }

        /// <summary>Energy of all cells at their present state of charge and temperature above empty, from the open-circuit voltage alone, in J.</summary>
        /// <remarks>The exact integral of the tables; for conservation tests and for the energy a scenario may still draw.</remarks>
        public double StoredEnergyJ()
        {
            double sum = 0;
            for (int k = 0; k < CellCount; k++)
            {
                sum += 3600 * _capacityAh[k] * OcvIntegral(_soc[k], _temperature[k]);
            }

            return sum;
        }

        private static double AddLanes(Vector256<double> v)
        {
            return (v.GetElement(0) + v.GetElement(1)) + (v.GetElement(2) + v.GetElement(3));
        }

        private static double Clip(double deviation) => Math.Clamp(deviation, -3, 3);

        private static double[] MakeRecords(CellParameters cell)
        {
            int rows = cell.TemperatureGridC.Length;
            int columns = cell.SocGrid.Length;
            var records = new double[rows * columns * RecordLength];
            for (int t = 0; t < rows; t++)
            {
                for (int s = 0; s < columns; s++)
                {
                    int at = ((t * columns) + s) * RecordLength;
                    records[at] = cell.R0DischargeOhm[t][s];
                    records[at + 1] = cell.R0ChargeOhm[t][s];
                    records[at + 2] = cell.R1Ohm[t][s];
                    records[at + 3] = cell.R2Ohm[t][s];
                    records[at + 4] = cell.Tau1S[t][s];
                    records[at + 5] = cell.Tau2S[t][s];
                    records[at + 6] = cell.HysteresisV[s];
                    records[at + 7] = cell.OcvV[t][s];
                }
            }

            return records;
        }

        private double OcvIntegral(double soc, double temperatureC)
        {
            int t = CellParameters.Locate(_temperatureGrid, temperatureC, out double tf);
            double sum = 0;
            for (int s = 0; s < _socGrid.Length - 1; s++)
            {
                bool last = s == _socGrid.Length - 2;
                double from = _socGrid[s];
                double to = last ? soc : Math.Min(soc, _socGrid[s + 1]);
                if (to <= from && s > 0)
                {
                    break;
                }

                double a = CellParameters.Interpolate(_cell.OcvV, t, tf, s, 0);
                double slope = (CellParameters.Interpolate(_cell.OcvV, t, tf, s, 1) - a) / (_socGrid[s + 1] - from);
                sum += (to - from) * (a + (0.5 * slope * (to - from)));
            }

            return sum;
        }

        private void SetLeak(int cell)
        {
            _leakS[cell] = _bleedS[cell] + _shortS[cell];
            _anyLeak = Array.Exists(_leakS, s => s != 0);
        }

        private void Refresh(int k)
        {
            double[] grid = _socGrid;
            double soc = _soc[k];
            int s = _socIndex[k];
            while (s < grid.Length - 2 && soc >= grid[s + 1])
            {
                s++;
            }

            while (s > 0 && soc < grid[s])
            {
                s--;
            }

            _socIndex[k] = s;
            double width = grid[s + 1] - grid[s];
            double sf = Math.Clamp((soc - grid[s]) / width, 0, 1);
            int t = CellParameters.Locate(_temperatureGrid, _temperature[k], out double tf);

            int cold = ((t * grid.Length) + s) * RecordLength;
            int warm = cold + (grid.Length * RecordLength);
            Vector256<double> fraction = Vector256.Create(sf);
            Vector256<double> lift = Vector256.Create(tf);
            Vector256<double> a = Between(cold, fraction);
            Vector256<double> resistances = a + (lift * (Between(warm, fraction) - a));
            a = Between(cold + Lanes, fraction);
            Vector256<double> others = a + (lift * (Between(warm + Lanes, fraction) - a));

            double scale = _resistanceScale[k] / ParallelCount;
            _dischargeOhm[k] = resistances.GetElement(0) * scale;
            _chargeOhm[k] = resistances.GetElement(1) * scale;
            _fastOhm[k] = resistances.GetElement(2) * scale;
            _slowOhm[k] = resistances.GetElement(3) * scale;
            _fastDecay[k] = PortableMath.Exp(-_stepS / others.GetElement(0));
            _slowDecay[k] = PortableMath.Exp(-_stepS / others.GetElement(1));
            _hysteresisV[k] = others.GetElement(2);

            double low = Mix(_records[cold + 7], _records[warm + 7], tf);
            double high = Mix(_records[cold + RecordLength + 7], _records[warm + RecordLength + 7], tf);
            double slope = (high - low) / width;
            _ocvSlope[k] = slope;
            _ocvBase[k] = low - (slope * grid[s]);
            if (_cell.EntropicVPerK is double[] entropic)
            {
                _entropicVPerK[k] = entropic[s] + (sf * (entropic[s + 1] - entropic[s]));
            }
        }

        private static double Mix(double a, double b, double fraction) => a + (fraction * (b - a));

        private Vector256<double> Between(int record, Vector256<double> fraction)
        {
            Vector256<double> low = Vector256.LoadUnsafe(ref _records[0], (nuint)record);
            Vector256<double> high = Vector256.LoadUnsafe(ref _records[0], (nuint)(record + RecordLength));
            return low + (fraction * (high - low));
        }

        private void SumUp()
        {
            double voltage = 0;
            double emf = 0;
            double charge = 0;
            double discharge = 0;
            for (int k = 0; k < CellCount; k++)
            {
                double rest = _ocvBase[k] + (_ocvSlope[k] * _soc[k]) + (_fastOhm[k] * _fastA[k]) + (_slowOhm[k] * _slowA[k]) + (_hysteresisV[k] * _hysteresis[k]);
                _voltage[k] = rest;
                voltage += rest;
                emf += rest;
                charge += _chargeOhm[k];
                discharge += _dischargeOhm[k];
            }

            PackVoltageV = voltage;
            EmfV = emf;
            ChargeResistanceOhm = charge;
            DischargeResistanceOhm = discharge;
        }
    }
}
