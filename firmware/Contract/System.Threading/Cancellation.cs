namespace System.Threading
{
    public class CancellationTokenSource : IDisposable
    {
        public extern CancellationTokenSource();
        public extern bool IsCancellationRequested { get; }
        public extern void Cancel();
        public extern void Dispose();
    }
}
