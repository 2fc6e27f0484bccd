using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Storage;

namespace Bms.Core.Tests.Storage
{
    [TestClass]
    public class StoredDataTests
    {
        private static PackState State(int soc)
        {
            PackState state = new PackState();
            state.LowestSocCentiPct = soc;
            state.HighestSocCentiPct = soc + 100;
            state.StartCount = (uint)soc + 1;
            state.OperatingMinutes = 4000000000;
            state.ChargedAh = 3;
            state.DischargedAh = 4;
            state.ContactorCycles = 5;
            state.TripCount = 6;
            state.RestS = soc;
            state.SleepS = 60;
            state.RestSinceS = 200000000 + soc;
            state.ClockS = 200007000 + soc;
            state.ClockId = 4711;
            return state;
        }

        private static int SocAfterRestart(TestStore store)
        {
            PackState state = State(0);
            int status = new PackStateStore(store, 0).Load(state);
            Assert.IsTrue(status == StorageStatus.Ok || status == StorageStatus.OneSlotDamaged);

            // All of one record: nothing of it from another.
            Assert.AreEqual(state.LowestSocCentiPct + 100, state.HighestSocCentiPct);
            Assert.AreEqual((uint)state.LowestSocCentiPct + 1, state.StartCount);
            Assert.AreEqual(4000000000, state.OperatingMinutes);
            Assert.AreEqual(state.LowestSocCentiPct, state.RestS);
            Assert.AreEqual(60, state.SleepS);
            Assert.AreEqual(state.LowestSocCentiPct + 200000000, state.RestSinceS);
            Assert.AreEqual(state.LowestSocCentiPct + 200007000, state.ClockS);
            Assert.AreEqual(4711, state.ClockId);
            return state.LowestSocCentiPct;
        }

        [TestMethod]
        public void the_parameters_come_back_whole()
        {
            TestStore store = new TestStore(2, ParameterStore.BlockLength);
            Assert.IsTrue(new ParameterStore(store, 0).Save(Presets.Lfp(13, 280000)));
            ParameterBlock block = Presets.Nmc(96, 50000);
            Assert.AreEqual(StorageStatus.Ok, new ParameterStore(store, 0).Load(block));
            Assert.AreEqual(13, block.Get(ParameterId.CellCount));
            Assert.AreEqual(Chemistry.Lfp, block.Get(ParameterId.Chemistry));
        }

        [TestMethod]
        public void invalid_parameters_are_not_stored()
        {
            TestStore store = new TestStore(2, ParameterStore.BlockLength);
            ParameterStore parameters = new ParameterStore(store, 0);
            Assert.IsTrue(parameters.Save(Presets.Nmc(96, 50000)));
            ParameterBlock bad = Presets.Nmc(96, 50000);
            bad.Set(ParameterId.CellCount, 0);
            Assert.IsFalse(parameters.Save(bad));
            ParameterBlock block = Presets.Lfp(13, 280000);
            Assert.AreEqual(StorageStatus.Ok, parameters.Load(block));
            Assert.AreEqual(96, block.Get(ParameterId.CellCount));
        }

        [TestMethod]
        public void a_power_cut_while_parameters_are_written_leaves_one_whole_block()
        {
            TestStore before = new TestStore(2, ParameterStore.BlockLength);
            new ParameterStore(before, 0).Save(Presets.Nmc(96, 50000));
            new ParameterStore(before, 0).Save(Presets.Nmc(48, 60000));

            // Every byte is tried with the journal's short records; here a step of a prime keeps the interpreter's time short.
            for (int cut = 0; cut < ParameterStore.BlockLength; cut += 97)
            {
                TestStore store = new TestStore(2, ParameterStore.BlockLength);
                store.CopyFrom(before);
                store.CutAfter = cut;
                new ParameterStore(store, 0).Save(Presets.Nmc(24, 70000));
                ParameterBlock block = Presets.Lfp(13, 280000);
                int status = new ParameterStore(store, 0).Load(block);
                Assert.IsTrue(status == StorageStatus.Ok || status == StorageStatus.OneSlotDamaged);
                Assert.AreEqual(48, block.Get(ParameterId.CellCount));
                Assert.AreEqual(60000, block.Get(ParameterId.CapacityMah));
            }
        }

        [TestMethod]
        public void without_stored_parameters_the_defaults_stand()
        {
            TestStore store = new TestStore(2, ParameterStore.BlockLength);
            ParameterBlock block = Presets.Lfp(13, 280000);
            Assert.AreEqual(StorageStatus.Empty, new ParameterStore(store, 0).Load(block));
            Assert.AreEqual(13, block.Get(ParameterId.CellCount));
        }

        [TestMethod]
        public void something_else_in_the_parameters_place_is_refused()
        {
            TestStore store = new TestStore(2, ParameterStore.BlockLength);
            Assert.IsTrue(new Journal(store, 0, ParameterBlock.Version).Save(new byte[40], 40));
            ParameterBlock block = Presets.Lfp(13, 280000);
            Assert.AreEqual(StorageStatus.Refused, new ParameterStore(store, 0).Load(block));
            Assert.AreEqual(13, block.Get(ParameterId.CellCount));
        }

        [TestMethod]
        public void a_power_cut_at_every_byte_leaves_one_whole_state()
        {
            TestStore before = new TestStore(2, PackStateStore.BlockLength);
            new PackStateStore(before, 0).Save(State(1000));
            new PackStateStore(before, 0).Save(State(2000));
            for (int cut = 0; cut <= PackStateStore.BlockLength; cut++)
            {
                TestStore store = new TestStore(2, PackStateStore.BlockLength);
                store.CopyFrom(before);
                store.CutAfter = cut;
                store.Tail = cut % TestStore.TailCount;
                new PackStateStore(store, 0).Save(State(3000));

                // The upper bytes of the checksum may by chance be those of the old record: then the new one is complete earlier.
                int soc = SocAfterRestart(store);
                Assert.IsTrue(soc == 2000 || soc == 3000);
                Assert.IsTrue(soc == 3000 || cut < PackStateStore.BlockLength);
            }
        }

        [TestMethod]
        public void a_state_of_charge_that_is_not_known_is_stored_as_such()
        {
            TestStore store = new TestStore(2, PackStateStore.BlockLength);
            Assert.IsTrue(new PackStateStore(store, 0).Save(new PackState()));
            PackState state = State(5000);
            Assert.AreEqual(StorageStatus.Ok, new PackStateStore(store, 0).Load(state));
            Assert.AreEqual(SignalValue.NotAvailable, state.LowestSocCentiPct);
        }

        [TestMethod]
        public void an_implausible_state_is_neither_stored_nor_taken()
        {
            TestStore store = new TestStore(2, PackStateStore.BlockLength);
            PackState bad = State(5000);
            bad.HighestSocCentiPct = 10001;
            Assert.IsFalse(new PackStateStore(store, 0).Save(bad));
            bad = State(5000);
            bad.RestS = RestClock.MostRestS;
            Assert.IsTrue(bad.IsPlausible);
            bad.RestS = RestClock.MostRestS + 1;
            Assert.IsFalse(new PackStateStore(store, 0).Save(bad));
            bad = State(5000);
            bad.SleepS = -1;
            Assert.IsFalse(new PackStateStore(store, 0).Save(bad));
            bad = State(5000);
            bad.ClockS = -2;
            Assert.IsFalse(new PackStateStore(store, 0).Save(bad));

            byte[] data = new byte[32];
            data[1] = 0x80;
            Assert.IsTrue(new Journal(store, 0, PackStateStore.Version).Save(data, 32));
            PackState state = State(5000);
            Assert.AreEqual(StorageStatus.Refused, new PackStateStore(store, 0).Load(state));
            Assert.AreEqual(5000, state.LowestSocCentiPct);
        }

        [TestMethod]
        public void the_hysteresis_is_stored_with_its_sign_and_a_record_from_before_it_says_nothing_of_it()
        {
            TestStore store = new TestStore(2, PackStateStore.BlockLength);
            for (int permille = -1000; permille <= 1000; permille += 500)
            {
                PackState kept = State(5000);
                kept.ResistanceSigmaPermille = 37;
                kept.HysteresisPermille = permille;
                Assert.IsTrue(new PackStateStore(store, 0).Save(kept));
                PackState back = new PackState();
                Assert.AreEqual(StorageStatus.Ok, new PackStateStore(store, 0).Load(back));
                Assert.AreEqual(permille, back.HysteresisPermille);
                Assert.AreEqual(37, back.ResistanceSigmaPermille);
            }

            PackState bad = State(5000);
            bad.HysteresisPermille = 1001;
            Assert.IsFalse(new PackStateStore(store, 0).Save(bad));

            // A record of the same layout in which the four bytes were the resistance's alone.
            byte[] old = new byte[33 * 4];
            LittleEndian.PutUInt(old, 128, 41);
            Assert.IsTrue(new Journal(store, 0, PackStateStore.Version).Save(old, old.Length));
            PackState state = State(5000);
            Assert.AreEqual(StorageStatus.Ok, new PackStateStore(store, 0).Load(state));
            Assert.AreEqual(41, state.ResistanceSigmaPermille);
            Assert.AreEqual(SignalValue.NotAvailable, state.HysteresisPermille);

            // More than a hysteresis can be.
            LittleEndian.PutUInt(old, 128, 0xFFFF0029);
            Assert.IsTrue(new Journal(store, 0, PackStateStore.Version).Save(old, old.Length));
            Assert.AreEqual(StorageStatus.Refused, new PackStateStore(store, 0).Load(state));
        }

        [TestMethod]
        public void a_state_of_another_length_is_refused()
        {
            TestStore store = new TestStore(2, PackStateStore.BlockLength);
            Assert.IsTrue(new Journal(store, 0, PackStateStore.Version).Save(new byte[32], 31));
            PackState state = State(5000);
            Assert.AreEqual(StorageStatus.Refused, new PackStateStore(store, 0).Load(state));
            Assert.AreEqual(5000, state.LowestSocCentiPct);
        }
    }
}
