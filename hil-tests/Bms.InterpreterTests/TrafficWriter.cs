using Bms.Bench.Chips;
using Bms.DriverReplay;

namespace Bms.InterpreterTests
{
    /// <summary>Records the traffic with a chip, in compressed parts as <see cref="TrafficReader"/> reads them.</summary>
    /// <param name="partContent">Bytes of a part before they are packed; what comes out must stay below 64 KiB with its names.</param>
    internal sealed class TrafficWriter(int partContent) : ISpiTap
    {
        private const int LargestPart = 60_000;
        private const int Window = 65_535;
        private const int LongestChain = 32;

        private readonly List<byte> _content = [];
        private readonly List<byte[]> _parts = [];

        /// <summary>Transfers recorded.</summary>
        public int TransferCount { get; private set; }

        /// <inheritdoc/>
        public void OnTransfer(ushort[] sent, ushort[]? received)
        {
            TransferCount++;
            AddWord(RecordedChip.SumOf(sent));
            foreach (ushort word in received ?? [])
            {
                AddWord(word);
            }

            if (_content.Count >= partContent)
            {
                Close();
            }
        }

        /// <summary>Ends the recording.</summary>
        /// <returns>Its parts.</returns>
        public List<byte[]> End()
        {
            Close();
            return _parts;
        }

        /// <summary>Packs one part.</summary>
        public static byte[] Pack(ReadOnlySpan<byte> content)
        {
            var packed = new List<byte> { (byte)content.Length, (byte)(content.Length >> 8), (byte)(content.Length >> 16) };
            var last = new Dictionary<int, int>();
            var previous = new int[content.Length];
            int literals = 0;
            int at = 0;
            while (at < content.Length)
            {
                (int length, int source) = LongestMatch(content, at, last, previous);
                if (length < TrafficReader.ShortestRepeat)
                {
                    Remember(content, at, last, previous);
                    at++;
                    if (at - literals == 128)
                    {
                        AddLiterals(packed, content[literals..at]);
                        literals = at;
                    }

                    continue;
                }

                AddLiterals(packed, content[literals..at]);
                packed.Add((byte)(128 + length - TrafficReader.ShortestRepeat));
                packed.Add((byte)(at - source));
                packed.Add((byte)((at - source) >> 8));
                for (int i = 0; i < length; i++)
                {
                    Remember(content, at + i, last, previous);
                }

                at += length;
                literals = at;
            }

            AddLiterals(packed, content[literals..at]);
            return packed.ToArray();
        }

        private void AddWord(int word)
        {
            _content.Add((byte)word);
            _content.Add((byte)(word >> 8));
        }

        private void Close()
        {
            if (_content.Count == 0)
            {
                return;
            }

            byte[] part = Pack(System.Runtime.InteropServices.CollectionsMarshal.AsSpan(_content));
            Assert.IsLessThan(LargestPart, part.Length, "a part of the recording is too long for one assembly");
            _parts.Add(part);
            _content.Clear();
        }

        private static void AddLiterals(List<byte> packed, ReadOnlySpan<byte> bytes)
        {
            if (bytes.Length > 0)
            {
                packed.Add((byte)(bytes.Length - 1));
                packed.AddRange(bytes);
            }
        }

        private static int KeyAt(ReadOnlySpan<byte> content, int at)
        {
            return content[at] | (content[at + 1] << 8) | (content[at + 2] << 16) | (content[at + 3] << 24);
        }

        private static void Remember(ReadOnlySpan<byte> content, int at, Dictionary<int, int> last, int[] previous)
        {
            if (at + TrafficReader.ShortestRepeat <= content.Length)
            {
                int key = KeyAt(content, at);
                previous[at] = last.TryGetValue(key, out int before) ? before : -1;
                last[key] = at;
            }
        }

        private static (int Length, int Source) LongestMatch(ReadOnlySpan<byte> content, int at, Dictionary<int, int> last, int[] previous)
        {
            int best = 0;
            int source = 0;
            if (at + TrafficReader.ShortestRepeat <= content.Length && last.TryGetValue(KeyAt(content, at), out int candidate))
            {
                int most = Math.Min(content.Length - at, TrafficReader.LongestRepeat);
                for (int i = 0; i < LongestChain && candidate >= 0 && at - candidate <= Window; i++)
                {
                    int length = content.Slice(at, most).CommonPrefixLength(content.Slice(candidate, most));
                    if (length > best)
                    {
                        best = length;
                        source = candidate;
                    }

                    candidate = previous[candidate];
                }
            }

            return (best, source);
        }
    }
}
