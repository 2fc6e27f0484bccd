using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.Loader;
using Bms.Bench;
using Bms.Bench.Chips;
using Bms.Core.Measurement;
using Mono.Cecil;

namespace Bms.IlTools.Tests
{
    /// <summary>What a received frame costs the interpreter in the CAN drivers: the contract build, metered, on the models of the chips.</summary>
    [TestClass]
    public sealed class CanDriverCostTests
    {
        private const int Frames = 400;

        public TestContext TestContext { get; set; } = null!;

        [TestMethod]
        [DataRow("Mcp2518fd", 1, 580)]
        [DataRow("Mcp2518fd", 4, 285)]
        [DataRow("Mcp2518fd", 8, 245)]
        [DataRow("Mcp2518fd", 40, 220)]
        [DataRow("Mcp2515", 1, 435)]
        [DataRow("Mcp2515", 2, 320)]
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
                    while (port.TryReceive(batch))
                    {
                        got += batch.Left;
                        batch.Left = 0;
                    }

                    polls++;
                }

                Assert.AreEqual(framesPerCycle * polls, got);
                double cost = counters.CostTenths / 10.0 / got;
                TestContext.WriteLine($"{driver}, {framesPerCycle} frames a cycle: {cost:0} IL equivalents each, the poll included");
                Assert.IsLessThan(budget, cost);
                Assert.AreEqual(0, counters.Allocations);
            }
            finally
            {
                context.Unload();
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
    }
}
