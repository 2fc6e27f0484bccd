using System.Globalization;
using System.Text;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Cli.Logs;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;

namespace Bms.Cli.Profiles
{
    /// <summary>Shows a recorded log to the firmware's decoder of a current sensor.</summary>
    internal sealed class SensorCheck(int profile)
    {
        private const double MostRefused = 0.01;
        private const double LongestPeriods = 2.5;

        private static readonly string[] Names = ["", "refused", "without news", "current mA", "pack voltage mV", "link voltage mV"];

        private readonly long[] _count = new long[6];
        private readonly int[] _lowest = [int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue, int.MaxValue];
        private readonly int[] _highest = [int.MinValue, int.MinValue, int.MinValue, int.MinValue, int.MinValue, int.MinValue];
        private long _firstNs = long.MaxValue;
        private long _lastNs;

        /// <summary>Reads a log.</summary>
        /// <exception cref="CanLogException">A line is no frame.</exception>
        public void Read(CanLogReader log, ProgressLine? progress = null)
        {
            ParameterBlock parameters = Presets.Nmc(96, 50_000);
            ProfilePresets.UseSensor(parameters, profile);
            SensorProtocol sensor = SensorProtocol.Create(parameters);
            var frame = new CanFrame();
            foreach (CanLogFrame recorded in WatchedLog.Frames(log, progress))
            {
                if (!recorded.IsData || recorded.Length > 8)
                {
                    continue;
                }

                frame.Id = recorded.Id;
                frame.IsExtended = recorded.IsExtended;
                frame.Length = recorded.Length;
                recorded.CopyTo(frame.Data);
                _firstNs = Math.Min(_firstNs, recorded.TimeNs);
                _lastNs = Math.Max(_lastNs, recorded.TimeNs);
                int kind = sensor.Take(frame);
                _count[kind]++;
                if (kind >= SensorProtocol.Current)
                {
                    _lowest[kind] = Math.Min(_lowest[kind], sensor.Value);
                    _highest[kind] = Math.Max(_highest[kind], sensor.Value);
                }
            }
        }

        /// <summary>Writes the table and says whether the sensor is understood.</summary>
        public bool Report(StringBuilder text)
        {
            int periodMs = SensorProfile.PeriodMs(profile);
            text.Append(CultureInfo.InvariantCulture, $"profile {SensorProfile.NameOf(profile)}: a current every {periodMs} ms is expected\nframes: {_count[SensorProtocol.Refused]} refused, {_count[SensorProtocol.NoNews]} without news\n");
            bool understood = true;
            int last = profile == SensorProfile.IvtS ? SensorProtocol.LinkVoltage : SensorProtocol.Current;
            for (int kind = SensorProtocol.Current; kind <= last; kind++)
            {
                if (_count[kind] == 0)
                {
                    text.Append(CultureInfo.InvariantCulture, $"{Names[kind]}: missing\n");
                    understood = false;
                    continue;
                }

                double meanMs = (_lastNs - _firstNs) * 1e-6 / _count[kind];
                bool tooSlow = meanMs > LongestPeriods * periodMs;
                understood &= !tooSlow;
                text.Append(CultureInfo.InvariantCulture, $"{Names[kind]}: {_count[kind]} frames, {_lowest[kind]}..{_highest[kind]}, every {meanMs:0.0} ms{(tooSlow ? ": too slow" : "")}\n");
            }

            if (_count[SensorProtocol.Refused] > MostRefused * (_count.Sum() - _count[SensorProtocol.NotMine]))
            {
                text.Append("length, counter or selector wrong in too many frames\n");
                understood = false;
            }

            text.Append(understood ? "understood\n" : "not understood\n");
            return understood;
        }
    }
}
