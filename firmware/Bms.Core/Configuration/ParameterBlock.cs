using Bms.Core.Measurement.Profiles;
using Bms.Core.Protection;

namespace Bms.Core.Configuration
{
    /// <summary>Every threshold, time and size of the firmware, as one versioned and checksummed block of integers.</summary>
    /// <remarks>
    /// Stored form, little endian: 'B' 'M' 'S' 'P', version (2 bytes), count (2 bytes), count values (4 bytes each), CRC-32 over all before.
    /// Stages read it once, at construction; changing a block later changes nothing that runs.
    /// </remarks>
    public sealed class ParameterBlock
    {
        /// <summary>Version of the list of parameters; a block of another version is refused.</summary>
        public const int Version = 4;

        /// <summary>Size of the stored form, in bytes.</summary>
        public const int StoredLength = 8 + ParameterId.Count * 4 + 4;

        private readonly int[] _values = new int[ParameterId.Count];

        /// <summary>Value of a parameter, in its unit.</summary>
        /// <param name="parameter">One of <see cref="ParameterId"/>.</param>
        public int Get(int parameter)
        {
            return _values[parameter];
        }

        /// <summary>Sets a parameter without a check; <see cref="FirstInvalid"/> checks the whole block.</summary>
        /// <param name="parameter">One of <see cref="ParameterId"/>.</param>
        /// <param name="value">New value, in its unit.</param>
        public void Set(int parameter, int value)
        {
            _values[parameter] = value;
        }

        /// <summary>Sets a whole row of the fault table.</summary>
        /// <param name="fault">One of <see cref="FaultId"/>.</param>
        /// <param name="warning">Warning threshold, or <see cref="ParameterId.Never"/>.</param>
        /// <param name="limit">Limit threshold, or <see cref="ParameterId.Never"/>.</param>
        /// <param name="trip">Trip threshold, or <see cref="ParameterId.Never"/>.</param>
        /// <param name="hysteresis">Hysteresis of all three, in the unit of the row.</param>
        /// <param name="debounceMs">Debounce time, in ms.</param>
        /// <param name="releaseMs">Release time, in ms.</param>
        public void SetFault(int fault, int warning, int limit, int trip, int hysteresis, int debounceMs, int releaseMs)
        {
            _values[ParameterId.OfFault(fault, ParameterId.ColumnWarning)] = warning;
            _values[ParameterId.OfFault(fault, ParameterId.ColumnLimit)] = limit;
            _values[ParameterId.OfFault(fault, ParameterId.ColumnTrip)] = trip;
            _values[ParameterId.OfFault(fault, ParameterId.ColumnHysteresis)] = hysteresis;
            _values[ParameterId.OfFault(fault, ParameterId.ColumnDebounceMs)] = debounceMs;
            _values[ParameterId.OfFault(fault, ParameterId.ColumnReleaseMs)] = releaseMs;
        }

        /// <summary>Number of the first parameter that is out of its range or contradicts another one, or -1 where the block is good.</summary>
        public int FirstInvalid()
        {
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                int value = _values[parameter];
                if (value == ParameterId.Never && ParameterTable.IsThreshold(parameter))
                {
                    continue;
                }

                if (value < ParameterTable.MinimumOf(parameter) || value > ParameterTable.MaximumOf(parameter))
                {
                    return parameter;
                }
            }

            int wrongOrder = FirstOutOfOrder();
            if (wrongOrder >= 0)
            {
                return wrongOrder;
            }

            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                int wrongRow = FirstInvalidInRow(fault);
                if (wrongRow >= 0)
                {
                    return wrongRow;
                }
            }

            return -1;
        }

        /// <summary>Writes the stored form.</summary>
        /// <param name="target">At least <see cref="StoredLength"/> bytes.</param>
        public void Store(byte[] target)
        {
            target[0] = (byte)'B';
            target[1] = (byte)'M';
            target[2] = (byte)'S';
            target[3] = (byte)'P';
            target[4] = (byte)Version;
            target[5] = (byte)(Version >> 8);
            target[6] = (byte)(ParameterId.Count & 0xFF);
            target[7] = (byte)(ParameterId.Count >> 8);
            for (int i = 0; i < ParameterId.Count; i++)
            {
                WriteUInt(target, 8 + i * 4, (uint)_values[i]);
            }

            WriteUInt(target, StoredLength - 4, Crc32.Of(target, 0, StoredLength - 4));
        }

        /// <summary>Reads the stored form. Where it is refused, the block keeps the values it had.</summary>
        /// <param name="source">Stored bytes; not null.</param>
        /// <param name="length">Number of bytes in <paramref name="source"/>.</param>
        /// <returns>One of <see cref="ParameterLoad"/>.</returns>
        public int Load(byte[] source, int length)
        {
            if (length < 8)
            {
                return ParameterLoad.TooShort;
            }

            if (source[0] != 'B' || source[1] != 'M' || source[2] != 'S' || source[3] != 'P')
            {
                return ParameterLoad.NotAParameterBlock;
            }

            if ((source[4] | (source[5] << 8)) != Version || (source[6] | (source[7] << 8)) != ParameterId.Count)
            {
                return ParameterLoad.OtherVersion;
            }

            if (length < StoredLength)
            {
                return ParameterLoad.TooShort;
            }

            if (ReadUInt(source, StoredLength - 4) != Crc32.Of(source, 0, StoredLength - 4))
            {
                return ParameterLoad.BadChecksum;
            }

            ParameterBlock candidate = new ParameterBlock();
            for (int i = 0; i < ParameterId.Count; i++)
            {
                candidate._values[i] = (int)ReadUInt(source, 8 + i * 4);
            }

            if (candidate.FirstInvalid() >= 0)
            {
                return ParameterLoad.ValueOutOfRange;
            }

            for (int i = 0; i < ParameterId.Count; i++)
            {
                _values[i] = candidate._values[i];
            }

            return ParameterLoad.Ok;
        }

        private int FirstOutOfOrder()
        {
            if (_values[ParameterId.ChargeTaperStartMv] >= _values[ParameterId.ChargeStopMv])
            {
                return ParameterId.ChargeTaperStartMv;
            }

            if (_values[ParameterId.DischargeTaperStartMv] <= _values[ParameterId.DischargeStopMv])
            {
                return ParameterId.DischargeTaperStartMv;
            }

            if (!Ascends(ParameterId.ChargeZeroBelowDeciC))
            {
                return ParameterId.ChargeZeroBelowDeciC;
            }

            if (!Ascends(ParameterId.DischargeZeroBelowDeciC))
            {
                return ParameterId.DischargeZeroBelowDeciC;
            }

            if (_values[ParameterId.HeaterOnBelowDeciC] >= _values[ParameterId.HeaterOffAboveDeciC])
            {
                return ParameterId.HeaterOnBelowDeciC;
            }

            if (_values[ParameterId.CoolingOnAboveDeciC] <= _values[ParameterId.CoolingOffBelowDeciC])
            {
                return ParameterId.CoolingOnAboveDeciC;
            }

            if (_values[ParameterId.BalanceStartDeltaMv] <= _values[ParameterId.BalanceStopDeltaMv])
            {
                return ParameterId.BalanceStartDeltaMv;
            }

            int actuator = FirstAgainstActuators();
            if (actuator >= 0)
            {
                return actuator;
            }

            int profile = FirstAgainstProfile();
            return profile >= 0 ? profile : FirstWithoutAge();
        }

        private int FirstAgainstActuators()
        {
            if (_values[ParameterId.FanOnAboveDeciC] <= _values[ParameterId.FanOffBelowDeciC])
            {
                return ParameterId.FanOnAboveDeciC;
            }

            if (_values[ParameterId.BalanceStartCentiPct] <= _values[ParameterId.BalanceStopCentiPct])
            {
                return ParameterId.BalanceStartCentiPct;
            }

            // On a bus that something else may feed, no voltage tells whether a contactor is open.
            return _values[ParameterId.BusMayBeLive] != 0 && _values[ParameterId.ContactorFeedbackFitted] == 0 ? ParameterId.BusMayBeLive : -1;
        }

        // What the modules of the chosen kind cannot do.
        private int FirstAgainstProfile()
        {
            int profile = _values[ParameterId.ModuleProfile];
            int cells = _values[ParameterId.CellsPerModule];
            if (cells != 0 && (cells < ModuleProfile.FewestCells(profile) || cells > ModuleProfile.MostCells(profile)))
            {
                return ParameterId.CellsPerModule;
            }

            return ModuleProfile.ModuleCountOf(this) > ModuleProfile.MostModules(profile) ? ParameterId.CellCount
                : _values[ParameterId.TemperaturesPerModule] > ModuleProfile.MostTemperatures(profile) ? ParameterId.TemperaturesPerModule
                : -1;
        }

        // These limits also say when a measured value is too old to be read as a number, so they cannot be switched off.
        private int FirstWithoutAge()
        {
            int module = ParameterId.OfFault(FaultId.ModuleLost, ParameterId.ColumnLimit);
            int current = ParameterId.OfFault(FaultId.CurrentSensorLost, ParameterId.ColumnLimit);
            int voltage = ParameterId.OfFault(FaultId.VoltageSensorLost, ParameterId.ColumnLimit);
            return _values[module] == ParameterId.Never ? module
                : _values[current] == ParameterId.Never ? current
                : _values[voltage] == ParameterId.Never ? voltage
                : -1;
        }

        // The four corners of a temperature map stand side by side: zero, full, full, zero.
        private bool Ascends(int first)
        {
            return _values[first] < _values[first + 1]
                && _values[first + 1] <= _values[first + 2]
                && _values[first + 2] < _values[first + 3];
        }

        // Warning, limit and trip must come in that order, in the direction of the row.
        private int FirstInvalidInRow(int fault)
        {
            bool lower = FaultTable.IsLowerLimit(fault);
            int last = ParameterId.Never;
            for (int column = ParameterId.ColumnWarning; column <= ParameterId.ColumnTrip; column++)
            {
                int parameter = ParameterId.OfFault(fault, column);
                int value = _values[parameter];
                if (value == ParameterId.Never)
                {
                    continue;
                }

                if (last != ParameterId.Never && (lower ? value > last : value < last))
                {
                    return parameter;
                }

                last = value;
            }

            return -1;
        }

        private static void WriteUInt(byte[] target, int at, uint value)
        {
            target[at] = (byte)value;
            target[at + 1] = (byte)(value >> 8);
            target[at + 2] = (byte)(value >> 16);
            target[at + 3] = (byte)(value >> 24);
        }

        private static uint ReadUInt(byte[] source, int at)
        {
            return (uint)(source[at] | (source[at + 1] << 8) | (source[at + 2] << 16) | (source[at + 3] << 24));
        }
    }
}
