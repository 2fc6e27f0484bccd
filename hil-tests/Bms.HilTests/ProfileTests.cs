using Bms.Bench;
using Bms.Bench.Scenarios.Cases;
using Bms.Core.Configuration;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Pack;
using Microsoft.VisualStudio.TestTools.UnitTesting;

namespace Bms.HilTests
{
    /// <summary>Every kind of cell module and current sensor on the bench: it starts, closes and drives, and its failures open the contactors.</summary>
    [TestClass]
    public sealed class ProfileTests
    {
        private const int I3 = ModuleProfile.BmwI3;
        private const int Mqb = ModuleProfile.VwMqb;
        private const int Meb = ModuleProfile.VwMeb;
        private const int Outlander = ModuleProfile.OutlanderPhev;

        [TestMethod]
        [DataRow(I3, 96, 0, SensorProfile.Reference)]
        [DataRow(I3, 94, 0, SensorProfile.IvtS)]
        [DataRow(I3, 192, 0, SensorProfile.LemCab)]
        [DataRow(I3, 12, 0, SensorProfile.Reference)]
        [DataRow(Mqb, 96, 0, SensorProfile.Reference)]
        [DataRow(Mqb, 104, 13, SensorProfile.IvtS)]
        [DataRow(Mqb, 192, 0, SensorProfile.VictronLynx)]
        [DataRow(Meb, 108, 0, SensorProfile.Reference)]
        [DataRow(Meb, 96, 8, SensorProfile.LemCab)]
        [DataRow(Outlander, 80, 0, SensorProfile.Reference)]
        [DataRow(Outlander, 192, 0, SensorProfile.IvtS)]
        [DataRow(Outlander, 77, 0, SensorProfile.VictronLynx)]
        [DataRow(ModuleProfile.Reference, 96, 0, SensorProfile.IvtS)]
        [DataRow(ModuleProfile.Reference, 96, 0, SensorProfile.LemCab)]
        [DataRow(ModuleProfile.Reference, 96, 0, SensorProfile.VictronLynx)]
        public void starts_precharges_closes_and_drives(int modules, int cells, int perModule, int sensor)
        {
            VirtualBench bench = Running(modules, cells, perModule, sensor);
            bench.Plant.Load.DemandCurrentA = -30;
            bench.RunFor(20);
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
            Assert.AreEqual(-30, Truth.CurrentA(bench), 0.2);
            Assert.AreEqual(-30_000, bench.Controller.Measurement.CurrentMa, 500);
            Assert.AreEqual(cells, bench.Controller.Measurement.ValidCells);
            Assert.IsEmpty(bench.Diag.FaultHistory, string.Join("; ", bench.Diag.FaultHistory));
            for (int cell = 0; cell < cells; cell++)
            {
                Assert.AreEqual(bench.Plant.Cells.VoltageV[cell] * 1000, bench.Controller.Measurement.CellVoltageMv[cell], 15, $"cell {cell}");
            }

            Assert.AreEqual(250, bench.Controller.Measurement.HighestTemperatureDeciC, 25);
        }

        [TestMethod]
        [DataRow(I3, 1.1)]
        [DataRow(Mqb, 1.8)]
        [DataRow(Meb, 1.8)]
        [DataRow(Outlander, 0.45)]
        public void cell_over_voltage_that_jumps_opens_within_the_period_its_confirmation_and_the_debounce(int modules, double withinS)
        {
            VirtualBench bench = Running(modules, 48);
            bench.Ees.Inject(PackFault.CellVoltageOffset, 17, 0.8);
            Opens(bench, FaultId.CellOverVoltage, withinS);
            Assert.AreEqual(18, bench.Diag.FaultHistory.First(f => f.Fault == FaultId.CellOverVoltage && f.Severity == 3).Element);
        }

        [TestMethod]
        [DataRow(Mqb)]
        [DataRow(Meb)]
        [DataRow(Outlander)]
        public void a_ramp_and_a_cell_that_collapses_need_no_more_than_the_confirmation_allows(int modules)
        {
            VirtualBench bench = Running(modules, 48);
            double trip = bench.Parameters.Get(ParameterId.OfFault(FaultId.CellOverVoltage, ParameterId.ColumnTrip)) * 1e-3;
            double debounceMs = bench.Parameters.Get(ParameterId.OfFault(FaultId.CellOverVoltage, ParameterId.ColumnDebounceMs));
            int periodMs = ModuleProfile.PeriodMs(modules, bench.Plant.Modules.Count);
            double needed = trip + 0.01 - bench.Plant.Cells.VoltageV[17];
            for (double by = 0; by < needed; by += 0.05)
            {
                bench.Ees.Inject(PackFault.CellVoltageOffset, 17, by);
                bench.RunFor(periodMs * 1e-3);
            }

            // The last steps of a ramp are no jumps: period and debounce, a cycle of the request and the answers.
            bench.Ees.Inject(PackFault.CellVoltageOffset, 17, needed + 0.03);
            Opens(bench, FaultId.CellOverVoltage, (periodMs + debounceMs + 50) * 1e-3);

            bench = Running(modules, 48);
            bench.Ees.Inject(PackFault.CellVoltageOffset, 17, -2.5);
            Opens(bench, FaultId.CellUnderVoltage, ((2 * periodMs) + debounceMs + 50) * 1e-3);
        }

        // Shows S-010, S-042.
        [TestMethod]
        [DataRow(ModuleProfile.Reference, SensorProfile.Reference)]
        [DataRow(I3, SensorProfile.LemCab)]
        [DataRow(Mqb, SensorProfile.IvtS)]
        [DataRow(Meb, SensorProfile.VictronLynx)]
        [DataRow(Outlander, SensorProfile.LemCab)]
        [DataRow(Outlander, SensorProfile.VictronLynx)]
        [DataRow(ModuleProfile.Reference, SensorProfile.IvtS)]
        public void a_single_altered_frame_of_any_module_or_sensor_never_trips(int modules, int sensor)
        {
            const ulong Seed = 20_261_125;
            var random = new RandomStream(Seed, (ulong)((modules * 8) + sensor));
            VirtualBench bench = VirtualBenchTests.Running(Options(modules, 48, 0, sensor) with { Pack = Options(modules, 48, 0, sensor).Pack with { InsulationProfile = InsulationProfile.Iso165c } });
            bench.Plant.Load.DemandCurrentA = -20;

            // What the controller hears: voltages, temperatures, current, pack and link voltage, insulation. Its own frames and the host's are not the question.
            (uint First, uint Last)[] ranges = [.. RangesOf(modules), .. RangesOf(sensor, modules), (0x037, 0x037)];
            int hits = 0;
            for (int i = 0; i < 210; i++)
            {
                (uint first, uint last) = ranges[i % ranges.Length];
                ulong mask = random.NextInt(3) switch { 0 => 1UL << random.NextInt(64), 1 => (ulong)(1 + random.NextInt(255)) << (8 * random.NextInt(8)), _ => random.NextBits() };
                var fault = new FrameFault { Kind = FrameFaultKind.AlterPayload, FirstId = first, LastId = last, Remaining = 1, Mask = mask };
                bench.Network.Disturb(fault);
                bench.RunFor(0.05 + (random.NextDouble() * 3));
                bench.Network.Calm(fault);
                hits += (int)fault.Hits;
                bench.RunFor(random.NextDouble() * 2);
                FaultChange trip = bench.Diag.FaultHistory.FirstOrDefault(f => f.Severity == 3);
                Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State, $"frame {i}, 0x{first:X}..0x{last:X}, mask 0x{mask:X16}: {FaultTable.NameOf(trip.Fault)} {trip.Value}");
            }

            Assert.IsGreaterThan(150, hits);
        }

        private static (uint First, uint Last)[] RangesOf(int modules) => modules switch
        {
            I3 => [(0x120, 0x15F), (0x170, 0x17F)],
            Mqb => [(0x1B0, 0x1EF), (0x1A555401, 0x1A555408)],
            Meb => [(0x1B0, 0x1EF), (0x1A5555F0, 0x1A5555FE)],
            Outlander => [(0x611, 0x782)],
            _ => [(0x200, 0x22F), (0x230, 0x24F)],
        };

        private static (uint First, uint Last)[] RangesOf(int sensor, int modules)
        {
            uint host = modules == I3 ? (uint)ProfilePresets.QuietHostBaseId : HostCommand.Id;
            (uint, uint) voltages = (host + SensorVoltages.Id - HostCommand.Id, host + SensorVoltages.Id - HostCommand.Id);
            return sensor switch
            {
                SensorProfile.IvtS => [(0x521, 0x521), (0x522, 0x523)],
                SensorProfile.LemCab => [(0x3C2, 0x3C2), voltages],
                SensorProfile.VictronLynx => [(0x19F21400, 0x19F214FF), voltages],
                _ => [(host + SensorCurrent.Id - HostCommand.Id, host + SensorCurrent.Id - HostCommand.Id), voltages],
            };
        }

        [TestMethod]
        [DataRow(I3, 96)]
        [DataRow(I3, 192)]
        [DataRow(Mqb, 192)]
        [DataRow(Meb, 180)]
        public void a_cell_or_a_sensor_of_a_polled_module_opens_within_the_derived_time_at_any_phase_of_the_poll(int modules, int cells)
        {
            int periodMs = ModuleProfile.PeriodMs(modules, cells / 12);
            foreach ((int fault, PackFault error, double by, double limitMs) in new[] { (FaultId.CellOverVoltage, PackFault.CellVoltageOffset, 0.8, 350.0), (FaultId.OverTemperature, PackFault.TemperatureOffset, 50.0, 1500.0) })
            {
                double worstMs = 0;
                double allowedMs = 0;
                for (int phase = 0; phase < 8; phase++)
                {
                    VirtualBench bench = Running(modules, cells);
                    allowedMs = limitMs + CaseTimes.ExtraMs(fault, bench.Parameters);
                    bench.RunFor(phase * periodMs / 8 / 10 * 0.01);
                    bench.Ees.Inject(error, 1, by);
                    double tookS = bench.RunUntil(b => b.Diag.SeverityOf(fault) == 3, 10);
                    Assert.IsGreaterThan(0, tookS);
                    worstMs = Math.Max(worstMs, tookS * 1000);
                }

                Assert.IsLessThanOrEqualTo(allowedMs, worstMs);

                // A limit that nothing comes near shows nothing.
                Assert.IsGreaterThan(0.75 * allowedMs, worstMs, $"{FaultTable.NameOf(fault)} after {worstMs} ms of {allowedMs}");
            }
        }

        [TestMethod]
        [DataRow(I3, PackFault.ModuleSilent)]
        [DataRow(I3, PackFault.ModuleCrc)]
        [DataRow(I3, PackFault.ModuleCounter)]
        [DataRow(Mqb, PackFault.ModuleSilent)]
        [DataRow(Meb, PackFault.ModuleSilent)]
        [DataRow(Outlander, PackFault.ModuleSilent)]
        public void a_module_that_falls_silent_or_cannot_be_trusted_opens_after_four_periods(int modules, PackFault fault)
        {
            VirtualBench bench = Running(modules, 48);
            bench.Ees.Inject(fault, 2);
            int periodMs = ModuleProfile.PeriodMs(modules, bench.Plant.Modules.Count);
            Opens(bench, FaultId.ModuleLost, (periodMs * 5 + 200) * 1e-3);
            Assert.AreEqual(3, bench.Diag.FaultHistory.First(f => f.Fault == FaultId.ModuleLost && f.Severity == 3).Element);
        }

        [TestMethod]
        [DataRow(SensorProfile.IvtS, PackFault.CurrentSilent, 0.25)]
        [DataRow(SensorProfile.IvtS, PackFault.CurrentFailed, 0.25)]
        [DataRow(SensorProfile.LemCab, PackFault.CurrentSilent, 0.25)]
        [DataRow(SensorProfile.LemCab, PackFault.CurrentFailed, 0.25)]
        [DataRow(SensorProfile.VictronLynx, PackFault.CurrentSilent, 7.6)]
        [DataRow(SensorProfile.VictronLynx, PackFault.CurrentFailed, 7.6)]
        public void a_sensor_that_is_silent_or_reports_its_failure_opens(int sensor, PackFault fault, double withinS)
        {
            VirtualBench bench = Running(ModuleProfile.Reference, 48, 0, sensor);
            bench.Ees.Inject(fault);
            Opens(bench, FaultId.CurrentSensorLost, withinS);
        }

        [TestMethod]
        public void the_voltages_of_the_ivt_are_missed_when_they_stop()
        {
            VirtualBench bench = Running(ModuleProfile.Reference, 48, 0, SensorProfile.IvtS);
            bench.Ees.Inject(PackFault.VoltageSilent);
            Assert.IsGreaterThan(0, bench.RunUntil(b => b.Controller.Protection.SeverityOf[FaultId.VoltageSensorLost] >= 2, 0.4));
        }

        [TestMethod]
        [DataRow(I3)]
        [DataRow(Mqb)]
        [DataRow(Meb)]
        [DataRow(Outlander)]
        public void the_balancing_command_reaches_the_module_and_its_high_cells_only(int modules)
        {
            VirtualBench bench = Running(modules, 48);
            bench.Ees.Inject(PackFault.CellVoltageOffset, 30, 0.15);
            int perModule = bench.Plant.Modules[0].FullCellCount;
            int high = 1 << (30 % perModule);
            Assert.IsGreaterThanOrEqualTo(0, bench.RunUntil(b => (b.Plant.Modules[30 / perModule].BleedMask & high) != 0, 60));
            bench.RunFor(60);
            Assert.AreEqual(PackStatus.StateClosed, bench.Diag.State);
            Assert.IsFalse(bench.Diag.FaultHistory.Any(f => f.Severity >= 2), string.Join("; ", bench.Diag.FaultHistory));

            bench.Plant.Host.IsBalancingAllowed = false;
            bench.RunFor(31);
            Assert.IsTrue(bench.Plant.Modules.All(m => m.BleedMask == 0));
        }

        [TestMethod]
        [DataRow(I3)]
        [DataRow(Outlander)]
        public void modules_that_choose_their_cells_bleed_none_below_the_least_voltage_for_balancing(int modules)
        {
            VirtualBench bench = VirtualBenchTests.Running(new BenchOptions { Pack = new PackOptions { ModuleProfile = modules, CellCount = 24, InitialSoc = 0.2, SocSpread = 0.02 } });
            int leastMv = bench.Parameters.Get(ParameterId.BalanceMinCellMv);
            Assert.IsLessThan(leastMv, bench.Controller.Measurement.HighestCellMv);
            bench.Ees.Inject(PackFault.CellVoltageOffset, 3, 0.5);
            Assert.IsGreaterThanOrEqualTo(0, bench.RunUntil(b => b.Plant.Modules[0].BleedMask == 1 << 3, 30));
            Assert.IsLessThan(0, bench.RunUntil(b => b.Plant.Modules[0].BleedMask is not (0 or 1 << 3) || b.Plant.Modules[1].BleedMask != 0, 30));
        }

        [TestMethod]
        public void an_i3_module_that_was_not_asked_says_nothing()
        {
            var bench = new VirtualBench(Options(I3, 48));
            var heard = new Counter();
            bench.Network.Observe(heard);
            bench.RunFor(0.55);
            Assert.AreEqual(0, heard.Replies, "three start-up rounds of four modules at 50 ms");
            bench.RunFor(0.4);
            Assert.IsGreaterThan(0, heard.Replies);
        }

        [TestMethod]
        public void every_cell_of_a_full_i3_pack_loses_no_frame()
        {
            VirtualBench bench = Running(I3, 192);
            bench.RunFor(30);
            Assert.AreEqual(0u, bench.Port.ReceiveOverflowCount);
            Assert.AreEqual(0u, bench.Controller.Measurement.RefusedFrames);
            Assert.IsTrue(bench.Plant.Modules.Cast<BmwI3ModuleNode>().All(m => m.RefusedRequests == 0));
        }

        [TestMethod]
        [DataRow(I3)]
        [DataRow(Mqb)]
        [DataRow(Outlander)]
        public void steps_allocate_nothing_once_running(int modules)
        {
            VirtualBench bench = Running(modules, 96, 0, SensorProfile.IvtS);
            bench.RunFor(20);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 2000; i++)
            {
                bench.Step();
            }

            Assert.AreEqual(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        [TestMethod]
        [DataRow(ModuleProfile.Reference, SensorProfile.IvtS)]
        [DataRow(I3, SensorProfile.LemCab)]
        [DataRow(Mqb, SensorProfile.VictronLynx)]
        [DataRow(Meb, SensorProfile.IvtS)]
        [DataRow(Outlander, SensorProfile.VictronLynx)]
        public void random_frames_never_throw_and_never_give_a_number_out_of_range(int modules, int sensor)
        {
            const ulong Seed = 20_260_301;
            ParameterBlock parameters = Presets.Nmc(90, 50_000);
            ProfilePresets.UseModules(parameters, modules, 0);
            ProfilePresets.UseSensor(parameters, sensor);
            parameters.Set(ParameterId.ModuleCounterChecked, 0);
            var port = new RandomPort(Seed);
            var controller = new Bms.Core.BatteryController(parameters, port);
            for (uint nowMs = 0; nowMs < 200_000; nowMs += 10)
            {
                controller.Update(nowMs);
                Assert.IsTrue(controller.Measurement.CellVoltageMv.All(mv => mv is SignalValue.NotAvailable or (>= 0 and <= 8190)));
                Assert.IsTrue(controller.Measurement.TemperatureDeciC.All(t => t is SignalValue.NotAvailable or (>= -1000 and <= 7000)));
                Assert.IsFalse(controller.Outputs.MainPositive);
            }

            Assert.IsGreaterThan(100_000, port.Received);
        }

        [TestMethod]
        [DataRow(ModuleProfile.VwMeb, 192, 0)]
        [DataRow(ModuleProfile.OutlanderPhev, 192, 6)]
        [DataRow(ModuleProfile.Reference, 96, 8)]
        public void a_pack_with_more_modules_than_have_identifiers_never_closes(int modules, int cells, int perModule)
        {
            ParameterBlock parameters = Presets.Nmc(cells, 50000);
            ProfilePresets.UseModules(parameters, modules, perModule);
            Assert.IsTrue(parameters.FirstInvalid() is ParameterId.CellCount or ParameterId.CellsPerModule);
        }

        private static BenchOptions Options(int modules, int cells, int perModule = 0, int sensor = SensorProfile.Reference) => new()
        {
            Pack = new PackOptions { ModuleProfile = modules, CellCount = cells, CellsPerModule = perModule, SensorProfile = sensor, InitialSoc = 0.6 },
        };

        private static VirtualBench Running(int modules, int cells, int perModule = 0, int sensor = SensorProfile.Reference) => VirtualBenchTests.Running(Options(modules, cells, perModule, sensor));

        private static void Opens(VirtualBench bench, int fault, double withinS)
        {
            double took = bench.RunUntil(b => !b.Controller.Outputs.MainPositive && !b.Controller.Outputs.MainNegative, withinS + 2);
            Assert.IsGreaterThan(0, took, "stays closed");
            Assert.IsLessThanOrEqualTo(withinS, took);
            Assert.AreEqual(3, bench.Controller.Protection.SeverityOf[fault]);
            bench.RunFor(0.3);
            Assert.AreEqual(PackStatus.StateFault, bench.Diag.State);
        }

        // Any identifier, length and payload, most of them where modules and sensors live.
        private sealed class RandomPort(ulong seed) : Bms.Core.Measurement.CanPort
        {
            private static readonly (uint First, uint Count, bool Extended)[] Ranges =
            [
                (0, 0x800, false), (0x100, 0x140, false), (0x1B0, 0x40, false), (0x600, 0x190, false), (0x521, 3, false), (0x3C2, 1, false),
                (0x1A555400, 0x10, true), (0x1A5555F0, 0x10, true), (0x19F21400, 0x100, true), (0, 0x20000000, true),
            ];

            private readonly Random _random = new((int)seed);
            private bool _isPause;

            public int Received { get; private set; }

            public override uint ReceiveOverflowCount => 0;

            public override bool TryReceive(Bms.Core.Measurement.CanFrame frame)
            {
                _isPause = !_isPause && _random.Next(8) == 0;
                if (_isPause)
                {
                    return false;
                }

                (uint first, uint count, bool extended) = Ranges[_random.Next(Ranges.Length)];
                frame.Id = first + (uint)_random.NextInt64(count);
                frame.IsExtended = extended;
                frame.Length = _random.Next(4) == 0 ? _random.Next(9) : frame.Id is >= 0x521 and <= 0x523 ? 6 : 8;
                _random.NextBytes(frame.Data);
                if (_random.Next(2) == 0)
                {
                    frame.Data[7] = (byte)Bms.Core.Measurement.E2eProfile1.CrcOfFirstSeven(frame.Data, Bms.Core.Measurement.E2eProfile1.SeedOf((int)(frame.Id & 0xFFFF)));
                }

                Received++;
                return true;
            }

            public override bool TrySend(Bms.Core.Measurement.CanFrame frame) => true;
        }

        private sealed class Counter : ICanTap
        {
            public int Replies { get; private set; }

            public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
            {
                Replies += !isExtended && id >= 0x120 && id < 0x180 ? 1 : 0;
            }
        }
    }
}
