using System.Globalization;
using System.Text;
using Bms.Can.Log;
using Bms.Cli.CommandLine;
using Bms.Cli.Logs;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;

namespace Bms.Cli.Profiles
{
    /// <summary>Shows a recorded log to the firmware's own decoders and counts what they make of it, module by module.</summary>
    internal sealed class ProfileCheck
    {
        // One frame in a hundred may be damaged; a period may be two and a half times what the profile expects, as in the firmware.
        private const double MostRefused = 0.01;
        private const double LongestPeriods = 2.5;
        private const int LowestPlausibleMv = 1000;
        private const int HighestPlausibleMv = 5000;

        private readonly int _profile;
        private readonly ParameterBlock _parameters;
        private readonly ModuleProtocol? _protocol;
        private readonly int _voltageFrames;
        private readonly int _cellsPerModule;
        private readonly int _temperatures;
        private readonly ModuleCount[] _modules;
        private readonly int[] _values = new int[4];
        private long _firstNs = long.MaxValue;
        private long _lastNs;
        private long _requests;

        public ProfileCheck(int profile, int cellsPerModule)
        {
            _profile = profile;
            _cellsPerModule = cellsPerModule != 0 ? cellsPerModule : ModuleProfile.UsualCells(profile);
            int modules = Math.Min(ModuleProfile.MostModules(profile), 192 / _cellsPerModule);
            _parameters = Presets.Nmc(modules * _cellsPerModule, 50_000);
            ProfilePresets.UseModules(_parameters, profile, cellsPerModule);
            _protocol = ModuleProtocol.Create(_parameters);
            _voltageFrames = ModuleProfile.VoltageFramesOf(_parameters);
            _temperatures = ModuleProfile.UsualTemperatures(profile);
            _modules = [.. Enumerable.Range(0, modules).Select(_ => new ModuleCount(_voltageFrames + 1))];
        }

        /// <summary>Cells of a module.</summary>
        public int CellsPerModule => _cellsPerModule;

        /// <summary>Is told every block of values that a frame brings: module, block, values in mV or 0.1 degC, time in ns. The block numbered <see cref="VoltageFrames"/> holds temperatures.</summary>
        public Action<int, int, int[], long>? News { get; init; }

        /// <summary>Blocks of voltages that a module has.</summary>
        public int VoltageFrames => _voltageFrames;

        /// <summary>Temperatures that a module tells; the values behind them are none.</summary>
        public int Temperatures => _temperatures;

        /// <summary>Reads a log.</summary>
        /// <exception cref="CanLogException">A line is no frame.</exception>
        public void Read(CanLogReader log, ProgressLine? progress = null)
        {
            var frame = new CanFrame();
            foreach (CanLogFrame recorded in WatchedLog.Frames(log, progress))
            {
                if (recorded.IsData && recorded.Length <= 8)
                {
                    frame.Id = recorded.Id;
                    frame.IsExtended = recorded.IsExtended;
                    frame.Length = recorded.Length;
                    recorded.CopyTo(frame.Data);
                    Take(frame, recorded.TimeNs);
                }
            }
        }

        /// <summary>Writes the table and says whether every module is understood.</summary>
        /// <param name="expected">Modules that the pack has; 0 for as many as were heard.</param>
        /// <param name="text">Where to.</param>
        public bool Report(int expected, StringBuilder text)
        {
            int heard = Array.FindLastIndex(_modules, m => m.Frames > 0) + 1;
            int count = expected != 0 ? expected : heard;
            text.Append(CultureInfo.InvariantCulture, $"profile {ModuleProfile.NameOf(_profile)}: modules of {_cellsPerModule} cells, a period of {PeriodMs(count)} ms is expected\n");
            if (_profile is ModuleProfile.BmwI3 or ModuleProfile.VwMqb or ModuleProfile.VwMeb)
            {
                text.Append(_requests != 0
                    ? string.Create(CultureInfo.InvariantCulture, $"requests to the modules in the log: {_requests}\n")
                    : "no request to the modules in the log: they stay silent until they are asked\n");
            }

            if (count == 0)
            {
                text.Append("not understood: no frame of any module\n");
                return false;
            }

            text.Append("module  frames  refused  without news  period ms  cells mV        temperatures degC  verdict\n");
            bool understood = true;
            for (int module = 0; module < count; module++)
            {
                List<string> faults = FaultsOf(module, count);
                understood &= faults.Count == 0;
                ModuleCount m = _modules[module];
                string cells = m.LowestMv <= m.HighestMv ? string.Create(CultureInfo.InvariantCulture, $"{m.LowestMv}..{m.HighestMv}") : "-";
                string degrees = m.LowestDeciC <= m.HighestDeciC ? string.Create(CultureInfo.InvariantCulture, $"{m.LowestDeciC / 10.0:0.0}..{m.HighestDeciC / 10.0:0.0}") : "-";
                double period = WorstPeriodMs(m);
                text.Append(CultureInfo.InvariantCulture, $"{module + 1,6}{m.Frames,8}{m.Refused,9}{m.WithoutNews,14}{(period > 0 ? period.ToString("0", CultureInfo.InvariantCulture) : "-"),11}  {cells,-16}{degrees,-19}{(faults.Count == 0 ? "understood" : string.Join("; ", faults))}\n");
            }

            text.Append(understood ? "understood\n" : "not understood\n");
            return understood;
        }

        private int PeriodMs(int modules) => ModuleProfile.PeriodMs(_profile, Math.Max(1, modules));

        private List<string> FaultsOf(int module, int count)
        {
            ModuleCount m = _modules[module];
            var faults = new List<string>();
            if (m.Frames == 0)
            {
                faults.Add("silent");
                return faults;
            }

            bool hasTemperatures = module < ModuleProfile.ModulesWithTemperatures(_profile);
            for (int block = 0; block < (hasTemperatures ? _voltageFrames + 1 : _voltageFrames); block++)
            {
                if (m.News[block] == 0)
                {
                    faults.Add(block == _voltageFrames ? "no temperatures" : string.Create(CultureInfo.InvariantCulture, $"no cells {(block * PerFrame) + 1}..{Math.Min((block + 1) * PerFrame, _cellsPerModule)}"));
                }
            }

            if (m.Refused > MostRefused * m.Frames)
            {
                faults.Add("length, CRC or counter wrong in too many frames");
            }

            if (m.MissingCells > 0)
            {
                faults.Add("cells without a voltage");
            }

            if (m.HighestMv > HighestPlausibleMv || (m.LowestMv < LowestPlausibleMv && m.LowestMv <= m.HighestMv))
            {
                faults.Add("voltages not plausible");
            }

            if (hasTemperatures && m.News[_voltageFrames] > 0 && m.LowestDeciC > m.HighestDeciC)
            {
                faults.Add("no temperature available");
            }

            if (WorstPeriodMs(m) > LongestPeriods * PeriodMs(count))
            {
                faults.Add("too slow");
            }

            return faults;
        }

        private int PerFrame => ModuleProfile.CellsPerFrame(_profile);

        // Of the frame that came least often, over the whole log. Shown logs have no time.
        private double WorstPeriodMs(ModuleCount m)
        {
            long least = m.News.Where(n => n > 0).DefaultIfEmpty(0).Min();
            return least > 1 && _lastNs > _firstNs ? (_lastNs - _firstNs) * 1e-6 / least : 0;
        }

        private void Take(CanFrame frame, long timeNs)
        {
            _firstNs = Math.Min(_firstNs, timeNs);
            _lastNs = Math.Max(_lastNs, timeNs);
            if (!frame.IsExtended && (_profile == ModuleProfile.BmwI3 ? frame.Id is >= 0x080 and < 0x090 : frame.Id == Core.Messages.VwMqb.Poll.Id))
            {
                _requests++;
            }

            int result = _protocol is null ? TakeReference(frame) : _protocol.Take(frame);
            if (result == ModuleProtocol.NotMine)
            {
                return;
            }

            int module = result >= 0 ? result % PackMeasurement.MaxModules : ModuleOf(frame);
            if (module < 0 || module >= _modules.Length)
            {
                return;
            }

            ModuleCount m = _modules[module];
            m.Frames++;
            m.Refused += result == ModuleProtocol.Refused ? 1 : 0;
            m.WithoutNews += result == ModuleProtocol.NoNews ? 1 : 0;
            if (result >= 0)
            {
                int[] values = _protocol is null ? _values : _protocol.Values;
                Store(m, result / PackMeasurement.MaxModules, values);
                News?.Invoke(module, result / PackMeasurement.MaxModules, values, timeNs);
            }
        }

        private void Store(ModuleCount m, int block, int[] values)
        {
            m.News[block]++;
            if (block == _voltageFrames)
            {
                foreach (int deciC in values.Take(_temperatures).Where(v => v != SignalValue.NotAvailable))
                {
                    m.LowestDeciC = Math.Min(m.LowestDeciC, deciC);
                    m.HighestDeciC = Math.Max(m.HighestDeciC, deciC);
                }

                return;
            }

            for (int i = 0; i < PerFrame && (block * PerFrame) + i < _cellsPerModule; i++)
            {
                if (values[i] == SignalValue.NotAvailable)
                {
                    m.MissingCells++;
                    continue;
                }

                m.LowestMv = Math.Min(m.LowestMv, values[i]);
                m.HighestMv = Math.Max(m.HighestMv, values[i]);
            }
        }

        private int ModuleOf(CanFrame frame)
        {
            return _profile switch
            {
                ModuleProfile.VwMqb when frame.IsExtended => (int)(frame.Id - Core.Messages.VwMqb.Temperatures.BaseId),
                ModuleProfile.VwMeb when frame.IsExtended => (int)(frame.Id - Core.Messages.VwMeb.Temperatures.BaseId),
                ModuleProfile.VwMqb or ModuleProfile.VwMeb => (int)(frame.Id - Core.Messages.VwMqb.VoltagesA.BaseId) >> 2,
                ModuleProfile.OutlanderPhev => (int)(frame.Id - Core.Messages.OutlanderPhev.Temperatures.BaseId) >> 4,
                _ => (int)frame.Id & 15,
            };
        }

        // The firmware reads its own modules without a protocol object; the same checks, spelled out once more.
        private int TakeReference(CanFrame frame)
        {
            uint offset = frame.Id - ModuleVoltagesA.BaseId;
            if (frame.IsExtended || offset >= 64)
            {
                return ModuleProtocol.NotMine;
            }

            byte[] d = frame.Data;
            int slot = ((int)(offset >> 4) * PackMeasurement.MaxModules) + (int)(offset & 15);
            ModuleCount m = _modules[offset & 15];
            int counter = d[ModuleVoltagesA.Length - 1] & 0x0F;
            bool repeats = m.LastCounter[offset >> 4] == counter;
            if (frame.Length != ModuleVoltagesA.Length || !E2eProfile1.HasValidCrc(d, frame.Length, (int)frame.Id) || counter > E2eProfile1.MaxCounter || repeats)
            {
                return ModuleProtocol.Refused;
            }

            m.LastCounter[offset >> 4] = counter;
            if (offset >> 4 == 3)
            {
                _values[0] = ModuleTemperatures.UnpackTemperature1DeciC(d);
                _values[1] = ModuleTemperatures.UnpackTemperature2DeciC(d);
                _values[2] = ModuleTemperatures.UnpackTemperature3DeciC(d);
                _values[3] = ModuleTemperatures.UnpackTemperature4DeciC(d);
                return slot;
            }

            _values[0] = ModuleVoltagesA.UnpackCellVoltage1Mv(d);
            _values[1] = ModuleVoltagesA.UnpackCellVoltage2Mv(d);
            _values[2] = ModuleVoltagesA.UnpackCellVoltage3Mv(d);
            _values[3] = ModuleVoltagesA.UnpackCellVoltage4Mv(d);
            return slot;
        }

        private sealed class ModuleCount(int blocks)
        {
            public readonly long[] News = new long[blocks];
            public readonly int[] LastCounter = [-1, -1, -1, -1];
            public long Frames;
            public long Refused;
            public long WithoutNews;
            public long MissingCells;
            public int LowestMv = int.MaxValue;
            public int HighestMv = int.MinValue;
            public int LowestDeciC = int.MaxValue;
            public int HighestDeciC = int.MinValue;
        }
    }
}
