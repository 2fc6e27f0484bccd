using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Bms.Bench;
using Bms.Bench.Chips;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Mono.Cecil;

namespace Bms.IlTools.Tests
{
    /// <summary>What a received frame costs the interpreter in the CAN drivers: the contract build, metered, on the models of the chips.</summary>
    [TestClass]
    public sealed class CanDriverCostTests
    {
        private const int Frames = 400;
        private const int Seed = 4711;

        private static readonly Action<byte[], int>[] PackVoltage =
            [ModuleVoltagesA.PackCellVoltage1Mv, ModuleVoltagesA.PackCellVoltage2Mv, ModuleVoltagesA.PackCellVoltage3Mv, ModuleVoltagesA.PackCellVoltage4Mv];

        private static readonly Action<byte[], int>[] PackTemperature =
            [ModuleTemperatures.PackTemperature1DeciC, ModuleTemperatures.PackTemperature2DeciC, ModuleTemperatures.PackTemperature3DeciC, ModuleTemperatures.PackTemperature4DeciC];

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        [DataRow("Mcp2518fd", 1, 440)]
        [DataRow("Mcp2518fd", 4, 130)]
        [DataRow("Mcp2518fd", 8, 95)]
        [DataRow("Mcp2518fd", 40, 65)]
        [DataRow("Mcp2515", 1, 465)]
        [DataRow("Mcp2515", 2, 340)]
        public void a_received_frame_stays_within_its_budget_and_allocates_nothing(string driver, int framesPerCycle, int budget)
        {
            var context = new AssemblyLoadContext("metered drivers", isCollectible: true);
            try
            {
                Assembly drivers = Load(context);
                var counters = new IlCounters(drivers);
                foreach (Type type in drivers.GetTypes().Where(t => t.Namespace == "Bms.Drivers.Can"))
                {
                    // The interpreter runs static constructors before the program starts.
                    RuntimeHelpers.RunClassConstructor(type.TypeHandle);
                }

                var bus = new VirtualCanBus();
                SpiCanChip chip = driver == "Mcp2515" ? new Mcp2515Model(bus) : new Mcp2518fdModel(bus);
                var port = (CanPort)Activator.CreateInstance(drivers.GetType("Bms.Drivers.Can." + driver)!, chip, null, chip.OscillatorHz, 500_000)!;
                Assert.IsTrue((bool)port.GetType().GetMethod("Start")!.Invoke(port, null)!);
                BusNode other = bus.AddNode("Other", queueLength: 64);
                var batch = new CanBatch();
                counters.Reset();
                int got = 0;
                int polls = 0;
                while (got < Frames)
                {
                    for (int i = 0; i < framesPerCycle; i++)
                    {
                        other.Send((uint)(0x200 + i), new byte[8], 8, 0);
                    }

                    bus.AdvanceTo(bus.TimeUs + 12_000);
                    bool mayAsk = true;
                    while (mayAsk && port.TryReceive(batch))
                    {
                        got += batch.Left;
                        batch.Left = 0;
                        mayAsk = batch.MoreMayWait;
                    }

                    polls++;
                }

                Assert.AreEqual(framesPerCycle * polls, got);
                double cost = counters.CostTenths / 10.0 / got;
                TestContext.WriteLine($"{driver}, {framesPerCycle} frames a cycle: {cost:0} IL equivalents each, the poll included");
                Assert.IsLessThan(budget, cost);
                Assert.AreEqual(0, counters.Allocations);

                if (driver == "Mcp2518fd")
                {
                    var sent = new CanFrame { Id = 0x300, Length = 8 };
                    counters.Reset();
                    Assert.IsTrue(port.TrySend(sent));
                    double sending = counters.CostTenths / 10.0;
                    TestContext.WriteLine($"{driver}: a sent frame costs {sending:0}");
                    Assert.IsLessThanOrEqualTo(InterpreterTime.DriverSentIl, sending);
                }
            }
            finally
            {
                context.Unload();
            }
        }

        [TestMethod]
        public void looks_of_the_mcp2515_between_the_parts_of_a_cycle_stay_within_what_the_bench_counts()
        {
            var context = new AssemblyLoadContext("metered drivers", isCollectible: true);
            try
            {
                Assembly drivers = Load(context);
                var counters = new IlCounters(drivers);
                RunStaticConstructors(drivers);
                var bus = new VirtualCanBus();
                var chip = new Mcp2515Model(bus);
                var port = (CanPort)Activator.CreateInstance(drivers.GetType("Bms.Drivers.Can.Mcp2515")!, chip, null, chip.OscillatorHz, 500_000)!;
                Assert.IsTrue((bool)port.GetType().GetMethod("Start")!.Invoke(port, null)!);
                BusNode other = bus.AddNode("Other");
                var batch = new CanBatch();
                var costs = new double[3];
                for (int frames = 0; frames < costs.Length; frames++)
                {
                    for (int i = 0; i < frames; i++)
                    {
                        other.Send((uint)(0x200 + i), new byte[8], 8, 0);
                    }

                    bus.AdvanceTo(bus.TimeUs + 2000);
                    counters.Reset();
                    port.Collect();
                    costs[frames] = counters.CostTenths / 10.0;
                    Assert.AreEqual(0, counters.Allocations);
                    for (int i = 0; i < frames; i++)
                    {
                        Assert.IsTrue(port.TryReceive(batch));
                        batch.Left = 0;
                    }
                }

                TestContext.WriteLine($"IL equivalents of a look that finds 0, 1, 2 frames: {string.Join(", ", costs)}");
                for (int frames = 0; frames < costs.Length; frames++)
                {
                    Assert.IsLessThanOrEqualTo(InterpreterTime.CollectIl + (frames * InterpreterTime.CollectedIl), costs[frames]);
                }
            }
            finally
            {
                context.Unload();
            }
        }

        [TestMethod]
        [DataRow(4, 410)]
        [DataRow(8, 372)]
        [DataRow(12, 362)]
        public void a_module_frame_through_driver_and_measurement_stays_within_its_budget(int framesPerCycle, int budget)
        {
            var context = new CoreContext();
            try
            {
                Assembly core = context.Core = LoadCore(context);
                Assembly drivers = Load(context);
                RunStaticConstructors(core);
                RunStaticConstructors(drivers);
                IlCounters[] counters = [new IlCounters(core), new IlCounters(drivers)];
                var bus = new VirtualCanBus();
                var chip = new Mcp2518fdModel(bus);
                object port = Activator.CreateInstance(drivers.GetType("Bms.Drivers.Can.Mcp2518fd")!, chip, null, chip.OscillatorHz, 500_000)!;
                Assert.IsTrue((bool)port.GetType().GetMethod("Start")!.Invoke(port, null)!);
                object parameters = core.GetType("Bms.Core.Configuration.Presets")!.GetMethod("Of")!.Invoke(null, [0, 96, 50000])!;
                Type stage = core.GetType("Bms.Core.Measurement.PackMeasurement")!;
                object measurement = Activator.CreateInstance(stage, parameters, port)!;
                var update = stage.GetMethod("Update")!.CreateDelegate<Action<uint>>(measurement);
                BusNode other = bus.AddNode("Other", queueLength: 64);
                var random = new Random(Seed);
                uint nowMs = 0;
                double Cycles(int count, int modules)
                {
                    foreach (IlCounters counter in counters)
                    {
                        counter.Reset();
                    }

                    for (int cycle = 0; cycle < count; cycle++)
                    {
                        SendModules(other, modules, (int)(nowMs / 10 % 15), random);
                        bus.AdvanceTo(bus.TimeUs + 12_000);
                        update(nowMs);
                        nowMs += 10;
                    }

                    return counters.Sum(c => c.CostTenths) / 10.0 / count;
                }

                int modules = framesPerCycle / 4;
                Cycles(15, modules);
                double busy = Cycles(300, modules);
                Assert.AreEqual(0, counters.Sum(c => c.Allocations));
                Assert.AreEqual(0u, (uint)stage.GetProperty("RefusedFrames")!.GetValue(measurement)!);
                Assert.AreEqual(framesPerCycle, (int)stage.GetField("FramesThisCycle")!.GetValue(measurement)!);
                double idle = Cycles(20, 0);
                double cost = (busy - idle) / framesPerCycle;
                TestContext.WriteLine($"{framesPerCycle} module frames a cycle: {cost:0} IL equivalents each through driver and measurement, beside {idle:0} of a cycle without frames");
                Assert.IsLessThan(budget, cost);
            }
            finally
            {
                context.Unload();
            }
        }

        private static void SendModules(BusNode node, int modules, int counter, Random random)
        {
            var data = new byte[8];
            for (int module = 0; module < modules; module++)
            {
                for (int block = 0; block < 4; block++)
                {
                    Array.Clear(data);
                    for (int i = 0; i < 4; i++)
                    {
                        if (block == 3)
                        {
                            PackTemperature[i](data, 250 + module + random.Next(2));
                        }
                        else
                        {
                            PackVoltage[i](data, 3650 + (((module * 13) + (block * 5) + i) * 7 % 60) + random.Next(2));
                        }
                    }

                    uint id = (uint)(0x200 + (block * 0x10) + module);
                    E2eProfile1.Protect(data, 8, (int)id, counter);
                    node.Send(id, data, 8, 0);
                }
            }
        }

        // The interpreter runs them before the program starts.
        private static void RunStaticConstructors(Assembly assembly)
        {
            foreach (Type type in assembly.GetTypes().Where(t => t.Namespace?.StartsWith("Bms.", StringComparison.Ordinal) == true))
            {
                RuntimeHelpers.RunClassConstructor(type.TypeHandle);
            }
        }

        private static Assembly LoadCore(AssemblyLoadContext context)
        {
            string folder = Directory.CreateTempSubdirectory("bms-core-").FullName;
            try
            {
                string metered = Path.Combine(folder, "Bms.Core.dll");
                IlMeter.Instrument(Repository.ContractAssembly("Bms.Core", "Bms.Core"), metered);
                using var stream = new MemoryStream(File.ReadAllBytes(metered));
                return context.LoadFromStream(stream);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        // The contract assembly refers to the device's libraries by their names: here the stand-ins of the bench take their place.
        private static Assembly Load(AssemblyLoadContext context)
        {
            string folder = Directory.CreateTempSubdirectory("bms-drivers-").FullName;
            try
            {
                string metered = Path.Combine(folder, "Bms.Drivers.dll");
                IlMeter.Instrument(Repository.ContractAssembly("Bms.Drivers", "Bms.Drivers"), metered);
                using var stream = new MemoryStream();
                using (ModuleDefinition module = ModuleDefinition.ReadModule(metered))
                {
                    foreach (AssemblyNameReference reference in module.AssemblyReferences.Where(r => r.Name is "System.Device.Spi" or "System.Device.Gpio"))
                    {
                        reference.Name = "Bms.Bench.Devices";
                        reference.Version = new Version(0, 0, 0, 0);
                    }

                    module.Write(stream);
                }

                stream.Position = 0;
                return context.LoadFromStream(stream);
            }
            finally
            {
                Directory.Delete(folder, recursive: true);
            }
        }

        // The process holds the PC build of the core as well: the metered drivers must get the metered one.
        private sealed class CoreContext() : AssemblyLoadContext("metered drivers and core", isCollectible: true)
        {
            public Assembly? Core { get; set; }

            protected override Assembly? Load(AssemblyName assemblyName) => assemblyName.Name == "Bms.Core" ? Core : null;
        }
    }
}
