using System.Diagnostics;
using System.Globalization;

namespace Bms.Cli.CommandLine
{
    /// <summary>A line on standard error that tells how far a long job is; silent for the first two seconds, and where nobody watches.</summary>
    internal sealed class ProgressLine : IDisposable
    {
        /// <summary>Time without a word, in s.</summary>
        public const double FirstS = 2;

        private const double PeriodS = 0.2;
        private const int Width = 30;

        private readonly CliHost _host;
        private readonly Stopwatch _watch = Stopwatch.StartNew();
        private readonly bool _isShown;
        private double _nextS;
        private int _length;

        /// <param name="host">Where the line goes.</param>
        /// <param name="isShown">Whether it is shown; by default where standard error is a terminal.</param>
        /// <param name="firstS">Time without a word, in s.</param>
        public ProgressLine(CliHost host, bool? isShown = null, double firstS = FirstS)
        {
            _host = host;
            _nextS = firstS;
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
            _host.Shown = this;
        }

        /// <summary>Clears the line; the next report draws it again.</summary>
        public void Clear()
        {
            if (_length > 0)
            {
                _host.Error.Write("\r" + new string(' ', _length) + "\r");
                _length = 0;
            }

            _host.Shown = null;
        }

        /// <summary>Clears the line for good.</summary>
        public void Dispose() => Clear();
    }
}
