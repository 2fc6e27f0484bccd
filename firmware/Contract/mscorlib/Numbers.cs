namespace System
{
    public struct Boolean
    {
        public static readonly string FalseString;
        public static readonly string TrueString;
        public override extern string ToString();
    }

    public struct Char
    {
        public const char MaxValue = '\uffff';
        public const char MinValue = '\0';
        public extern char ToLower();
        public extern char ToUpper();
        public override extern string ToString();
    }

    public struct SByte
    {
        public const sbyte MaxValue = 0x7f;
        public const sbyte MinValue = -0x80;
        public static extern sbyte Parse(string s);
        public static extern bool TryParse(string s, out sbyte result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct Byte
    {
        public const byte MaxValue = 0xff;
        public const byte MinValue = 0;
        public static extern byte Parse(string s);
        public static extern bool TryParse(string s, out byte result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct Int16
    {
        public const short MaxValue = 0x7fff;
        public const short MinValue = -0x8000;
        public static extern short Parse(string s);
        public static extern bool TryParse(string s, out short result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct UInt16
    {
        public const ushort MaxValue = 0xffff;
        public const ushort MinValue = 0;
        public static extern ushort Parse(string s);
        public static extern bool TryParse(string s, out ushort result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct Int32
    {
        public const int MaxValue = 0x7fffffff;
        public const int MinValue = -0x7fffffff - 1;
        public static extern int Parse(string s);
        public static extern bool TryParse(string s, out int result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct UInt32
    {
        public const uint MaxValue = 0xffffffff;
        public const uint MinValue = 0;
        public static extern uint Parse(string s);
        public static extern bool TryParse(string s, out uint result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct Int64
    {
        public const long MaxValue = 0x7fffffffffffffff;
        public const long MinValue = -0x7fffffffffffffff - 1;
        public static extern long Parse(string s);
        public static extern bool TryParse(string s, out long result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct UInt64
    {
        public const ulong MaxValue = 0xffffffffffffffff;
        public const ulong MinValue = 0;
        public static extern ulong Parse(string s);
        public static extern bool TryParse(string s, out ulong result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct Single
    {
        public const float Epsilon = 1.401298464324817e-45f;
        public const float MaxValue = 3.4028234663852886e+38f;
        public const float MinValue = -3.4028234663852886e+38f;
        public const float NaN = 0f / 0f;
        public const float NegativeInfinity = -1f / 0f;
        public const float PositiveInfinity = 1f / 0f;
        public extern int CompareTo(float value);
        public static extern bool IsInfinity(float f);
        public static extern bool IsNaN(float f);
        public static extern bool IsNegativeInfinity(float f);
        public static extern bool IsPositiveInfinity(float f);
        public static extern float Parse(string s);
        public static extern bool TryParse(string s, out float result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct Double
    {
        public const double Epsilon = 4.9406564584124654e-324;
        public const double MaxValue = 1.7976931348623157e+308;
        public const double MinValue = -1.7976931348623157e+308;
        public const double NaN = 0d / 0d;
        public const double NegativeInfinity = -1d / 0d;
        public const double PositiveInfinity = 1d / 0d;
        public extern int CompareTo(double value);
        public static extern bool IsInfinity(double d);
        public static extern bool IsNaN(double d);
        public static extern bool IsNegativeInfinity(double d);
        public static extern bool IsPositiveInfinity(double d);
        public static extern double Parse(string s);
        public static extern bool TryParse(string s, out double result);
        public override extern string ToString();
        public extern string ToString(string format);
    }

    public struct SpanByte
    {
        private readonly byte[] _array;
        public extern SpanByte(byte[] array);
        public extern SpanByte(byte[] array, int start, int length);
        public static extern SpanByte Empty { get; }
        public extern bool IsEmpty { get; }
        public extern int Length { get; }
        public extern byte this[int index] { get; set; }
        public extern void CopyTo(SpanByte destination);
        public extern SpanByte Slice(int start);
        public extern SpanByte Slice(int start, int length);
        public extern byte[] ToArray();
        public static extern implicit operator SpanByte(byte[] array);
    }

    public struct Guid
    {
        public static readonly Guid Empty;
        private readonly int _first;
        public extern Guid(byte[] b);
        public static extern Guid NewGuid();
        public extern byte[] ToByteArray();
        public override extern bool Equals(object obj);
        public override extern int GetHashCode();
        public override extern string ToString();
    }

    public enum DateTimeKind
    {
        Utc = 1,
        Local = 2,
    }

    public enum DayOfWeek
    {
        Sunday,
        Monday,
        Tuesday,
        Wednesday,
        Thursday,
        Friday,
        Saturday,
    }

    public struct DateTime
    {
        public static readonly DateTime MaxValue;
        public static readonly DateTime MinValue;
        public static readonly DateTime UnixEpoch;
        private readonly ulong _ticks;
        public extern DateTime(int year, int month, int day);
        public extern DateTime(int year, int month, int day, int hour, int minute, int second);
        public extern DateTime(long ticks);
        public static extern DateTime UtcNow { get; }
        public extern int Year { get; }
        public extern int Month { get; }
        public extern int Day { get; }
        public extern int Hour { get; }
        public extern int Minute { get; }
        public extern int Second { get; }
        public extern int Millisecond { get; }
        public extern long Ticks { get; }
        public extern DateTime AddTicks(long value);
        public static extern DateTime FromUnixTimeSeconds(long seconds);
        public extern long ToUnixTimeSeconds();
        public extern TimeSpan Subtract(DateTime value);
        public override extern bool Equals(object value);
        public override extern int GetHashCode();
        public override extern string ToString();
        public extern string ToString(string format);
        public static extern TimeSpan operator -(DateTime d1, DateTime d2);
        public static extern DateTime operator +(DateTime d, TimeSpan t);
        public static extern bool operator ==(DateTime d1, DateTime d2);
        public static extern bool operator !=(DateTime d1, DateTime d2);
        public static extern bool operator <(DateTime t1, DateTime t2);
        public static extern bool operator >(DateTime t1, DateTime t2);
    }

    public struct TimeSpan
    {
        public const long TicksPerDay = 864000000000;
        public const long TicksPerHour = 36000000000;
        public const long TicksPerMillisecond = 10000;
        public const long TicksPerMinute = 600000000;
        public const long TicksPerSecond = 10000000;
        public static readonly TimeSpan MaxValue;
        public static readonly TimeSpan MinValue;
        public static readonly TimeSpan Zero;
        private readonly long _ticks;
        public extern TimeSpan(int hours, int minutes, int seconds);
        public extern TimeSpan(int days, int hours, int minutes, int seconds);
        public extern TimeSpan(int days, int hours, int minutes, int seconds, int milliseconds);
        public extern TimeSpan(long ticks);
        public extern int Days { get; }
        public extern int Hours { get; }
        public extern int Minutes { get; }
        public extern int Seconds { get; }
        public extern int Milliseconds { get; }
        public extern long Ticks { get; }
        public static extern TimeSpan FromMilliseconds(long value);
        public static extern TimeSpan FromSeconds(long value);
        public static extern TimeSpan FromTicks(long value);
        public extern TimeSpan Add(TimeSpan ts);
        public extern TimeSpan Subtract(TimeSpan ts);
        public override extern bool Equals(object value);
        public override extern int GetHashCode();
        public override extern string ToString();
        public static extern TimeSpan operator +(TimeSpan t1, TimeSpan t2);
        public static extern TimeSpan operator -(TimeSpan t1, TimeSpan t2);
        public static extern bool operator ==(TimeSpan t1, TimeSpan t2);
        public static extern bool operator !=(TimeSpan t1, TimeSpan t2);
        public static extern bool operator <(TimeSpan t1, TimeSpan t2);
        public static extern bool operator >(TimeSpan t1, TimeSpan t2);
    }
}
