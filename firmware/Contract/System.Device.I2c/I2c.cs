namespace System.Device.I2c
{
    public enum I2cBusSpeed
    {
        StandardMode,
        FastMode,
        FastModePlus,
    }

    public enum I2cTransferStatus
    {
        UnknownError = 0,
        FullTransfer = 1,
        ClockStretchTimeout = 2,
        PartialTransfer = 3,
        SlaveAddressNotAcknowledged = 4,
    }

    public struct I2cTransferResult
    {
        private readonly uint _bytesTransferred;
        public extern uint BytesTransferred { get; }
        public extern I2cTransferStatus Status { get; }
    }

    public sealed class I2cConnectionSettings
    {
        public extern I2cConnectionSettings(int busId, int deviceAddress);
        public extern I2cConnectionSettings(int busId, int deviceAddress, I2cBusSpeed busSpeed);
        public extern int BusId { get; }
        public extern I2cBusSpeed BusSpeed { get; }
        public extern int DeviceAddress { get; }
    }

    public class I2cDevice : IDisposable
    {
        public extern I2cDevice(I2cConnectionSettings settings);
        public virtual extern I2cConnectionSettings ConnectionSettings { get; }
        public static extern I2cDevice Create(I2cConnectionSettings settings);
        public extern void Dispose();
        public virtual extern I2cTransferResult Read(SpanByte buffer);
        public virtual extern byte ReadByte();
        public virtual extern I2cTransferResult Write(SpanByte buffer);
        public virtual extern I2cTransferResult WriteByte(byte value);
        public virtual extern I2cTransferResult WriteRead(SpanByte writeBuffer, SpanByte readBuffer);
    }
}
