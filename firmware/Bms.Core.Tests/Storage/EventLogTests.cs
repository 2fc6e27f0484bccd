using Bms.Core.Messages;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Storage
{
    [TestClass]
    public class EventLogTests
    {
        private const int Capacity = 4;

        private static byte[] Event(int fault)
        {
            byte[] payload = new byte[8];
            FaultEvent.PackFaultId(payload, fault);
            FaultEvent.PackFaultSeverity(payload, FaultEvent.FaultSeverityTrip);
            return payload;
        }

        private static EventLog Open(TestStore store)
        {
            return new EventLog(store, 0, Capacity);
        }

        private static int FaultAt(EventLog log, int age)
        {
            EventRecord record = new EventRecord();
            return log.TryRead(age, record) ? FaultEvent.UnpackFaultId(record.Payload) : -1;
        }

        [TestMethod]
        public void an_empty_log_has_nothing_to_read()
        {
            EventLog log = Open(new TestStore(Capacity, EventLog.BlockLength));
            Assert.AreEqual(0, log.Count);
            for (int age = -1; age <= Capacity; age++)
            {
                Assert.AreEqual(-1, FaultAt(log, age));
            }
        }

        [TestMethod]
        public void an_event_comes_back_with_start_and_time()
        {
            TestStore store = new TestStore(Capacity, EventLog.BlockLength);
            Assert.IsTrue(Open(store).Add(12, 0xFFFFFFFF, Event(3)));
            EventRecord record = new EventRecord();
            Assert.IsTrue(Open(store).TryRead(0, record));
            Assert.AreEqual(12u, record.StartNumber);
            Assert.AreEqual(0xFFFFFFFF, record.TimeMs);
            Assert.AreEqual(1u, record.Sequence);
            Assert.AreEqual(3, FaultEvent.UnpackFaultId(record.Payload));
        }

        [TestMethod]
        public void the_ring_keeps_the_newest_across_restarts()
        {
            TestStore store = new TestStore(Capacity, EventLog.BlockLength);
            for (int i = 0; i < 11; i++)
            {
                Assert.IsTrue(Open(store).Add(1, (uint)i, Event(i)));
                EventLog log = Open(store);
                Assert.AreEqual(i < Capacity ? i + 1 : Capacity, log.Count);
                for (int age = 0; age < Capacity; age++)
                {
                    Assert.AreEqual(age <= i ? i - age : -1, FaultAt(log, age));
                }
            }
        }

        [TestMethod]
        public void a_power_cut_at_every_byte_costs_the_new_event_and_the_oldest_at_most()
        {
            TestStore before = new TestStore(Capacity, EventLog.BlockLength);
            EventLog filled = Open(before);
            for (int i = 0; i < 6; i++)
            {
                filled.Add(1, (uint)i, Event(i));
            }

            for (int tail = 0; tail < TestStore.TailCount; tail++)
            {
                for (int cut = 0; cut <= EventLog.BlockLength; cut++)
                {
                    TestStore store = new TestStore(Capacity, EventLog.BlockLength);
                    store.CopyFrom(before);
                    store.CutAfter = cut;
                    store.Tail = tail;
                    Open(store).Add(1, 6, Event(6));
                    store.CutAfter = -1;

                    EventLog log = Open(store);
                    int newest = FaultAt(log, 0);
                    Assert.AreEqual(cut == EventLog.BlockLength ? 6 : 5, newest);
                    Assert.AreEqual(newest - 1, FaultAt(log, 1));
                    Assert.AreEqual(newest - 2, FaultAt(log, 2));
                    Assert.IsTrue(log.Add(2, 0, Event(7)));
                    Assert.AreEqual(7, FaultAt(Open(store), 0));
                    Assert.AreEqual(newest, FaultAt(Open(store), 1));
                }
            }
        }

        [TestMethod]
        public void a_damaged_entry_is_left_out()
        {
            TestStore store = new TestStore(Capacity, EventLog.BlockLength);
            EventLog log = Open(store);
            for (int i = 0; i < 4; i++)
            {
                log.Add(1, (uint)i, Event(i));
            }

            store.Damage(2, 17);
            log = Open(store);
            Assert.AreEqual(3, log.Count);
            Assert.AreEqual(3, FaultAt(log, 0));
            Assert.AreEqual(-1, FaultAt(log, 1));
            Assert.AreEqual(1, FaultAt(log, 2));
        }

        [TestMethod]
        public void a_medium_that_refuses_is_said_and_does_not_stop_the_log()
        {
            TestStore store = new TestStore(Capacity, EventLog.BlockLength);
            EventLog log = Open(store);
            log.Add(1, 0, Event(0));
            store.IsReadOnly = true;
            Assert.IsFalse(log.Add(1, 1, Event(1)));
            store.IsReadOnly = false;
            Assert.IsTrue(log.Add(1, 2, Event(2)));
            Assert.AreEqual(2, FaultAt(log, 0));
            Assert.AreEqual(2, log.Count);
        }
    }
}
