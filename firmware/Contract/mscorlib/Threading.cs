namespace System.Threading
{
    public delegate void ThreadStart();

    public delegate void TimerCallback(object state);

    public enum ThreadPriority
    {
        Lowest = 0,
        BelowNormal = 1,
        Normal = 2,
        AboveNormal = 3,
        Highest = 4,
    }

    public sealed class Thread
    {
        public extern Thread(ThreadStart start);
        public static extern Thread CurrentThread { get; }
        public extern bool IsAlive { get; }
        public extern int ManagedThreadId { get; }
        public extern ThreadPriority Priority { get; set; }
        public extern void Start();
        public extern void Join();
        public extern bool Join(int millisecondsTimeout);
        public static extern void Sleep(int millisecondsTimeout);
        public static extern void Sleep(TimeSpan timeout);
    }

    public static class Timeout
    {
        public const int Infinite = -1;
    }

    public static class Interlocked
    {
        public static extern int CompareExchange(ref int location1, int value, int comparand);
        public static extern int Decrement(ref int location);
        public static extern int Exchange(ref int location1, int value);
        public static extern int Increment(ref int location);
    }

    public static class Monitor
    {
        public static extern void Enter(object obj);
        public static extern void Exit(object obj);
    }

    public abstract class WaitHandle : MarshalByRefObject
    {
        public const int WaitTimeout = 0x102;
        public extern WaitHandle();
        public virtual extern bool WaitOne();
        public virtual extern bool WaitOne(int millisecondsTimeout, bool exitContext);
    }

    public sealed class AutoResetEvent : WaitHandle
    {
        public extern AutoResetEvent(bool initialState);
        public extern bool Reset();
        public extern bool Set();
    }

    public sealed class ManualResetEvent : WaitHandle
    {
        public extern ManualResetEvent(bool initialState);
        public extern bool Reset();
        public extern bool Set();
    }

    public sealed class Timer : MarshalByRefObject, IDisposable
    {
        public extern Timer(TimerCallback callback, object state, int dueTime, int period);
        public extern bool Change(int dueTime, int period);
        public extern void Dispose();
    }
}

namespace System
{
    public abstract class MarshalByRefObject
    {
        protected extern MarshalByRefObject();
    }
}
