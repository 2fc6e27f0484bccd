namespace Bms.DriverReplay
{
    /// <summary>Reads recorded traffic byte by byte out of compressed parts.</summary>
    /// <remarks>
    /// A part is on its own: the length of its content (3 bytes, low first), then runs. A run that begins with n below 128 is n + 1 bytes as they are; any other repeats
    /// n - 124 bytes from as far back as the two following bytes say (low first). Allocates nothing after construction.
    /// </remarks>
    public sealed class TrafficReader
    {
        /// <summary>Longest content of a part, in bytes.</summary>
        public const int LargestContent = 400000;

        /// <summary>Shortest repetition that is worth a run.</summary>
        public const int ShortestRepeat = 4;

        /// <summary>Longest repetition of one run.</summary>
        public const int LongestRepeat = 131;

        private readonly byte[][] _parts;
        private readonly byte[] _content = new byte[LargestContent];
        private int _part;
        private int _length;
        private int _at;

        /// <param name="parts">Parts, at least one.</param>
        public TrafficReader(byte[][] parts)
        {
            _parts = parts;
            Rewind();
        }

        /// <summary>True once the recording has no more bytes; <see cref="Next"/> then gives zeros.</summary>
        public bool IsAtEnd { get; private set; }

        /// <summary>Goes back to the first byte.</summary>
        public void Rewind()
        {
            IsAtEnd = false;
            _part = 0;
            Expand();
        }

        /// <summary>Next byte.</summary>
        public int Next()
        {
            while (_at == _length)
            {
                if (_part + 1 >= _parts.Length)
                {
                    IsAtEnd = true;
                    return 0;
                }

                _part++;
                Expand();
            }

            return _content[_at++];
        }

        private void Expand()
        {
            byte[] from = _parts[_part];
            byte[] to = _content;
            int length = from[0] | (from[1] << 8) | (from[2] << 16);
            int at = 3;
            int end = 0;
            while (end < length)
            {
                int run = from[at++];
                if (run < 128)
                {
                    for (int i = 0; i <= run; i++)
                    {
                        to[end++] = from[at++];
                    }

                    continue;
                }

                int source = end - (from[at] | (from[at + 1] << 8));
                at += 2;
                for (int i = run - 128 + ShortestRepeat; i > 0; i--)
                {
                    to[end++] = to[source++];
                }
            }

            _length = length;
            _at = 0;
        }
    }
}
