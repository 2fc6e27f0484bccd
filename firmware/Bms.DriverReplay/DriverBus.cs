using Bms.Drivers.Can;
using Bms.Replay;

namespace Bms.DriverReplay
{
    /// <summary>The driver on a recorded chip, called as the board's loop calls it.</summary>
    public sealed class DriverBus : IRecordedBus
    {
        /// <summary>Recorded chip: the MCP2518FD.</summary>
        public const int ChipMcp2518fd = 0;

        /// <summary>Recorded chip: the MCP2515.</summary>
        public const int ChipMcp2515 = 1;

        /// <summary>Bits per second of the recorded bus.</summary>
        public const int BitRate = 500000;

        /// <summary>The chip.</summary>
        public readonly RecordedChip Chip;

        /// <summary>The driver, started.</summary>
        public readonly SpiCanPort Driver;

        private readonly byte[] _collects;
        private int _collectAt;
        private int _collectCount;

        /// <summary>Makes the driver and starts it.</summary>
        /// <param name="parts">Traffic, as <see cref="TrafficReader"/> reads it.</param>
        /// <param name="kind">One of the Chip constants.</param>
        /// <param name="oscillatorHz">Oscillator of the recorded chip.</param>
        /// <param name="collects">How often the idle loop collected after a cycle: cycle (2 bytes, low first), count; in force until the next.</param>
        public DriverBus(byte[][] parts, int kind, int oscillatorHz, byte[] collects)
        {
            _collects = collects;
            Chip = new RecordedChip(new TrafficReader(parts));
            Driver = kind == ChipMcp2518fd
                ? (SpiCanPort)new Mcp2518fd(Chip, null, oscillatorHz, BitRate)
                : new Mcp2515(Chip, null, oscillatorHz, BitRate);
            Driver.Start();
        }

        /// <inheritdoc/>
        public uint SentHash
        {
            get { return Chip.SentHash; }
        }

        /// <inheritdoc/>
        public int SentCount
        {
            get { return Chip.TransferCount; }
        }

        /// <inheritdoc/>
        public int ReceivedCount
        {
            get { return Chip.WordCount; }
        }

        /// <summary>Nothing to do: a recording of traffic begins with the start of the chip and is played once.</summary>
        public void Rewind()
        {
        }

        /// <inheritdoc/>
        public void BeginCycle(int cycle, uint nowMs)
        {
            for (int i = 0; i < _collectCount; i++)
            {
                Driver.Collect();
            }

            while (_collectAt < _collects.Length && _collects[_collectAt] + (_collects[_collectAt + 1] << 8) <= cycle)
            {
                _collectCount = _collects[_collectAt + 2];
                _collectAt += 3;
            }

            Driver.Update(nowMs);
        }
    }
}
