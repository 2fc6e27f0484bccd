using System.Reflection;
using System.Runtime.Loader;

namespace Bms.IlTools.Tests
{
    /// <summary>The receive queue of the drivers, as compiled for the device: it is the only part of them that needs no pin.</summary>
    [TestClass]
    public sealed class FrameFifoTests
    {
        private AssemblyLoadContext _context = null!;
        private Assembly _core = null!;
        private Assembly _drivers = null!;

        [TestInitialize]
        public void Load()
        {
            _context = new AssemblyLoadContext("drivers", isCollectible: true);
            _core = Read("Bms.Core");
            _drivers = Read("Bms.Drivers");
        }

        [TestCleanup]
        public void Unload()
        {
            _context.Unload();
        }

        [TestMethod]
        public void frames_come_out_complete_and_in_order()
        {
            dynamic fifo = NewFifo(3);
            Put(fifo, 0x123, 8);
            Put(fifo, 0x124, 3);
            dynamic frame = NewFrame();

            Assert.IsTrue(fifo.TryTake(frame));
            Assert.AreEqual(0x123u, frame.Id);
            Assert.AreEqual(8, frame.Length);
            CollectionAssert.AreEqual(new byte[] { 0, 1, 2, 3, 4, 5, 6, 7 }, frame.Data);
            Assert.IsTrue(fifo.TryTake(frame));
            Assert.AreEqual(0x124u, frame.Id);
            Assert.AreEqual(3, frame.Length);
        }

        [TestMethod]
        public void an_empty_queue_leaves_the_frame_as_it_was()
        {
            dynamic fifo = NewFifo(3);
            dynamic frame = NewFrame();
            frame.Id = 0x55u;
            Assert.IsFalse(fifo.TryTake(frame));
            Assert.AreEqual(0x55u, frame.Id);
        }

        [TestMethod]
        public void the_last_free_slot_is_used_and_the_next_frame_is_dropped_and_counted()
        {
            dynamic fifo = NewFifo(2);
            Assert.IsTrue(Put(fifo, 1, 1) && Put(fifo, 2, 1) && Put(fifo, 3, 1));
            Assert.AreEqual(0u, fifo.OverflowCount);
            Assert.IsFalse(Put(fifo, 4, 1));
            Assert.AreEqual(1u, fifo.OverflowCount);

            dynamic frame = NewFrame();
            Assert.IsTrue(fifo.TryTake(frame));
            Assert.AreEqual(1u, frame.Id);
            Assert.IsTrue(Put(fifo, 5, 1));
        }

        [TestMethod]
        public void the_queue_goes_round_many_times()
        {
            dynamic fifo = NewFifo(2);
            dynamic frame = NewFrame();
            for (uint id = 1; id < 50; id++)
            {
                Assert.IsTrue(Put(fifo, id, (int)(id % 9)));
                Assert.IsTrue(fifo.TryTake(frame));
                Assert.AreEqual(id, frame.Id);
                Assert.AreEqual((int)(id % 9), frame.Length);
            }

            Assert.AreEqual(0u, fifo.OverflowCount);
        }

        private static bool Put(dynamic fifo, uint id, int length)
        {
            dynamic? slot = fifo.Reserve();
            if (slot is null)
            {
                return false;
            }

            slot.Id = id;
            slot.Length = length;
            for (int i = 0; i < length; i++)
            {
                slot.Data[i] = (byte)i;
            }

            fifo.Commit();
            return true;
        }

        private object NewFifo(int sizeExponent)
        {
            return Activator.CreateInstance(_drivers.GetType("Bms.Drivers.FrameFifo")!, sizeExponent)!;
        }

        private object NewFrame()
        {
            return Activator.CreateInstance(_core.GetType("Bms.Core.Measurement.CanFrame")!)!;
        }

        private Assembly Read(string name)
        {
            string copy = Path.GetTempFileName();
            try
            {
                IlMeter.Retarget(Repository.ContractAssembly("Bms.Drivers", name), copy);
                using var stream = new MemoryStream(File.ReadAllBytes(copy));
                return _context.LoadFromStream(stream);
            }
            finally
            {
                File.Delete(copy);
            }
        }
    }
}
