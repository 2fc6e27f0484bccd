using Bms.Plant.Cells;
using Bms.Plant.Pack;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests
{
    [TestClass]
    public sealed class PackPlantTests
    {
        private static readonly string[] CellNames = ["lg-18650hg2", "panasonic-ncr18650pf", "a123-26650"];

        [TestMethod]
        public void portable_exponential_and_logarithm_agree_with_the_libraries_to_the_last_bits()
        {
            for (double x = -50; x < 50; x += 0.0371)
            {
                double e = PortableMath.Exp(x);
                Assert.AreEqual(1, e / Math.Exp(x), 2e-15, $"exp {x}");
                Assert.AreEqual(x, PortableMath.Log(e), Math.Max(1e-15, Math.Abs(x) * 1e-15), $"log of exp {x}");
            }

            Assert.AreEqual(1, PortableMath.Exp(0));
            Assert.AreEqual(0, PortableMath.Exp(-1000));
        }

        [TestMethod]
        public void gaussian_numbers_have_mean_0_and_deviation_1()
        {
            var random = new RandomStream(7);
            var noise = new NoiseSource(7, 1);
            double sum = 0;
            double squares = 0;
            double noiseSquares = 0;
            const int Count = 100_000;
            for (int i = 0; i < Count; i++)
            {
                double v = random.NextGaussian();
                sum += v;
                squares += v * v;
                v = noise.Next();
                noiseSquares += v * v;
            }

            Assert.AreEqual(0, sum / Count, 0.01);
            Assert.AreEqual(1, squares / Count, 0.02);
            Assert.AreEqual(1, noiseSquares / Count, 0.04);
        }

        [TestMethod]
        public void a_stream_repeats_for_its_seed_and_number_and_for_no_other()
        {
            var first = new RandomStream(1, 2);
            var again = new RandomStream(1, 2);
            var other = new RandomStream(1, 3);
            ulong a = first.NextBits();
            Assert.AreEqual(a, again.NextBits());
            Assert.AreNotEqual(a, other.NextBits());
        }

        [TestMethod]
        [DataRow("lg-18650hg2")]
        [DataRow("panasonic-ncr18650pf")]
        [DataRow("a123-26650")]
        public void a_pack_of_one_cell_follows_the_reference_model(string name)
        {
            CellParameters cell = CellParameters.Load(name);
            PackOptions options = Exact(1) with { CellName = name, InitialSoc = 0.7, InitialTemperatureDegC = 18, TableRefreshUs = 10_000 };
            var pack = new PackModel(cell, options, 10_000);
            var reference = new CellModel(cell, 0.7);
            var random = new RandomStream(11);
            double current = 0;
            double worst = 0;
            for (int i = 0; i < 60_000; i++)
            {
                if (i % 700 == 0)
                {
                    current = random.NextBetween(-2, 1.2) * cell.CapacityAh;
                }

                pack.Step(current);
                double expected = reference.Step(current, 0.01, 18);
                worst = Math.Max(worst, Math.Abs(expected - pack.VoltageV[0]));
                Assert.AreEqual(reference.Soc, pack.Soc[0], 1e-9);
            }

            // The pack reads its tables at the start of a step and the reference at its end: hysteresis and resistance lag by one step.
            Assert.IsLessThan(0.5e-3, worst);
        }

        [TestMethod]
        public void cells_in_parallel_share_the_current()
        {
            CellParameters cell = CellParameters.Load("lg-18650hg2");
            var one = new PackModel(cell, Exact(3), 10_000);
            var twenty = new PackModel(cell, Exact(3) with { ParallelCount = 20 }, 10_000);
            for (int i = 0; i < 3000; i++)
            {
                one.Step(-2);
                twenty.Step(-40);
            }

            Assert.AreEqual(one.VoltageV[1], twenty.VoltageV[1], 1e-9);
            Assert.AreEqual(one.Soc[1], twenty.Soc[1], 1e-12);
        }

        [TestMethod]
        [DataRow("lg-18650hg2")]
        [DataRow("a123-26650")]
        public void charge_and_energy_are_conserved_to_1e_6(string name)
        {
            CellParameters cell = CellParameters.Load(name);
            PackOptions options = new() { CellName = name, CellCount = 37, ParallelCount = 3, InitialSoc = 0.35, Seed = 5 };
            var pack = new PackModel(cell, options, 10_000);
            double[] startSoc = pack.Soc.ToArray();
            double startStored = pack.StoredEnergyJ();
            pack.SetBleed(4, 42);
            pack.SetShort(9, 60);
            var random = new RandomStream(3);
            double current = 0;
            for (int i = 0; i < 360_000; i++)
            {
                if (i % 1500 == 0)
                {
                    current = random.NextBetween(-0.8, 1.1) * pack.NominalCapacityAh;
                }

                pack.Step(current);
            }

            for (int k = 0; k < pack.CellCount; k++)
            {
                if (k != 4 && k != 9)
                {
                    double storedCharge = (pack.Soc[k] - startSoc[k]) * pack.CapacityAh[k];
                    Assert.AreEqual(1, storedCharge / pack.ThroughputAh, 1e-6, $"charge of cell {k + 1}");
                }
            }

            double gained = pack.StoredEnergyJ() - startStored;
            Assert.AreEqual(0, (gained - pack.ChemicalEnergyJ) / pack.TerminalEnergyJ, 1e-6, "stored energy against the integral of the tables");
            Assert.AreEqual(0, (pack.TerminalEnergyJ - pack.ChemicalEnergyJ - pack.HeatJ - pack.BleedEnergyJ) / pack.TerminalEnergyJ, 1e-6, "terminals against stored, heat and bleed");
            Assert.IsGreaterThan(0, pack.HeatJ);
            Assert.IsGreaterThan(0, pack.BleedEnergyJ);
        }

        [TestMethod]
        public void heat_is_conserved_to_1e_6()
        {
            PackOptions options = new() { CellCount = 14, ParallelCount = 10, InitialTemperatureDegC = 30, AmbientDegC = 5 };
            var plant = new PackPlant(options);
            plant.Thermal.CoolingCommand = true;
            plant.Thermal.HeaterCommand = true;
            double start = plant.Thermal.StoredHeatJ;
            for (int i = 0; i < 60_000; i++)
            {
                plant.Cells.Step(-30);
                if (i % 10 == 9)
                {
                    plant.Thermal.Step();
                }
            }

            double held = plant.Thermal.StoredHeatJ - start;
            double balance = plant.Thermal.CellHeatJ + plant.Thermal.HeaterEnergyJ - plant.Thermal.AmbientHeatJ - plant.Thermal.ConditioningHeatJ;
            Assert.AreEqual(0, (held - balance) / plant.Thermal.HeaterEnergyJ, 1e-6);
            Assert.AreEqual(plant.Cells.HeatJ, plant.Thermal.CellHeatJ, plant.Cells.HeatJ * 1e-6);
        }

        [TestMethod]
        public void without_flow_the_pack_warms_and_with_flow_it_stays_cooler()
        {
            double still = HottestAfterLoad(cooling: true, pumpFailed: true);
            double cooled = HottestAfterLoad(cooling: true, pumpFailed: false);
            Assert.IsGreaterThan(cooled + 3, still);
        }

        [TestMethod]
        public void the_link_charges_through_the_precharge_resistor_as_an_exponential()
        {
            // 100 ohm and 1 mF: after one time constant 63.2 % of the pack voltage; the discharge resistor takes 0.5 % away.
            var plant = new PackPlant(Exact(96) with { PathResistanceOhm = 0 });
            plant.MainNegative.Command(true, 0);
            plant.Precharge.Command(true, 0);
            Run(plant, 3);
            Assert.AreEqual(0, plant.Link.VoltageV, 1e-9, "contacts need 25 ms");
            Run(plant, 10);
            double source = plant.Cells.EmfV * 20_000 / (20_000 + 100 + plant.Cells.DischargeResistanceOhm);
            double tau = 1e-3 * 20_000 * (100 + plant.Cells.DischargeResistanceOhm) / (20_000 + 100 + plant.Cells.DischargeResistanceOhm);
            Assert.AreEqual(source * (1 - Math.Exp(-0.1 / tau)), plant.Link.VoltageV, source * 1e-4);
        }

        [TestMethod]
        public void a_broken_precharge_resistor_charges_nothing()
        {
            var plant = new PackPlant(Exact(96));
            plant.Faults.Inject(PackFault.PrechargeResistorOpen);
            plant.MainNegative.Command(true, 0);
            plant.Precharge.Command(true, 0);
            Run(plant, 100);
            Assert.AreEqual(0, plant.Link.VoltageV, 1e-9);
        }

        [TestMethod]
        public void a_contactor_closes_and_opens_after_its_times()
        {
            var contactor = new Contactor(25_000, 15_000);
            contactor.Command(true, 0);
            contactor.Update(24_999);
            Assert.IsFalse(contactor.IsClosed);
            contactor.Update(25_000);
            Assert.IsTrue(contactor.IsClosed);
            contactor.Command(false, 100_000);
            contactor.Update(114_999);
            Assert.IsTrue(contactor.IsClosed);
            contactor.Update(115_000);
            Assert.IsFalse(contactor.IsClosed);
            Assert.AreEqual(1, contactor.CloseCount);
        }

        [TestMethod]
        public void a_pulse_shorter_than_the_closing_time_moves_nothing()
        {
            var contactor = new Contactor(25_000, 15_000);
            contactor.Command(true, 0);
            contactor.Update(10_000);
            contactor.Command(false, 10_000);
            contactor.Update(40_000);
            Assert.IsFalse(contactor.IsClosed);
            Assert.AreEqual(0, contactor.CloseCount);
        }

        [TestMethod]
        public void welded_stuck_and_lying_contacts_do_as_they_are_told_not()
        {
            var contactor = new Contactor(25_000, 15_000) { IsWelded = true };
            Assert.IsTrue(contactor.IsClosed);
            contactor.IsWelded = false;
            contactor.IsStuckOpen = true;
            contactor.Command(true, 0);
            contactor.Update(30_000);
            Assert.IsFalse(contactor.IsClosed);
            contactor.IsStuckOpen = false;
            Assert.IsTrue(contactor.IsClosed);
            contactor.StuckFeedback = false;
            Assert.IsFalse(contactor.FeedbackClosed);
        }

        [TestMethod]
        public void the_charger_takes_constant_current_and_then_holds_the_voltage()
        {
            var plant = ClosedPlant(Exact(96) with { InitialSoc = 0.8, ParallelCount = 1 });
            plant.Host.Heard.ChargeLimitA = 2;
            plant.Host.Heard.ChargeVoltageLimitV = 96 * 4.15;
            plant.Charger.IsOn = true;
            plant.Charger.MaxCurrentA = 50;
            Broadcast(plant, 2000);
            Assert.AreEqual(2, plant.Cells.CurrentA, 0.03);
            Broadcast(plant, 900_000);
            Assert.AreEqual(96 * 4.15, plant.Link.VoltageV, 0.2);
            Assert.IsLessThan(1.0, plant.Cells.CurrentA);
            Assert.IsGreaterThan(-0.05, plant.Cells.CurrentA);
        }

        [TestMethod]
        public void a_charger_without_permission_gives_nothing()
        {
            var plant = ClosedPlant(Exact(96));
            plant.Charger.IsOn = true;
            plant.Host.Heard.IsChargeAllowed = false;
            Broadcast(plant, 200);
            Assert.AreEqual(0, plant.Charger.CurrentA);
            plant.Host.Heard.IsChargeAllowed = true;
            Broadcast(plant, 200);
            Assert.IsGreaterThan(0, plant.Charger.CurrentA);
            Run(plant, 60);
            Assert.AreEqual(0, plant.Charger.CurrentA, "limits older than 500 ms are no limits");
        }

        [TestMethod]
        public void a_load_keeps_to_the_limits_it_hears_unless_told_to_ignore_them()
        {
            var plant = ClosedPlant(Exact(96) with { ParallelCount = 20 });
            plant.Load.DemandCurrentA = -150;
            plant.Host.Heard.DischargeLimitA = 40;
            Broadcast(plant, 50);
            Assert.AreEqual(-40, plant.Cells.CurrentA, 0.1);
            Assert.IsTrue(plant.Load.IsLimited);
            plant.Load.HonoursLimits = false;
            Broadcast(plant, 50);
            Assert.AreEqual(-150, plant.Cells.CurrentA, 0.1);
        }

        [TestMethod]
        public void an_internal_short_heats_and_empties_its_cell_alone()
        {
            var plant = new PackPlant(Exact(12) with { ParallelCount = 1 });
            plant.Faults.Inject(PackFault.CellInternalShort, 5, 2);
            Run(plant, 12_000);
            Assert.IsGreaterThan(plant.Cells.TemperatureDegC[0] + 5, plant.Cells.TemperatureDegC[5]);
            Assert.IsLessThan(plant.Cells.Soc[0] - 0.01, plant.Cells.Soc[5]);
            Assert.AreEqual(0, plant.Cells.CurrentA);
        }

        [TestMethod]
        public void every_fault_can_be_injected_and_cleared_on_every_element()
        {
            var plant = new PackPlant(new PackOptions { CellCount = 27 });
            foreach (PackFault fault in Enum.GetValues<PackFault>())
            {
                int count = plant.Faults.ElementCount(fault);
                plant.Faults.Inject(fault, count - 1, 1);
                plant.RunNodes();
                plant.Step();
                plant.Faults.Clear(fault, count - 1);
                Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => plant.Faults.Inject(fault, count));
            }
        }

        [TestMethod]
        public void a_cell_pushed_past_its_ends_shows_it()
        {
            foreach (string name in CellNames)
            {
                CellParameters cell = CellParameters.Load(name);
                var over = new PackModel(cell, Exact(1) with { CellName = name, InitialSoc = 1.1 }, 10_000);
                var under = new PackModel(cell, Exact(1) with { CellName = name, InitialSoc = -0.05 }, 10_000);
                Assert.IsGreaterThan(cell.OcvAt(1, 25), over.VoltageV[0]);
                Assert.IsLessThan(cell.OcvAt(0, 25), under.VoltageV[0]);
            }
        }

        [TestMethod]
        [DataRow(1)]
        [DataRow(5)]
        [DataRow(13)]
        [DataRow(96)]
        [DataRow(192)]
        public void packs_of_any_size_run(int cells)
        {
            var plant = new PackPlant(new PackOptions { CellCount = cells });
            Run(plant, 300);
            Assert.AreEqual((cells + 11) / 12, plant.Modules.Count);
            double sum = 0;
            foreach (double v in plant.Cells.VoltageV)
            {
                sum += v;
            }

            Assert.AreEqual(sum, plant.Cells.PackVoltageV, 1e-9);
        }

        [TestMethod]
        public void a_drive_profile_takes_more_than_it_gives_back_and_ends_at_rest()
        {
            DriveProfile profile = DriveProfile.Create(1, 1800);
            double taken = 0;
            double given = 0;
            for (long t = 0; t < profile.DurationUs; t += DriveProfile.SampleUs)
            {
                double power = profile.PowerW(t);
                taken += power < 0 ? -power : 0;
                given += power > 0 ? power : 0;
            }

            Assert.IsGreaterThan(5, profile.DistanceKm);
            Assert.IsGreaterThan(0.05 * taken, given);
            Assert.IsLessThan(0.6 * taken, given);
            Assert.AreEqual(0, profile.SpeedMPerS(profile.DurationUs - 1), 0.1);
            Assert.AreEqual(0, profile.PowerW(profile.DurationUs));
        }

        private static double HottestAfterLoad(bool cooling, bool pumpFailed)
        {
            var plant = ClosedPlant(Exact(24) with { ParallelCount = 20, InitialSoc = 0.95 });
            plant.Load.HonoursLimits = false;
            plant.Load.CutOffV = 10;
            plant.Load.DemandCurrentA = -110;
            plant.Thermal.CoolingCommand = cooling;
            plant.Thermal.IsPumpFailed = pumpFailed;
            Run(plant, 80_000);
            double hottest = double.MinValue;
            foreach (double t in plant.Cells.TemperatureDegC)
            {
                hottest = Math.Max(hottest, t);
            }

            return hottest;
        }

        private static PackPlant ClosedPlant(PackOptions options)
        {
            var plant = new PackPlant(options);
            plant.Link.SetVoltage(plant.Cells.PackVoltageV);
            plant.MainNegative.Command(true, 0);
            plant.MainPositive.Command(true, 0);
            plant.Host.Heard.ChargeLimitA = 1000;
            plant.Host.Heard.DischargeLimitA = 1000;
            plant.Host.Heard.ChargeVoltageLimitV = 1000;
            plant.Host.Heard.IsChargeAllowed = true;
            plant.Host.Heard.IsDischargeAllowed = true;
            plant.Host.Heard.IsClosed = true;
            Broadcast(plant, 5);
            return plant;
        }

        private static void Broadcast(PackPlant plant, int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                plant.Host.Heard.LimitsHeardUs = plant.TimeUs;
                plant.Host.Heard.StatusHeardUs = plant.TimeUs;
                plant.Step();
            }
        }

        private static void Run(PackPlant plant, int steps)
        {
            for (int i = 0; i < steps; i++)
            {
                plant.Step();
            }
        }

        private static PackOptions Exact(int cells)
        {
            return new PackOptions
            {
                CellCount = cells,
                ParallelCount = 1,
                CapacitySpread = 0,
                ResistanceSpread = 0,
                SocSpread = 0,
                Sensors = SensorOptions.Ideal,
            };
        }
    }
}
