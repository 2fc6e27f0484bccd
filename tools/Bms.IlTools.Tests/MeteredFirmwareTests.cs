using Bms.Core.Configuration;

namespace Bms.IlTools.Tests
{
    [TestClass]
    public sealed class MeteredFirmwareTests
    {
        private const int Nmc = Chemistry.Nmc;

        // Shows F-009.
        [TestMethod]
        public void the_cycle_costs_something_in_every_stage_and_allocates_nothing()
        {
            using MeteredFirmware firmware = MeteredFirmware.Load();
            firmware.Start(firmware.Preset(Nmc, cellCount: 96, capacityMah: 50000), []);
            Assert.IsGreaterThan(0, firmware.StartAllocations);

            for (uint nowMs = 0; nowMs < 2000; nowMs += 10)
            {
                firmware.Cycle(nowMs);
            }

            IlCounters counters = firmware.Counters;
            Assert.AreEqual(0, counters.Allocations);
            Assert.IsGreaterThan(0, firmware.SentCount);
            Assert.IsTrue(counters.StageCalls.All(calls => calls == 200));
            Assert.IsTrue(counters.StageCostTenths.All(cost => cost > 0));
            Assert.IsLessThan(counters.CostTenths, counters.StageCostTenths.Sum());
            Assert.AreEqual(counters.CostTenths, counters.MethodCostTenths.Sum());
        }

        [TestMethod]
        public void the_metered_firmware_is_another_one_than_the_firmware_of_this_process_and_has_the_same_presets()
        {
            ParameterBlock here = Presets.Of(Nmc, 96, 50000);
            using MeteredFirmware firmware = MeteredFirmware.Load();
            int[] metered = firmware.Preset(Nmc, 96, 50000);

            CollectionAssert.AreEqual(Enumerable.Range(0, ParameterId.Count).Select(here.Get).ToArray(), metered);
            Assert.IsGreaterThan(0, firmware.Counters.CostTenths);
        }

        [TestMethod]
        public void two_runs_count_the_same()
        {
            Assert.AreEqual(CostOfASecond(), CostOfASecond());
        }

        [TestMethod]
        public void recorded_frames_reach_the_firmware_when_their_time_has_come()
        {
            using MeteredFirmware firmware = MeteredFirmware.Load();
            firmware.Start(firmware.Preset(Nmc, 96, 50000), [new RecordedFrame(0, 0x7FF, false, [1, 2]), new RecordedFrame(20, 0x1ABCDEF0, true, [])]);
            firmware.Cycle(0);
            Assert.AreEqual(1, firmware.TakenCount);
            firmware.Cycle(10);
            Assert.AreEqual(1, firmware.TakenCount);
            firmware.Cycle(20);
            Assert.AreEqual(2, firmware.TakenCount);
            Assert.IsFalse(firmware.IsClosed);
        }

        [TestMethod]
        public void a_cycle_before_the_start_is_an_error()
        {
            using MeteredFirmware firmware = MeteredFirmware.Load();
            Assert.ThrowsExactly<InvalidOperationException>(() => firmware.Cycle(0));
        }

        [TestMethod]
        public void a_folder_without_the_contract_build_is_named()
        {
            FileNotFoundException error = Assert.ThrowsExactly<FileNotFoundException>(() => MeteredFirmware.Load("nowhere"));
            Assert.Contains("Bms.Core.dll: no such assembly", error.Message);
        }

        private static long CostOfASecond()
        {
            using MeteredFirmware firmware = MeteredFirmware.Load();
            firmware.Start(firmware.Preset(Nmc, 96, 50000), []);
            for (uint nowMs = 0; nowMs < 1000; nowMs += 10)
            {
                firmware.Cycle(nowMs);
            }

            return firmware.Counters.CostTenths;
        }
    }
}
