using Bms.Core.Configuration;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Storage
{
    [TestClass]
    public class JournalTests
    {
        private const int Length = 20;
        private const int BlockLength = 64;

        private static byte[] Data(int seed)
        {
            byte[] data = new byte[BlockLength];
            for (int i = 0; i < Length; i++)
            {
                data[i] = (byte)(seed * 37 + i);
            }

            return data;
        }

        private static bool Holds(byte[] data, int seed)
        {
            byte[] expected = Data(seed);
            for (int i = 0; i < Length; i++)
            {
                if (data[i] != expected[i])
                {
                    return false;
                }
            }

            return true;
        }

        // Loads as after a restart: with a journal that remembers nothing.
        private static int Restarted(TestStore store, byte[] target, int version)
        {
            Journal journal = new Journal(store, 0, version);
            int status = journal.Load(target);
            bool hasData = status == StorageStatus.Ok || status == StorageStatus.OneSlotDamaged;
            Assert.AreEqual(hasData ? Length : 0, journal.Length);
            return status;
        }

        // A slot as the journal writes it, with a sequence number of the test's choice.
        private static void Plant(TestStore store, int slot, uint sequence, int version, int seed)
        {
            byte[] bytes = new byte[Length + Journal.Overhead];
            bytes[0] = (byte)'B';
            bytes[1] = (byte)'J';
            bytes[2] = (byte)version;
            bytes[3] = (byte)(version >> 8);
            PutUInt(bytes, 4, sequence);
            bytes[8] = Length;
            byte[] data = Data(seed);
            for (int i = 0; i < Length; i++)
            {
                bytes[10 + i] = data[i];
            }

            PutUInt(bytes, 10 + Length, Crc32.Of(bytes, 0, 10 + Length));
            store.Write(slot, bytes, bytes.Length);
        }

        private static void PutUInt(byte[] target, int at, uint value)
        {
            target[at] = (byte)value;
            target[at + 1] = (byte)(value >> 8);
            target[at + 2] = (byte)(value >> 16);
            target[at + 3] = (byte)(value >> 24);
        }

        [TestMethod]
        public void an_empty_store_is_empty_and_leaves_the_defaults()
        {
            byte[] target = Data(9);
            Assert.AreEqual(StorageStatus.Empty, Restarted(new TestStore(2, BlockLength), target, 1));
            Assert.IsTrue(Holds(target, 9));
        }

        [TestMethod]
        public void the_last_of_many_records_comes_back()
        {
            TestStore store = new TestStore(2, BlockLength);
            Journal journal = new Journal(store, 0, 1);
            byte[] target = new byte[BlockLength];
            for (int i = 1; i <= 5; i++)
            {
                Assert.IsTrue(journal.Save(Data(i), Length));
                Assert.AreEqual(StorageStatus.Ok, Restarted(store, target, 1));
                Assert.IsTrue(Holds(target, i));
                Assert.AreEqual(StorageStatus.Ok, journal.Load(target));
                Assert.AreEqual((uint)i, journal.Sequence);
            }
        }

        [TestMethod]
        public void a_power_cut_at_every_byte_leaves_the_old_or_the_new_record()
        {
            TestStore before = new TestStore(2, BlockLength);
            Journal journal = new Journal(before, 0, 1);
            journal.Save(Data(1), Length);
            journal.Save(Data(2), Length);
            byte[] target = new byte[BlockLength];
            int last = Length + Journal.Overhead;
            for (int tail = 0; tail < TestStore.TailCount; tail++)
            {
                for (int cut = 0; cut <= last; cut++)
                {
                    TestStore store = new TestStore(2, BlockLength);
                    store.CopyFrom(before);
                    store.CutAfter = cut;
                    store.Tail = tail;
                    new Journal(store, 0, 1).Save(Data(3), Length);
                    store.CutAfter = -1;

                    int status = Restarted(store, target, 1);
                    Assert.IsTrue(status == StorageStatus.Ok || status == StorageStatus.OneSlotDamaged);
                    Assert.IsTrue(Holds(target, cut == last ? 3 : 2));

                    // And life goes on: the next record is stored and found.
                    Assert.IsTrue(new Journal(store, 0, 1).Save(Data(4), Length));
                    Assert.AreEqual(StorageStatus.Ok, Restarted(store, target, 1));
                    Assert.IsTrue(Holds(target, 4));
                }
            }
        }

        [TestMethod]
        public void a_power_cut_in_the_first_record_leaves_the_defaults_or_the_record()
        {
            int last = Length + Journal.Overhead;
            for (int tail = 0; tail < TestStore.TailCount; tail++)
            {
                for (int cut = 0; cut <= last; cut++)
                {
                    TestStore store = new TestStore(2, BlockLength);
                    store.CutAfter = cut;
                    store.Tail = tail;
                    new Journal(store, 0, 1).Save(Data(3), Length);

                    byte[] target = Data(9);
                    int status = Restarted(store, target, 1);
                    Assert.AreEqual(cut == last, status == StorageStatus.Ok);
                    Assert.IsTrue(Holds(target, cut == last ? 3 : 9));
                }
            }
        }

        [TestMethod]
        public void a_torn_slot_with_the_newer_number_never_wins()
        {
            TestStore store = new TestStore(2, BlockLength);
            Plant(store, 0, 7, 1, 1);
            Plant(store, 1, 8, 1, 2);
            byte[] target = new byte[BlockLength];
            for (int at = 0; at < Length + Journal.Overhead; at++)
            {
                store.Damage(1, at);
                Assert.AreEqual(StorageStatus.OneSlotDamaged, Restarted(store, target, 1));
                Assert.IsTrue(Holds(target, 1));
                store.Damage(1, at);
            }

            Assert.AreEqual(StorageStatus.Ok, Restarted(store, target, 1));
            Assert.IsTrue(Holds(target, 2));
        }

        [TestMethod]
        public void two_bad_slots_leave_the_defaults_and_say_so()
        {
            TestStore store = new TestStore(2, BlockLength);
            Plant(store, 0, 7, 1, 1);
            Plant(store, 1, 8, 1, 2);
            store.Damage(0, 12);
            store.Damage(1, 5);
            byte[] target = Data(9);
            Assert.AreEqual(StorageStatus.Damaged, Restarted(store, target, 1));
            Assert.IsTrue(Holds(target, 9));
        }

        [TestMethod]
        public void the_sequence_number_rolls_over()
        {
            TestStore store = new TestStore(2, BlockLength);
            Plant(store, 0, 0xFFFFFFFE, 1, 1);
            byte[] target = new byte[BlockLength];
            for (int i = 2; i <= 6; i++)
            {
                Assert.IsTrue(new Journal(store, 0, 1).Save(Data(i), Length));
                Assert.AreEqual(StorageStatus.Ok, Restarted(store, target, 1));
                Assert.IsTrue(Holds(target, i));
            }
        }

        [TestMethod]
        public void a_record_of_another_version_is_refused_and_can_be_replaced()
        {
            TestStore store = new TestStore(2, BlockLength);
            Plant(store, 0, 3, 1, 1);
            Plant(store, 1, 4, 2, 2);
            byte[] target = Data(9);

            // The older record has the right version, but it is not what was stored last.
            Assert.AreEqual(StorageStatus.OtherVersion, Restarted(store, target, 1));
            Assert.IsTrue(Holds(target, 9));
            Assert.IsTrue(new Journal(store, 0, 1).Save(Data(5), Length));
            Assert.AreEqual(StorageStatus.Ok, Restarted(store, target, 1));
            Assert.IsTrue(Holds(target, 5));
        }

        [TestMethod]
        public void a_record_as_long_as_the_slot_fits_and_a_longer_one_is_refused()
        {
            TestStore store = new TestStore(2, Length + Journal.Overhead);
            Journal journal = new Journal(store, 0, 1);
            Assert.AreEqual(Length, journal.MaxLength);
            Assert.IsTrue(journal.Save(Data(1), Length));
            Assert.IsFalse(journal.Save(Data(2), Length + 1));
            Assert.IsFalse(journal.Save(Data(2), -1));
            byte[] target = new byte[BlockLength];
            Assert.AreEqual(StorageStatus.Ok, Restarted(store, target, 1));
            Assert.IsTrue(Holds(target, 1));
        }

        [TestMethod]
        public void a_medium_that_refuses_keeps_the_record_and_says_so()
        {
            TestStore store = new TestStore(2, BlockLength);
            Journal journal = new Journal(store, 0, 1);
            journal.Save(Data(1), Length);
            store.IsReadOnly = true;
            Assert.IsFalse(journal.Save(Data(2), Length));
            store.IsReadOnly = false;
            byte[] target = new byte[BlockLength];
            Assert.AreEqual(StorageStatus.Ok, journal.Load(target));
            Assert.IsTrue(Holds(target, 1));
            Assert.IsTrue(journal.Save(Data(3), Length));
            Assert.AreEqual(StorageStatus.Ok, Restarted(store, target, 1));
            Assert.IsTrue(Holds(target, 3));
        }

        [TestMethod]
        public void a_length_beyond_the_slot_is_damage_and_not_an_exception()
        {
            TestStore store = new TestStore(2, BlockLength);
            byte[] wild = new byte[BlockLength];
            wild[0] = (byte)'B';
            wild[1] = (byte)'J';
            wild[8] = 0xFF;
            wild[9] = 0xFF;
            store.Write(0, wild, BlockLength);
            Assert.AreEqual(StorageStatus.Damaged, Restarted(store, new byte[BlockLength], 1));
        }
    }
}
