using Bms.Core.Configuration;
using Bms.Core.Protection;

namespace Bms.Core.Tests.Configuration
{
    [TestClass]
    public class ParameterBlockTests
    {
        private static byte[] Stored(ParameterBlock block)
        {
            byte[] data = new byte[ParameterBlock.StoredLength];
            block.Store(data);
            return data;
        }

        // Puts the checksum right again after a test has changed a byte on purpose.
        private static void Seal(byte[] data)
        {
            int at = ParameterBlock.StoredLength - 4;
            uint crc = Crc32.Of(data, 0, at);
            data[at] = (byte)crc;
            data[at + 1] = (byte)(crc >> 8);
            data[at + 2] = (byte)(crc >> 16);
            data[at + 3] = (byte)(crc >> 24);
        }

        [TestMethod]
        public void every_preset_is_valid_for_every_size_of_pack()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                Assert.AreEqual(-1, Presets.Of(chemistry, 1, 100).FirstInvalid());
                Assert.AreEqual(-1, Presets.Of(chemistry, 13, 2500).FirstInvalid());
                Assert.AreEqual(-1, Presets.Of(chemistry, 96, 50000).FirstInvalid());
                Assert.AreEqual(-1, Presets.Of(chemistry, 192, 1600000).FirstInvalid());
                Assert.AreEqual(chemistry, Presets.Of(chemistry, 1, 100).Get(ParameterId.Chemistry));
            }
        }

        [TestMethod]
        public void every_preset_is_valid_up_to_the_largest_capacity_and_trips_inside_the_range_of_the_sensor()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                ParameterBlock p = Presets.Of(chemistry, 96, 2000000);
                Assert.AreEqual(-1, p.FirstInvalid());
                Assert.IsTrue(p.Get(ParameterId.OfFault(FaultId.OverCurrentDischarge, ParameterId.ColumnTrip)) < 8388607);
            }
        }

        [TestMethod]
        public void there_is_no_preset_for_an_unknown_chemistry()
        {
            Assert.IsTrue(Presets.Of(Chemistry.Count, 96, 50000) == null);
            Assert.IsTrue(Presets.Of(-1, 96, 50000) == null);
        }

        [TestMethod]
        public void the_limits_of_every_preset_lie_inside_its_trips()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                ParameterBlock p = Presets.Of(chemistry, 96, 50000);
                Assert.IsTrue(p.Get(ParameterId.ChargeStopMv) < p.Get(ParameterId.OfFault(FaultId.CellOverVoltage, ParameterId.ColumnWarning)));
                Assert.IsTrue(p.Get(ParameterId.DischargeStopMv) > p.Get(ParameterId.OfFault(FaultId.CellUnderVoltage, ParameterId.ColumnTrip)));
                Assert.IsTrue(p.Get(ParameterId.ChargeZeroAboveDeciC) < p.Get(ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnTrip)));

                // In the coldest climate, -30 degC, a pack has no current and no trip: current ends at the corner of the map, and the trip lies 5 K below the climate.
                Assert.AreEqual(p.Get(ParameterId.DischargeZeroBelowDeciC), p.Get(ParameterId.OfFault(FaultId.UnderTemperature, ParameterId.ColumnLimit)));
                Assert.IsTrue(p.Get(ParameterId.DischargeZeroBelowDeciC) >= -300);
                Assert.AreEqual(-350, p.Get(ParameterId.OfFault(FaultId.UnderTemperature, ParameterId.ColumnTrip)));
                Assert.IsTrue(p.Get(ParameterId.MaxChargeCurrentMa) < p.Get(ParameterId.OfFault(FaultId.OverCurrentCharge, ParameterId.ColumnWarning)));
            }
        }

        [TestMethod]
        public void the_error_of_a_usual_current_sensor_neither_raises_nor_holds_a_row_of_a_small_pack()
        {
            for (int capacityMah = 1000; capacityMah <= 100000; capacityMah *= 10)
            {
                ParameterBlock p = Presets.Nmc(12, capacityMah);

                // Four deviations of 0.1 A of noise and 40 mA of offset are 560 mA.
                for (int row = 0; row < 2; row++)
                {
                    int fault = row == 0 ? FaultId.CurrentImplausible : FaultId.ChargeLimitIgnored;
                    int warning = p.Get(ParameterId.OfFault(fault, ParameterId.ColumnWarning));
                    Assert.IsTrue(warning - p.Get(ParameterId.OfFault(fault, ParameterId.ColumnHysteresis)) >= 560);
                    Assert.IsTrue(p.Get(ParameterId.OfFault(fault, ParameterId.ColumnTrip)) >= warning);
                }
            }
        }

        [TestMethod]
        public void a_stored_block_comes_back_whole()
        {
            ParameterBlock block = Presets.Lfp(13, 280000);
            byte[] data = Stored(block);
            ParameterBlock read = new ParameterBlock();
            Assert.AreEqual(ParameterLoad.Ok, read.Load(data, data.Length));
            for (int i = 0; i < ParameterId.Count; i++)
            {
                Assert.AreEqual(block.Get(i), read.Get(i));
            }
        }

        [TestMethod]
        public void a_stored_block_may_stand_in_a_longer_area()
        {
            byte[] stored = Stored(Presets.Nmc(96, 50000));
            byte[] area = new byte[2048];
            for (int i = 0; i < stored.Length; i++)
            {
                area[i] = stored[i];
            }

            Assert.AreEqual(ParameterLoad.Ok, new ParameterBlock().Load(area, area.Length));
        }

        [TestMethod]
        public void every_truncation_is_refused()
        {
            byte[] data = Stored(Presets.Nmc(96, 50000));
            ParameterBlock block = new ParameterBlock();
            for (int length = 0; length < data.Length; length += length < 12 ? 1 : 53)
            {
                Assert.AreEqual(ParameterLoad.TooShort, block.Load(data, length));
            }

            Assert.AreEqual(ParameterLoad.TooShort, block.Load(data, data.Length - 1));
            Assert.AreEqual(ParameterLoad.TooShort, block.Load(new byte[0], 0));
        }

        [TestMethod]
        public void other_data_is_refused()
        {
            for (int i = 0; i < 4; i++)
            {
                byte[] data = Stored(Presets.Nmc(96, 50000));
                data[i] ^= 0x20;
                Seal(data);
                Assert.AreEqual(ParameterLoad.NotAParameterBlock, new ParameterBlock().Load(data, data.Length));
            }

            byte[] empty = new byte[ParameterBlock.StoredLength];
            Assert.AreEqual(ParameterLoad.NotAParameterBlock, new ParameterBlock().Load(empty, empty.Length));
            for (int i = 0; i < empty.Length; i++)
            {
                empty[i] = 0xFF;
            }

            Assert.AreEqual(ParameterLoad.NotAParameterBlock, new ParameterBlock().Load(empty, empty.Length));
        }

        [TestMethod]
        public void another_version_or_count_is_refused()
        {
            for (int i = 4; i < 8; i++)
            {
                byte[] data = Stored(Presets.Nmc(96, 50000));
                data[i]++;
                Seal(data);
                Assert.AreEqual(ParameterLoad.OtherVersion, new ParameterBlock().Load(data, data.Length));
            }
        }

        [TestMethod]
        public void damage_is_refused()
        {
            byte[] data = Stored(Presets.Nmc(96, 50000));
            for (int at = 8; at < data.Length; at += 61)
            {
                data[at] ^= 0x01;
                Assert.AreEqual(ParameterLoad.BadChecksum, new ParameterBlock().Load(data, data.Length));
                data[at] ^= 0x01;
            }

            data[data.Length - 1] ^= 0x80;
            Assert.AreEqual(ParameterLoad.BadChecksum, new ParameterBlock().Load(data, data.Length));
        }

        [TestMethod]
        public void an_undamaged_block_with_a_wrong_value_is_refused()
        {
            ParameterBlock wrong = Presets.Nmc(96, 50000);
            wrong.Set(ParameterId.CellCount, 193);
            byte[] data = Stored(wrong);
            Assert.AreEqual(ParameterLoad.ValueOutOfRange, new ParameterBlock().Load(data, data.Length));
        }

        [TestMethod]
        public void a_refused_block_leaves_the_values_as_they_were()
        {
            ParameterBlock block = Presets.Nmc(96, 50000);
            ParameterBlock wrong = Presets.Lfp(12, 10000);
            wrong.Set(ParameterId.CyclePeriodMs, 0);
            byte[] data = Stored(wrong);
            Assert.AreEqual(ParameterLoad.ValueOutOfRange, block.Load(data, data.Length));
            Assert.AreEqual(96, block.Get(ParameterId.CellCount));
            Assert.AreEqual(Chemistry.Nmc, block.Get(ParameterId.Chemistry));
        }

        [TestMethod]
        public void every_parameter_is_checked_against_both_ends_of_its_range()
        {
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                ParameterBlock block = Presets.Nmc(96, 50000);
                int low = ParameterTable.MinimumOf(parameter);
                int high = ParameterTable.MaximumOf(parameter);
                Assert.IsTrue(low < high);
                block.Set(parameter, low - 1);
                Assert.AreEqual(parameter, block.FirstInvalid());
                block.Set(parameter, high + 1);
                Assert.AreEqual(parameter, block.FirstInvalid());
                block.Set(parameter, int.MinValue);
                Assert.AreEqual(parameter, block.FirstInvalid());
            }
        }

        // The limits of lost modules and sensors say when a value is too old to be a number.
        private static bool SaysHowOldAValueMayBe(int parameter)
        {
            return parameter == ParameterId.OfFault(FaultId.ModuleLost, ParameterId.ColumnLimit)
                || parameter == ParameterId.OfFault(FaultId.CurrentSensorLost, ParameterId.ColumnLimit)
                || parameter == ParameterId.OfFault(FaultId.VoltageSensorLost, ParameterId.ColumnLimit);
        }

        [TestMethod]
        public void never_is_allowed_for_thresholds_only_and_not_for_those_that_say_how_old_a_value_may_be()
        {
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                ParameterBlock block = Presets.Nmc(96, 50000);
                block.Set(parameter, ParameterId.Never);
                bool allowed = ParameterTable.IsThreshold(parameter) && !SaysHowOldAValueMayBe(parameter);
                Assert.AreEqual(allowed ? -1 : parameter, block.FirstInvalid());
            }
        }

        private static void Contradicts(int parameter, int value, int expected)
        {
            ParameterBlock block = Presets.Nmc(96, 50000);
            block.Set(parameter, value);
            Assert.AreEqual(expected, block.FirstInvalid());
        }

        [TestMethod]
        public void values_that_contradict_each_other_are_refused()
        {
            Contradicts(ParameterId.ChargeTaperStartMv, 4200, ParameterId.ChargeTaperStartMv);
            Contradicts(ParameterId.DischargeTaperStartMv, 2800, ParameterId.DischargeTaperStartMv);
            Contradicts(ParameterId.ChargeZeroBelowDeciC, 150, ParameterId.ChargeZeroBelowDeciC);
            Contradicts(ParameterId.ChargeFullAboveDeciC, 421, ParameterId.ChargeZeroBelowDeciC);
            Contradicts(ParameterId.ChargeZeroAboveDeciC, 420, ParameterId.ChargeZeroBelowDeciC);
            Contradicts(ParameterId.DischargeZeroBelowDeciC, 0, ParameterId.DischargeZeroBelowDeciC);
            Contradicts(ParameterId.DischargeZeroAboveDeciC, 480, ParameterId.DischargeZeroBelowDeciC);
            Contradicts(ParameterId.HeaterOnBelowDeciC, 100, ParameterId.HeaterOnBelowDeciC);
            Contradicts(ParameterId.CoolingOnAboveDeciC, 300, ParameterId.CoolingOnAboveDeciC);
            Contradicts(ParameterId.BalanceStopDeltaMv, 10, ParameterId.BalanceStartDeltaMv);
        }

        [TestMethod]
        public void values_at_the_edge_of_a_contradiction_are_taken()
        {
            Contradicts(ParameterId.ChargeTaperStartMv, 4199, -1);
            Contradicts(ParameterId.DischargeTaperStartMv, 2801, -1);
            Contradicts(ParameterId.ChargeFullAboveDeciC, 420, -1);
            Contradicts(ParameterId.HeaterOnBelowDeciC, 99, -1);
            Contradicts(ParameterId.CoolingOnAboveDeciC, 301, -1);
            Contradicts(ParameterId.BalanceStopDeltaMv, 9, -1);
        }

        [TestMethod]
        public void the_severities_of_every_row_must_come_in_order()
        {
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                int step = FaultTable.IsLowerLimit(fault) ? -1 : 1;
                int warning = ParameterId.OfFault(fault, ParameterId.ColumnWarning);
                int limit = ParameterId.OfFault(fault, ParameterId.ColumnLimit);
                int trip = ParameterId.OfFault(fault, ParameterId.ColumnTrip);
                ParameterBlock block = Presets.Nmc(96, 50000);
                block.Set(warning, 0);
                block.Set(limit, step);
                block.Set(trip, step * 2);
                Assert.AreEqual(-1, block.FirstInvalid());
                block.Set(limit, -step);
                Assert.AreEqual(limit, block.FirstInvalid());
                if (SaysHowOldAValueMayBe(limit))
                {
                    continue;
                }

                block.Set(limit, ParameterId.Never);
                block.Set(trip, -step);
                Assert.AreEqual(trip, block.FirstInvalid());
                block.Set(trip, 0);
                Assert.AreEqual(-1, block.FirstInvalid());
            }
        }

        [TestMethod]
        public void every_parameter_has_a_name_of_its_own()
        {
            for (int parameter = 0; parameter < ParameterId.Count; parameter++)
            {
                string name = ParameterTable.NameOf(parameter);
                Assert.IsTrue(name.Length > 3);
                for (int other = 0; other < parameter; other++)
                {
                    Assert.IsFalse(name == ParameterTable.NameOf(other));
                }
            }
        }

        [TestMethod]
        public void names_and_units_of_rows_are_put_together()
        {
            int trip = ParameterId.OfFault(FaultId.CellOverVoltage, ParameterId.ColumnTrip);
            Assert.IsTrue(ParameterTable.NameOf(trip) == "CellOverVoltageTripMv");
            Assert.IsTrue(ParameterTable.UnitOf(trip) == "mV");
            int debounce = ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnDebounceMs);
            Assert.IsTrue(ParameterTable.NameOf(debounce) == "OverTemperatureDebounceMs");
            Assert.IsTrue(ParameterTable.UnitOf(debounce) == "ms");
            int invalid = ParameterId.OfFault(FaultId.ModuleDataInvalid, ParameterId.ColumnWarning);
            Assert.IsTrue(ParameterTable.NameOf(invalid) == "ModuleDataInvalidWarning");
            Assert.IsTrue(ParameterTable.UnitOf(invalid) == "");
        }

        [TestMethod]
        public void the_checksum_meets_the_published_vector()
        {
            byte[] digits = { 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39 };
            Assert.AreEqual(0xCBF43926u, Crc32.Of(digits, 0, 9));
            Assert.AreEqual(0u, Crc32.Of(digits, 0, 0));
            byte[] shifted = { 0xAA, 0x31, 0x32, 0x33, 0x34, 0x35, 0x36, 0x37, 0x38, 0x39 };
            Assert.AreEqual(0xCBF43926u, Crc32.Of(shifted, 1, 9));
        }
    }
}
