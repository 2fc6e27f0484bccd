namespace Bms.Core.Measurement
{
    /// <summary>Received frames as a controller on SPI delivers them: eight 16-bit words each, looked at where they lie.</summary>
    /// <remarks>
    /// Word 0 of a frame holds the identifier's bits 0..7 in its high half and bits 8..10 in its low half; of an extended frame the high 11 bits of the 29, with the
    /// rest in bits 11 and up (<see cref="Take"/>). Word 2 holds in its high half the length code in bits 0..3, extended in bit 4, remote in bit 5.
    /// Words 4..7 are the payload, the first byte of each in the high half. This is the receive object of the MCP2518FD (DS20006027) as its driver reads it, so that
    /// its frames need no copy; other receivers put their frames in this form.
    /// The words stay the port's and are good until it is asked again.
    /// </remarks>
    public sealed class CanBatch
    {
        /// <summary>Words from one frame to the next.</summary>
        public const int WordsPerFrame = 8;

        /// <summary>First word of the payload, from the first word of the frame.</summary>
        public const int Payload = 4;

        /// <summary>Word 2, with length and kind of a frame, from the first word of the payload.</summary>
        public const int KindFromPayload = 2 - Payload;

        /// <summary>Bits of word 2 that tell length and kind of a frame.</summary>
        public const int KindMask = 0x3F00;

        /// <summary>What these are in a standard data frame of 8 bytes; less 0x100 for each byte less.</summary>
        public const int EightBytes = 0x0800;

        /// <summary>The words.</summary>
        public ushort[] Words;

        /// <summary>First word of the oldest frame.</summary>
        public int At;

        /// <summary>Frames from there on.</summary>
        public int Left;

        /// <summary>False where the port knows that nothing more waits: it need not be asked again in this cycle. One that cannot tell leaves it alone.</summary>
        public bool MoreMayWait = true;

        private readonly ushort[] _own = new ushort[WordsPerFrame];
        private readonly CanFrame _frame = new CanFrame();

        /// <summary>Makes an empty batch.</summary>
        public CanBatch()
        {
            Words = _own;
        }

        /// <summary>Word 0 of a standard frame with an identifier.</summary>
        /// <param name="id">Identifier of 11 bits.</param>
        public static int FirstWordOf(uint id)
        {
            return (int)(((id & 0xFF) << 8) | (id >> 8));
        }

        /// <summary>Moves the oldest frame into <paramref name="frame"/>, as bytes.</summary>
        /// <returns>False where it is a remote frame, which means nothing here.</returns>
        public bool Take(CanFrame frame)
        {
            int at = At;
            At = at + WordsPerFrame;
            Left--;
            return Read(Words, at, frame);
        }

        /// <summary>Copies a frame into <paramref name="frame"/>, as bytes.</summary>
        /// <param name="words">Words of a batch.</param>
        /// <param name="at">First word of the frame.</param>
        /// <param name="frame">Where to.</param>
        /// <returns>False where it is a remote frame, which means nothing here.</returns>
        public static bool Read(ushort[] words, int at, CanFrame frame)
        {
            int flags = words[at + 2] >> 8;
            if ((flags & 0x20) != 0)
            {
                return false;
            }

            int first = words[at];
            if ((flags & 0x10) != 0)
            {
                int second = words[at + 1];
                uint raw = (uint)((first >> 8) | ((first & 0xFF) << 8) | ((second >> 8) << 16)) | ((uint)(second & 0x1F) << 24);
                frame.Id = ((raw & 0x7FF) << 18) | (raw >> 11);
                frame.IsExtended = true;
            }
            else
            {
                frame.Id = (uint)((first >> 8) | ((first & 7) << 8));
                frame.IsExtended = false;
            }

            int length = flags & 0x0F;
            frame.Length = length > 8 ? 8 : length;
            byte[] data = frame.Data;
            int word = words[at + 4];
            data[0] = (byte)(word >> 8);
            data[1] = (byte)word;
            word = words[at + 5];
            data[2] = (byte)(word >> 8);
            data[3] = (byte)word;
            word = words[at + 6];
            data[4] = (byte)(word >> 8);
            data[5] = (byte)word;
            word = words[at + 7];
            data[6] = (byte)(word >> 8);
            data[7] = (byte)word;
            return true;
        }

        /// <summary>Makes one frame the whole batch.</summary>
        public void Put(CanFrame frame)
        {
            ushort[] words = _own;
            uint id = frame.Id;
            int flags = frame.Length > 8 ? 8 : frame.Length < 0 ? 0 : frame.Length;
            if (frame.IsExtended)
            {
                uint raw = ((id >> 18) & 0x7FF) | ((id & 0x3FFFF) << 11);
                words[0] = (ushort)(((raw & 0xFF) << 8) | ((raw >> 8) & 0xFF));
                words[1] = (ushort)(((raw >> 8) & 0xFF00) | (raw >> 24));
                flags |= 0x10;
            }
            else
            {
                words[0] = (ushort)(((id & 0xFF) << 8) | ((id >> 8) & 7));
                words[1] = 0;
            }

            words[2] = (ushort)(flags << 8);
            byte[] data = frame.Data;
            words[4] = (ushort)((data[0] << 8) | data[1]);
            words[5] = (ushort)((data[2] << 8) | data[3]);
            words[6] = (ushort)((data[4] << 8) | data[5]);
            words[7] = (ushort)((data[6] << 8) | data[7]);
            Words = words;
            At = 0;
            Left = 1;
        }

        /// <summary>Takes one frame from a port that has them as bytes.</summary>
        internal bool PutNextOf(CanPort port)
        {
            if (!port.TryReceive(_frame))
            {
                return false;
            }

            Put(_frame);
            return true;
        }
    }
}
