namespace System.Buffers.Binary
{
    public static class BinaryPrimitives
    {
        public static extern short ReadInt16BigEndian(SpanByte source);
        public static extern void WriteInt16BigEndian(SpanByte destination, short value);
        public static extern short ReadInt16LittleEndian(SpanByte source);
        public static extern void WriteInt16LittleEndian(SpanByte destination, short value);
        public static extern ushort ReadUInt16BigEndian(SpanByte source);
        public static extern void WriteUInt16BigEndian(SpanByte destination, ushort value);
        public static extern ushort ReadUInt16LittleEndian(SpanByte source);
        public static extern void WriteUInt16LittleEndian(SpanByte destination, ushort value);
        public static extern int ReadInt32BigEndian(SpanByte source);
        public static extern void WriteInt32BigEndian(SpanByte destination, int value);
        public static extern int ReadInt32LittleEndian(SpanByte source);
        public static extern void WriteInt32LittleEndian(SpanByte destination, int value);
        public static extern uint ReadUInt32BigEndian(SpanByte source);
        public static extern void WriteUInt32BigEndian(SpanByte destination, uint value);
        public static extern uint ReadUInt32LittleEndian(SpanByte source);
        public static extern void WriteUInt32LittleEndian(SpanByte destination, uint value);
        public static extern long ReadInt64BigEndian(SpanByte source);
        public static extern void WriteInt64BigEndian(SpanByte destination, long value);
        public static extern long ReadInt64LittleEndian(SpanByte source);
        public static extern void WriteInt64LittleEndian(SpanByte destination, long value);
        public static extern ulong ReadUInt64BigEndian(SpanByte source);
        public static extern void WriteUInt64BigEndian(SpanByte destination, ulong value);
        public static extern ulong ReadUInt64LittleEndian(SpanByte source);
        public static extern void WriteUInt64LittleEndian(SpanByte destination, ulong value);
        public static extern float ReadSingleBigEndian(SpanByte source);
        public static extern void WriteSingleBigEndian(SpanByte destination, float value);
        public static extern float ReadSingleLittleEndian(SpanByte source);
        public static extern void WriteSingleLittleEndian(SpanByte destination, float value);
    }
}
