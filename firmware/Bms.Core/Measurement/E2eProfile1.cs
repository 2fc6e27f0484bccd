namespace Bms.Core.Measurement
{
    /// <summary>Guards a frame against corruption, loss and repetition: CRC in byte 0, counter in the low half of byte 1 (of cell modules: of the last byte), in the form of AUTOSAR E2E profile 1.</summary>
    /// <remarks>
    /// CRC-8 with polynomial 0x1D, start value and final XOR 0, over the low byte of the data id, its high byte (data id mode "both"), then bytes 1 to the end.
    /// The data id never travels: a frame that arrives under a wrong identifier fails.
    /// A data id's two bytes always give the same state: <see cref="SeedOf"/> gives it once at start-up, and the methods that take a seed save two steps per frame.
    /// Nothing allocates; a frame of 8 bytes costs about 50 IL instructions, others about 15 per byte.
    /// Source: AUTOSAR Specification of SW-C End-to-End Communication Protection Library, profile 1.
    /// </remarks>
    public static class E2eProfile1
    {
        /// <summary>Highest counter; 0 follows it. 15 is never sent and marks a frame as invalid.</summary>
        public const int MaxCounter = 14;

        /// <summary>CRC after one byte, by state XOR byte: for code that spells the steps out. Never to be written.</summary>
        public static readonly byte[] Table =
        {
            0x00, 0x1D, 0x3A, 0x27, 0x74, 0x69, 0x4E, 0x53, 0xE8, 0xF5, 0xD2, 0xCF, 0x9C, 0x81, 0xA6, 0xBB,
            0xCD, 0xD0, 0xF7, 0xEA, 0xB9, 0xA4, 0x83, 0x9E, 0x25, 0x38, 0x1F, 0x02, 0x51, 0x4C, 0x6B, 0x76,
            0x87, 0x9A, 0xBD, 0xA0, 0xF3, 0xEE, 0xC9, 0xD4, 0x6F, 0x72, 0x55, 0x48, 0x1B, 0x06, 0x21, 0x3C,
            0x4A, 0x57, 0x70, 0x6D, 0x3E, 0x23, 0x04, 0x19, 0xA2, 0xBF, 0x98, 0x85, 0xD6, 0xCB, 0xEC, 0xF1,
            0x13, 0x0E, 0x29, 0x34, 0x67, 0x7A, 0x5D, 0x40, 0xFB, 0xE6, 0xC1, 0xDC, 0x8F, 0x92, 0xB5, 0xA8,
            0xDE, 0xC3, 0xE4, 0xF9, 0xAA, 0xB7, 0x90, 0x8D, 0x36, 0x2B, 0x0C, 0x11, 0x42, 0x5F, 0x78, 0x65,
            0x94, 0x89, 0xAE, 0xB3, 0xE0, 0xFD, 0xDA, 0xC7, 0x7C, 0x61, 0x46, 0x5B, 0x08, 0x15, 0x32, 0x2F,
            0x59, 0x44, 0x63, 0x7E, 0x2D, 0x30, 0x17, 0x0A, 0xB1, 0xAC, 0x8B, 0x96, 0xC5, 0xD8, 0xFF, 0xE2,
            0x26, 0x3B, 0x1C, 0x01, 0x52, 0x4F, 0x68, 0x75, 0xCE, 0xD3, 0xF4, 0xE9, 0xBA, 0xA7, 0x80, 0x9D,
            0xEB, 0xF6, 0xD1, 0xCC, 0x9F, 0x82, 0xA5, 0xB8, 0x03, 0x1E, 0x39, 0x24, 0x77, 0x6A, 0x4D, 0x50,
            0xA1, 0xBC, 0x9B, 0x86, 0xD5, 0xC8, 0xEF, 0xF2, 0x49, 0x54, 0x73, 0x6E, 0x3D, 0x20, 0x07, 0x1A,
            0x6C, 0x71, 0x56, 0x4B, 0x18, 0x05, 0x22, 0x3F, 0x84, 0x99, 0xBE, 0xA3, 0xF0, 0xED, 0xCA, 0xD7,
            0x35, 0x28, 0x0F, 0x12, 0x41, 0x5C, 0x7B, 0x66, 0xDD, 0xC0, 0xE7, 0xFA, 0xA9, 0xB4, 0x93, 0x8E,
            0xF8, 0xE5, 0xC2, 0xDF, 0x8C, 0x91, 0xB6, 0xAB, 0x10, 0x0D, 0x2A, 0x37, 0x64, 0x79, 0x5E, 0x43,
            0xB2, 0xAF, 0x88, 0x95, 0xC6, 0xDB, 0xFC, 0xE1, 0x5A, 0x47, 0x60, 0x7D, 0x2E, 0x33, 0x14, 0x09,
            0x7F, 0x62, 0x45, 0x58, 0x0B, 0x16, 0x31, 0x2C, 0x97, 0x8A, 0xAD, 0xB0, 0xE3, 0xFE, 0xD9, 0xC4,
        };

        /// <summary>CRC state after the two bytes of a data id.</summary>
        /// <param name="dataId">Data id, 0..65535; in this project the CAN identifier.</param>
        public static int SeedOf(int dataId)
        {
            return Table[Table[dataId & 0xFF] ^ ((dataId >> 8) & 0xFF)];
        }

        /// <summary>Counter of a received frame, 0..14; 15 is invalid.</summary>
        public static int CounterOf(byte[] data)
        {
            return data[1] & 0x0F;
        }

        /// <summary>Writes counter and CRC into a payload whose other bits are complete.</summary>
        /// <param name="data">Payload; the high half of byte 1 is kept.</param>
        /// <param name="length">Bytes in use, 2 or more.</param>
        /// <param name="dataId">Data id, 0..65535.</param>
        /// <param name="counter">Counter, 0..<see cref="MaxCounter"/>, one more than in the frame before.</param>
        public static void Protect(byte[] data, int length, int dataId, int counter)
        {
            ProtectWithSeed(data, length, SeedOf(dataId), counter);
        }

        /// <summary>As <see cref="Protect"/>, with the data id's seed.</summary>
        /// <param name="data">Payload; the high half of byte 1 is kept.</param>
        /// <param name="length">Bytes in use, 2 or more.</param>
        /// <param name="seed">Result of <see cref="SeedOf"/>.</param>
        /// <param name="counter">Counter, 0..<see cref="MaxCounter"/>.</param>
        public static void ProtectWithSeed(byte[] data, int length, int seed, int counter)
        {
            data[1] = (byte)((data[1] & 0xF0) | counter);
            data[0] = (byte)CrcOf(data, length, seed);
        }

        /// <summary>As <see cref="ProtectWithSeed"/>, with the counter in the low half of the last byte (the profile leaves its place open): for frames whose values then lie in order from byte 1 on.</summary>
        /// <param name="data">Payload; the high half of the last byte is kept.</param>
        /// <param name="length">Bytes in use, 2 or more.</param>
        /// <param name="seed">Result of <see cref="SeedOf"/>.</param>
        /// <param name="counter">Counter, 0..<see cref="MaxCounter"/>.</param>
        public static void ProtectAtEnd(byte[] data, int length, int seed, int counter)
        {
            data[length - 1] = (byte)((data[length - 1] & 0xF0) | counter);
            data[0] = (byte)CrcOf(data, length, seed);
        }

        /// <summary>True where byte 0 is the CRC of the payload under the data id. Whether the counter is the expected one is for the receiver to judge.</summary>
        /// <param name="data">Payload.</param>
        /// <param name="length">Bytes in use; shorter than 2 is never valid.</param>
        /// <param name="dataId">Data id, 0..65535.</param>
        public static bool HasValidCrc(byte[] data, int length, int dataId)
        {
            return HasValidCrcWithSeed(data, length, SeedOf(dataId));
        }

        /// <summary>As <see cref="HasValidCrc"/>, with the data id's seed.</summary>
        /// <param name="data">Payload.</param>
        /// <param name="length">Bytes in use; shorter than 2 is never valid.</param>
        /// <param name="seed">Result of <see cref="SeedOf"/>.</param>
        public static bool HasValidCrcWithSeed(byte[] data, int length, int seed)
        {
            return length >= 2 && data[0] == CrcOf(data, length, seed);
        }

        /// <summary>CRC over bytes 0 to 6, for senders that keep it in byte 7 and the counter in byte 6; otherwise the same form.</summary>
        /// <param name="data">Payload of 8 bytes.</param>
        /// <param name="crc">Result of <see cref="SeedOf"/>.</param>
        public static int CrcOfFirstSeven(byte[] data, int crc)
        {
            byte[] table = Table;
            return table[table[table[table[table[table[table[crc ^ data[0]] ^ data[1]] ^ data[2]] ^ data[3]] ^ data[4]] ^ data[5]] ^ data[6]];
        }

        /// <summary>CRC of a payload from byte 1 on: what byte 0 must be.</summary>
        /// <param name="data">Payload.</param>
        /// <param name="length">Bytes in use, 2 or more.</param>
        /// <param name="crc">Result of <see cref="SeedOf"/>.</param>
        public static int CrcOf(byte[] data, int length, int crc)
        {
            byte[] table = Table;
            if (length == 8)
            {
                // Most frames: no loop and no variable, which halves the instructions.
                return table[table[table[table[table[table[table[crc ^ data[1]] ^ data[2]] ^ data[3]] ^ data[4]] ^ data[5]] ^ data[6]] ^ data[7]];
            }

            for (int index = 1; index < length; index++)
            {
                crc = table[crc ^ data[index]];
            }

            return crc;
        }
    }
}
