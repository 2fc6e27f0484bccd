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

        private const int Modules = 8;
        private const int FramesPerModule = 4;

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        [DataRow("Mcp2518fd", 1, 245)]
        [DataRow("Mcp2518fd", 4, 80)]
        [DataRow("Mcp2518fd", 8, 50)]
        [DataRow("Mcp2518fd", 40, 50)]
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
        [DataRow(4, 335)]
        [DataRow(8, 300)]
        [DataRow(12, 306)]
        public void a_module_frame_through_driver_and_measurement_stays_within_its_budget(int framesPerCycle, int budget)
        {
            using var rig = new DriverRig();
            double cost = rig.CostOfFrame(() => rig.SendModules(framesPerCycle / FramesPerModule));
            TestContext.WriteLine($"{framesPerCycle} module frames a cycle: {cost:0} IL equivalents each through driver and measurement");
            Assert.IsLessThanOrEqualTo(budget, cost);
        }

        // The target of the project.
        [TestMethod]
        public void a_received_frame_of_96_cells_costs_at_most_300_through_driver_and_measurement()
        {
            using var rig = new DriverRig();
            int cycle = 0;
            double cost = rig.CostOfFrame(() =>
            {
                // Eight modules in 100 ms, the current in every cycle, the voltages of the pack in every other one.
                rig.SendSensor(withVoltages: cycle % 2 == 0);
                rig.SendModules(cycle % 10 < Modules ? 1 : 0);
                cycle++;
            });
            TestContext.WriteLine($"a frame in the traffic of 96 cells: {cost:0} IL equivalents through driver and measurement");
            Assert.IsLessThanOrEqualTo(300, cost);
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

        /// <summary>The measurement stage on the driver of the MCP2518FD, on the model of the chip: a pack of 96 cells whose modules take turns.</summary>
        private sealed class DriverRig : IDisposable
        {
            private const int WarmUp = 40;
            private const int Cycles = 2000;

            private static readonly Action<byte[], int>[] PackVoltage =
                [ModuleVoltagesA.PackCellVoltage1Mv, ModuleVoltagesA.PackCellVoltage2Mv, ModuleVoltagesA.PackCellVoltage3Mv, ModuleVoltagesA.PackCellVoltage4Mv];

            private static readonly Action<byte[], int>[] PackTemperature =
                [ModuleTemperatures.PackTemperature1DeciC, ModuleTemperatures.PackTemperature2DeciC, ModuleTemperatures.PackTemperature3DeciC, ModuleTemperatures.PackTemperature4DeciC];

            private readonly CoreContext _context = new();
            private readonly IlCounters[] _counters;
            private readonly VirtualCanBus _bus = new();
            private readonly BusNode _sender;
            private readonly object _measurement;
            private readonly Type _stage;
            private readonly Action<uint> _update;
            private readonly Random _random = new(Seed);
            private readonly Dictionary<int, int> _counter = [];
            private int _nextModule;
            private int _sent;
            private uint _nowMs;

            public DriverRig()
            {
                Assembly core = _context.Core = LoadCore(_context);
                Assembly drivers = Load(_context);
                RunStaticConstructors(core);
                RunStaticConstructors(drivers);
                _counters = [new IlCounters(core), new IlCounters(drivers)];
                var chip = new Mcp2518fdModel(_bus);
                object port = Activator.CreateInstance(drivers.GetType("Bms.Drivers.Can.Mcp2518fd")!, chip, null, chip.OscillatorHz, 500_000)!;
                Assert.IsTrue((bool)port.GetType().GetMethod("Start")!.Invoke(port, null)!);
                object parameters = core.GetType("Bms.Core.Configuration.Presets")!.GetMethod("Of")!.Invoke(null, [0, Modules * 12, 50000])!;
                _stage = core.GetType("Bms.Core.Measurement.PackMeasurement")!;
                _measurement = Activator.CreateInstance(_stage, parameters, port)!;
                _update = _stage.GetMethod("Update")!.CreateDelegate<Action<uint>>(_measurement);
                _sender = _bus.AddNode("Other", queueLength: 64);
            }

            /// <summary>IL equivalents of a frame: what cycles with frames cost more in the mean than those without, one in five among them and at random, so that all share the other work.</summary>
            /// <param name="send">Sends the frames of one cycle.</param>
            public double CostOfFrame(Action send)
            {
                var cost = new double[2];
                var cycles = new int[2];
                for (int cycle = -WarmUp; cycle < Cycles; cycle++)
                {
                    if (cycle == 0)
                    {
                        Array.Clear(cost);
                        Array.Clear(cycles);
                        _sent = 0;
                    }

                    int hasFrames = _random.Next(5) == 0 ? 0 : 1;
                    cost[hasFrames] += CostOfCycle(hasFrames != 0 ? send : () => { });
                    cycles[hasFrames]++;
                }

                Assert.AreEqual(0u, (uint)_stage.GetProperty("RefusedFrames")!.GetValue(_measurement)!);
                Assert.AreEqual(Modules * 12, (int)_stage.GetField("ValidCells")!.GetValue(_measurement)!);
                double framesPerCycle = (double)_sent / cycles[1];
                return ((cost[1] / cycles[1]) - (cost[0] / cycles[0])) / framesPerCycle;
            }

            /// <summary>Sends the three frames with voltages and the one with temperatures of the modules that are next.</summary>
            public void SendModules(int count)
            {
                for (; count > 0; count--)
                {
                    int module = _nextModule;
                    _nextModule = (module + 1) % Modules;
                    for (int block = 0; block < FramesPerModule; block++)
                    {
                        var data = new byte[8];
                        for (int i = 0; i < 4; i++)
                        {
                            if (block == FramesPerModule - 1)
                            {
                                PackTemperature[i](data, 250 + module + _random.Next(2));
                            }
                            else
                            {
                                PackVoltage[i](data, 3650 + (((module * 13) + (block * 5) + i) * 7 % 60) + _random.Next(2));
                            }
                        }

                        int id = (int)ModuleVoltagesA.BaseId + (block * 0x10) + module;
                        E2eProfile1.ProtectAtEnd(data, 8, E2eProfile1.SeedOf(id), NextCounter(id));
                        Send(id, data, 8);
                    }
                }
            }

            /// <summary>Sends the frames of the current sensor.</summary>
            public void SendSensor(bool withVoltages)
            {
                var data = new byte[8];
                SensorCurrent.PackCurrentMa(data, 1000 + _random.Next(500));
                E2eProfile1.Protect(data, SensorCurrent.Length, SensorCurrent.DataId, NextCounter((int)SensorCurrent.Id));
                Send((int)SensorCurrent.Id, data, SensorCurrent.Length);
                if (withVoltages)
                {
                    Array.Clear(data);
                    SensorVoltages.PackPackVoltageMv(data, 350_000 + _random.Next(500));
                    SensorVoltages.PackLinkVoltageMv(data, 350_000 + _random.Next(500));
                    E2eProfile1.Protect(data, SensorVoltages.Length, SensorVoltages.DataId, NextCounter((int)SensorVoltages.Id));
                    Send((int)SensorVoltages.Id, data, SensorVoltages.Length);
                }
            }

            public void Dispose() => _context.Unload();

            private double CostOfCycle(Action send)
            {
                send();
                _bus.AdvanceTo(_bus.TimeUs + 12_000);
                foreach (IlCounters counter in _counters)
                {
                    counter.Reset();
                }

                _update(_nowMs);
                _nowMs += 10;
                Assert.AreEqual(0, _counters.Sum(c => c.Allocations));
                return _counters.Sum(c => c.CostTenths) / 10.0;
            }

            private int NextCounter(int id)
            {
                int counter = _counter.GetValueOrDefault(id);
                _counter[id] = (counter + 1) % (E2eProfile1.MaxCounter + 1);
                return counter;
            }

            private void Send(int id, byte[] data, int length)
            {
                _sender.Send((uint)id, data, length, 0);
                _sent++;
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
