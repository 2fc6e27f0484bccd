using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary>Reads a log frame by frame, tells how far it is, and ends where the user stops it.</summary>
    internal static class WatchedLog
    {
        private const int FramesBetween = 4096;

        /// <summary>All frames of a log.</summary>
        /// <param name="log">The log.</param>
        /// <param name="progress">Is told; null where nobody waits.</param>
        /// <exception cref="CanLogException">A record is broken.</exception>
        /// <exception cref="OperationCanceledException">The user wants to stop.</exception>
        public static IEnumerable<CanLogFrame> Frames(CanLogReader log, ProgressLine? progress)
        {
            for (long number = 0; log.TryRead(out CanLogFrame frame); number++)
            {
                if (number % FramesBetween == 0)
                {
                    progress?.Report(log.TotalBytes > 0 ? (double)log.BytesRead / log.TotalBytes : double.NaN);
                }

                yield return frame;
            }
        }
    }
}
