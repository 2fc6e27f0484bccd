using System.Diagnostics;
using System.Globalization;

namespace Bms.Cli.CommandLine
{
    /// <summary>A line on standard error that tells how far a long job is; silent for the first two seconds, and where nobody watches.</summary>
    internal sealed class ProgressLine : IDisposable
    {
        private const double FirstS = 2;
        private const double PeriodS = 0.2;
        private const int Width = 30;

        private readonly CliHost _host;
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private readonly bool _isShown;
        private double _nextS = FirstS;
        private int _length;

        public ProgressLine(CliHost host, bool? isShown = null)
        {
            _host = host;
            _isShown = isShown ?? (ReferenceEquals(host.Error, Console.Error) && !Console.IsErrorRedirected);
        }

        /// <summary>Tells how much is done.</summary>
        /// <param name="part">0..1; NaN where the end is not known.</param>
        /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
        public void Report(double part)
        {
            _host.Stop.ThrowIfCancellationRequested();
            double now = _watch.Elapsed.TotalSeconds;
            if (!_isShown || now < _nextS)
            {
                return;
            }

            _nextS = now + PeriodS;
            string text = double.IsNaN(part) || part <= 0
                ? string.Create(CultureInfo.InvariantCulture, $"{now:0} s")
                : string.Create(CultureInfo.InvariantCulture, $"[{new string('#', (int)(Width * Math.Min(1, part))).PadRight(Width, '.')}] {100 * part:0} %, about {now / part * (1 - part):0} s left");
            _host.Error.Write("\r" + text.PadRight(_length));
            _length = text.Length;
        }

        /// <summary>Clears the line.</summary>
        public void Dispose()
        {
            if (_length > 0)
            {
                _host.Error.Write("\r" + new string(' ', _length) + "\r");
            }
        }
    }
}
