using System.Device.Spi;
using Bms.Drivers;

namespace Bms.Bench.Chips;

/// <summary>A 64 kbit FRAM on SPI: write latch, sixteen-bit addresses that roll over, and a supply that can go in the middle of a transfer.</summary>
/// <remarks>After the data sheets of FM25CL64B and MB85RS64V; protection of blocks and the status register are not simulated.</remarks>
public sealed class FramModel : SpiDevice
{
    private const int Header = 3;

    private readonly byte[] _memory = new byte[FramBlockStore.Size];
    private bool _mayWrite;

    /// <summary>True: nobody answers, and the line stays high.</summary>
    public bool IsAbsent { get; set; }

    /// <summary>Bytes that it still takes before its supply goes; -1 where it does not go.</summary>
    public int CutAfter { get; set; } = -1;

    /// <summary>Bytes written since start.</summary>
    public long WrittenBytes { get; private set; }

    /// <inheritdoc/>
    public override void Write(ushort[] buffer) => throw new NotSupportedException("A FRAM is opened with words of 8 bits.");

    /// <inheritdoc/>
    public override void TransferFullDuplex(ushort[] writeBuffer, ushort[] readBuffer) => throw new NotSupportedException("A FRAM is opened with words of 8 bits.");

    /// <inheritdoc/>
    public override void Write(byte[] buffer) => TransferFullDuplex(buffer, new byte[buffer.Length]);

    /// <inheritdoc/>
    public override void TransferFullDuplex(byte[] writeBuffer, byte[] readBuffer)
    {
        Array.Fill(readBuffer, (byte)0xFF);
        if (IsAbsent || CutAfter == 0)
        {
            return;
        }

        switch (writeBuffer[0])
        {
            case 6:
                _mayWrite = true;
                break;
            case 4:
                _mayWrite = false;
                break;
            case 3:
                for (int i = Header; i < writeBuffer.Length; i++)
                {
                    readBuffer[i] = _memory[At(writeBuffer, i)];
                }

                break;
            case 2 when _mayWrite:
                for (int i = Header; i < writeBuffer.Length && CutAfter != 0; i++)
                {
                    _memory[At(writeBuffer, i)] = writeBuffer[i];
                    WrittenBytes++;
                    CutAfter -= CutAfter > 0 ? 1 : 0;
                }

                _mayWrite = false;
                break;
        }
    }

    /// <summary>Gives the supply back.</summary>
    public void PowerOn()
    {
        CutAfter = -1;
        _mayWrite = false;
    }

    private static int At(byte[] buffer, int i) => ((buffer[1] << 8) + buffer[2] + i - Header) & (FramBlockStore.Size - 1);
}
