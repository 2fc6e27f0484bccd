namespace System.Device.Spi
{
    public enum SpiMode
    {
        Mode0,
        Mode1,
        Mode2,
        Mode3,
    }

    public enum DataFlow
    {
        MsbFirst,
        LsbFirst,
    }

    public sealed class SpiConnectionSettings
    {
        public extern SpiConnectionSettings(int busId, int chipSelectLine);
        public extern int BusId { get; set; }
        public extern int ChipSelectLine { get; set; }
        public extern int ClockFrequency { get; set; }
        public extern int DataBitLength { get; set; }
        public extern DataFlow DataFlow { get; set; }
        public extern SpiMode Mode { get; set; }
    }

    // Only the UInt16[] overloads make no garbage: a SpanByte argument is a heap object.
    public class SpiDevice : IDisposable
    {
        public extern SpiDevice(SpiConnectionSettings settings);
        public virtual extern SpiConnectionSettings ConnectionSettings { get; }
        public static extern SpiDevice Create(SpiConnectionSettings settings);
        public extern void Dispose();
        public virtual extern void Read(SpanByte buffer);
        public virtual extern void Read(ushort[] buffer);
        public virtual extern byte ReadByte();
        public virtual extern void TransferFullDuplex(SpanByte writeBuffer, SpanByte readBuffer);
        public virtual extern void TransferFullDuplex(ushort[] writeBuffer, ushort[] readBuffer);
        public virtual extern void Write(SpanByte buffer);
        public virtual extern void Write(ushort[] buffer);
        public virtual extern void WriteByte(byte value);
    }
}
