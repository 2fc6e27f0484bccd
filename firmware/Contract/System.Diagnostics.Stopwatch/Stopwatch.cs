namespace System.Diagnostics
{
    public class Stopwatch
    {
        public extern Stopwatch();
        public extern long ElapsedMilliseconds { get; }
        public extern bool IsRunning { get; }
        public extern void Reset();
        public extern void Start();
        public extern void Stop();
        public static extern Stopwatch StartNew();
    }
}
