namespace System
{
    public class Object
    {
        public extern Object();
        public virtual extern bool Equals(object obj);
        public static extern bool Equals(object objA, object objB);
        public virtual extern int GetHashCode();
        public extern Type GetType();
        protected extern object MemberwiseClone();
        public static extern bool ReferenceEquals(object objA, object objB);
        public virtual extern string ToString();
    }

    public abstract class ValueType
    {
        protected extern ValueType();
        public override extern bool Equals(object obj);
    }

    public abstract class Enum : ValueType
    {
        protected extern Enum();
        public extern bool HasFlag(Enum flag);
        public override extern string ToString();
    }

    public struct Void
    {
    }

    public struct IntPtr
    {
    }

    public struct UIntPtr
    {
    }

    public struct RuntimeTypeHandle
    {
    }

    public struct RuntimeFieldHandle
    {
    }

    public struct RuntimeMethodHandle
    {
    }

    public struct RuntimeArgumentHandle
    {
    }

    public struct TypedReference
    {
    }

    public abstract class Type
    {
        protected extern Type();
        public abstract string FullName { get; }
        public abstract Type BaseType { get; }
        public static extern Type GetTypeFromHandle(RuntimeTypeHandle handle);
        public virtual extern bool IsInstanceOfType(object o);
        public override extern string ToString();
    }

    public abstract class Delegate
    {
        protected extern Delegate();
        public static extern Delegate Combine(Delegate a, Delegate b);
        public static extern Delegate Remove(Delegate source, Delegate value);
        public override extern bool Equals(object obj);
        public static extern bool operator ==(Delegate d1, Delegate d2);
        public static extern bool operator !=(Delegate d1, Delegate d2);
    }

    public abstract class MulticastDelegate : Delegate
    {
        protected extern MulticastDelegate();
        public override extern bool Equals(object obj);
        public static extern bool operator ==(MulticastDelegate d1, MulticastDelegate d2);
        public static extern bool operator !=(MulticastDelegate d1, MulticastDelegate d2);
    }

    public interface IAsyncResult
    {
    }

    public delegate void AsyncCallback(IAsyncResult ar);

    // The generic Action and Func stand in the device's list too; they crash its interpreter, so they are not declared.
    public delegate void Action();

    public class EventArgs
    {
        public static readonly EventArgs Empty;
        public extern EventArgs();
    }

    public delegate void EventHandler(object sender, EventArgs e);

    public interface IDisposable
    {
        void Dispose();
    }

    public interface ICloneable
    {
        object Clone();
    }

    public interface IComparable
    {
        int CompareTo(object obj);
    }

    public abstract class Array : ICloneable, Collections.IList
    {
        protected extern Array();
        public extern int Length { get; }
        public extern object SyncRoot { get; }
        public extern bool IsSynchronized { get; }
        public extern bool IsReadOnly { get; }
        public extern bool IsFixedSize { get; }
        public static extern void Clear(Array array, int index, int length);
        public static extern void Copy(Array sourceArray, Array destinationArray, int length);
        public static extern void Copy(Array sourceArray, int sourceIndex, Array destinationArray, int destinationIndex, int length);
        public static extern int IndexOf(Array array, object value);
        public extern object Clone();
        public extern void CopyTo(Array array, int index);
        public extern object GetValue(int index);
        public extern Collections.IEnumerator GetEnumerator();
        extern int Collections.ICollection.Count { get; }
        extern object Collections.IList.this[int index] { get; set; }
        extern int Collections.IList.Add(object value);
        extern void Collections.IList.Clear();
        extern bool Collections.IList.Contains(object value);
        extern int Collections.IList.IndexOf(object value);
        extern void Collections.IList.Insert(int index, object value);
        extern void Collections.IList.Remove(object value);
        extern void Collections.IList.RemoveAt(int index);
    }

    public sealed class String : IComparable, Collections.IEnumerable
    {
        public static readonly string Empty;
        public extern String(char c, int count);
        public extern String(char[] value);
        public extern String(char[] value, int startIndex, int length);

        [Runtime.CompilerServices.IndexerName("Chars")]
        public extern char this[int index] { get; }

        public extern int Length { get; }
        public static extern int Compare(string strA, string strB);
        public extern int CompareTo(object value);
        public extern int CompareTo(string strB);
        public static extern string Concat(object arg0);
        public static extern string Concat(object arg0, object arg1);
        public static extern string Concat(object arg0, object arg1, object arg2);
        public static extern string Concat(params object[] args);
        public static extern string Concat(string str0, string str1);
        public static extern string Concat(string str0, string str1, string str2);
        public static extern string Concat(string str0, string str1, string str2, string str3);
        public static extern string Concat(params string[] values);
        public extern bool Contains(string value);
        public extern bool EndsWith(string value);
        public override extern bool Equals(object obj);
        public static extern bool Equals(string a, string b);
        public static extern string Format(string format, params object[] args);
        public extern Collections.IEnumerator GetEnumerator();
        public extern int IndexOf(char value);
        public extern int IndexOf(string value);
        public static extern bool IsNullOrEmpty(string value);
        public extern string PadLeft(int totalWidth, char paddingChar = ' ');
        public extern string PadRight(int totalWidth, char paddingChar = ' ');
        public extern string[] Split(params char[] separator);
        public extern bool StartsWith(string value);
        public extern string Substring(int startIndex);
        public extern string Substring(int startIndex, int length);
        public extern char[] ToCharArray();
        public extern string ToLower();
        public override extern string ToString();
        public extern string ToUpper();
        public extern string Trim();
        public static extern bool operator ==(string a, string b);
        public static extern bool operator !=(string a, string b);
    }

    public static class BitConverter
    {
        public static extern bool IsLittleEndian { get; }
        public static extern byte[] GetBytes(bool value);
        public static extern byte[] GetBytes(short value);
        public static extern byte[] GetBytes(ushort value);
        public static extern byte[] GetBytes(int value);
        public static extern byte[] GetBytes(uint value);
        public static extern byte[] GetBytes(long value);
        public static extern byte[] GetBytes(ulong value);
        public static extern byte[] GetBytes(float value);
        public static extern byte[] GetBytes(double value);
        public static extern short ToInt16(byte[] value, int index);
        public static extern ushort ToUInt16(byte[] value, int index);
        public static extern int ToInt32(byte[] value, int index);
        public static extern uint ToUInt32(byte[] value, int index);
        public static extern long ToInt64(byte[] value, int index);
        public static extern ulong ToUInt64(byte[] value, int index);
        public static extern float ToSingle(byte[] value, int index);
        public static extern double ToDouble(byte[] value, int index);
        public static extern string ToString(byte[] value);
    }

    public static class Console
    {
        public static extern void Write(string value);
        public static extern void WriteLine();
        public static extern void WriteLine(string value);
    }

    public static class GC
    {
        public static extern void SuppressFinalize(object obj);
        public static extern void ReRegisterForFinalize(object obj);
        public static extern void WaitForPendingFinalizers();
    }

    public class Random
    {
        public extern Random();
        public extern Random(int seed);
        public virtual extern int Next();
        public virtual extern int Next(int maxValue);
        public virtual extern void NextBytes(byte[] buffer);
        public virtual extern double NextDouble();
    }

    public sealed class Version
    {
        public extern Version(int major, int minor);
        public extern Version(int major, int minor, int build, int revision);
        public extern int Major { get; }
        public extern int Minor { get; }
        public extern int Build { get; }
        public extern int Revision { get; }
        public override extern bool Equals(object obj);
        public override extern int GetHashCode();
        public override extern string ToString();
    }

    public class WeakReference
    {
        public extern WeakReference(object target);
        public virtual extern bool IsAlive { get; }
        public virtual extern object Target { get; set; }
    }
}
