using Bms.Core.Measurement;

namespace Bms.Core.Tests.Measurement
{
    /// <summary>Vectors: data id mode "both", computed independently and by the test suite of a public E2E library.</summary>
    [TestClass]
    public class E2eProfile1Tests
    {
        [TestMethod]
        public void the_published_vectors_of_an_empty_payload_are_met()
        {
            byte[] data = new byte[8];
            E2eProfile1.Protect(data, 8, 0x0123, 0);
            Assert.AreEqual(0xCC, (int)data[0]);
            Assert.AreEqual(0x00, (int)data[1]);

            E2eProfile1.Protect(data, 8, 0x0123, 1);
            Assert.AreEqual(0x91, (int)data[0]);
            Assert.AreEqual(0x01, (int)data[1]);

            E2eProfile1.Protect(data, 8, 0x0123, 14);
            Assert.AreEqual(0xCD, (int)data[0]);
            Assert.AreEqual(0x0E, (int)data[1]);
        }

        [TestMethod]
        public void the_published_vector_with_a_payload_is_met()
        {
            byte[] data = { 0x00, 0x00, 0x10, 0x20, 0x30, 0x40, 0x50, 0x60 };
            E2eProfile1.Protect(data, 8, 0x0A5C, 5);
            Assert.AreEqual(0xB8, (int)data[0]);
            Assert.AreEqual(0x05, (int)data[1]);
        }

        [TestMethod]
        public void a_protected_frame_is_valid_under_its_own_data_id_only()
        {
            byte[] data = { 0x00, 0x70, 0x11, 0x22, 0x33, 0x44, 0x55, 0x66 };
            E2eProfile1.Protect(data, 8, 0x0203, 7);
            Assert.IsTrue(E2eProfile1.HasValidCrc(data, 8, 0x0203));
            Assert.IsFalse(E2eProfile1.HasValidCrc(data, 8, 0x0204));
            Assert.IsFalse(E2eProfile1.HasValidCrc(data, 8, 0x0302));
        }

        [TestMethod]
        public void the_high_half_of_byte_1_is_kept_and_protected()
        {
            byte[] data = { 0x00, 0xAF, 0x01, 0x02 };
            E2eProfile1.Protect(data, 4, 0x0100, 3);
            Assert.AreEqual(0xA3, (int)data[1]);
            Assert.AreEqual(3, E2eProfile1.CounterOf(data));
            data[1] ^= 0x10;
            Assert.IsFalse(E2eProfile1.HasValidCrc(data, 4, 0x0100));
        }

        [TestMethod]
        public void the_counter_of_a_cell_module_stands_in_the_low_half_of_the_last_byte()
        {
            byte[] data = { 0x00, 0xAF, 0x01, 0xB2 };
            E2eProfile1.ProtectAtEnd(data, 4, E2eProfile1.SeedOf(0x0100), 14);
            Assert.AreEqual(0xAF, (int)data[1]);
            Assert.AreEqual(0xBE, (int)data[3]);
            Assert.IsTrue(E2eProfile1.HasValidCrc(data, 4, 0x0100));
            data[3] ^= 0x01;
            Assert.IsFalse(E2eProfile1.HasValidCrc(data, 4, 0x0100));
        }

        [TestMethod]
        public void every_single_bit_error_is_found_in_every_length()
        {
            byte[] data = new byte[8];
            for (int length = 2; length <= 8; length++)
            {
                for (int index = 0; index < 8; index++)
                {
                    data[index] = (byte)(37 * index + 11);
                }

                E2eProfile1.Protect(data, length, 0x0310, length);
                Assert.IsTrue(E2eProfile1.HasValidCrc(data, length, 0x0310));
                for (int bit = 0; bit < length * 8; bit++)
                {
                    data[bit >> 3] ^= (byte)(1 << (bit & 7));
                    Assert.IsFalse(E2eProfile1.HasValidCrc(data, length, 0x0310));
                    data[bit >> 3] ^= (byte)(1 << (bit & 7));
                }
            }
        }

        [TestMethod]
        public void the_seed_saves_work_and_changes_nothing()
        {
            byte[] plain = { 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05 };
            byte[] seeded = { 0x00, 0x00, 0x01, 0x02, 0x03, 0x04, 0x05 };
            int seed = E2eProfile1.SeedOf(0xFEDC);
            E2eProfile1.Protect(plain, 7, 0xFEDC, 9);
            E2eProfile1.ProtectWithSeed(seeded, 7, seed, 9);
            Assert.AreEqual((int)plain[0], (int)seeded[0]);
            Assert.IsTrue(E2eProfile1.HasValidCrcWithSeed(plain, 7, seed));
        }

        [TestMethod]
        public void a_frame_without_room_for_crc_and_counter_is_never_valid()
        {
            byte[] data = new byte[8];
            Assert.IsFalse(E2eProfile1.HasValidCrc(data, 0, 0));
            Assert.IsFalse(E2eProfile1.HasValidCrc(data, 1, 0));
        }
    }
}
