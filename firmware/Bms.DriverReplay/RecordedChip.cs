using System.Device.Spi;
using Bms.Replay;

namespace Bms.DriverReplay
{
    /// <summary>A chip on SPI that answers as a recorded one did, and checks that it is asked the same.</summary>
    /// <remarks>
    /// Each transfer of the recording begins with a checksum over the words that the driver sent (two bytes, low first); then the words that came back follow, where the driver read any.
    /// A driver that asks anything else gets the recorded answer all the same, and the difference is counted.
    /// </remarks>
    public sealed class RecordedChip : SpiDevice
    {
        private readonly TrafficReader _traffic;

        /// <param name="traffic">The recording.</param>
        public RecordedChip(TrafficReader traffic)
        {
            _traffic = traffic;
        }

        /// <summary>Transfers so far.</summary>
        public int TransferCount { get; private set; }

        /// <summary>Words given to the driver so far.</summary>
        public int WordCount { get; private set; }

        /// <summary>Transfers in which the driver sent other words than the recorded one.</summary>
        public int DifferenceCount { get; private set; }

        /// <summary>Checksum over every word that the driver sent so far.</summary>
        public uint SentHash { get; private set; } = Checksum.Start;

        /// <inheritdoc/>
        public override void Write(ushort[] buffer)
        {
            Take(buffer);
        }

        /// <inheritdoc/>
        public override void TransferFullDuplex(ushort[] writeBuffer, ushort[] readBuffer)
        {
            Take(writeBuffer);
            for (int i = 0; i < readBuffer.Length; i++)
            {
                int low = _traffic.Next();
                readBuffer[i] = (ushort)(low | (_traffic.Next() << 8));
            }

            WordCount += readBuffer.Length;
        }

        /// <summary>Checksum of what is sent in one transfer, as the recording holds it.</summary>
        /// <param name="words">Words sent.</param>
        /// <returns>16 bits.</returns>
        public static int SumOf(ushort[] words)
        {
            uint hash = Checksum.Start;
            for (int i = 0; i < words.Length; i++)
            {
                hash = Checksum.Fold(hash, words[i]);
            }

            return (int)((hash ^ (hash >> 16)) & 0xFFFF);
        }

        private void Take(ushort[] words)
        {
            int sum = SumOf(words);
            int low = _traffic.Next();
            if (sum != (low | (_traffic.Next() << 8)))
            {
                DifferenceCount++;
            }

            SentHash = Checksum.Fold(SentHash, (uint)sum);
            TransferCount++;
        }
    }
}
