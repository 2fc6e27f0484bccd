using Bms.Bench.Campaign;
using Bms.Bench.Scenarios.Cases;
using Bms.Can.Io;
using Parquet;
using Parquet.Schema;

namespace Bms.Cli.Hil
{
    /// <summary>Writes the rows of a campaign as Parquet, one for each run; the file appears when it is complete.</summary>
    internal sealed class CampaignFile : IDisposable
    {
        private const int RowsPerGroup = 1000;

        private static readonly string[] Kinds =
        [
            "over-voltage", "under-voltage", "over-current charge", "over-current discharge", "over-temperature", "under-temperature", "thermal runaway", "lost module", "interlock",
            "silent current sensor", "failed current sensor", "silent host", "module with wrong CRC", "module with stuck counter", "open wire", "sensor with wrong CRC",
        ];

        private static readonly DataField<int> Run = new("run");
        private static readonly DataField<string> Cell = new("cell", false);
        private static readonly DataField<int> Cells = new("cells");
        private static readonly DataField<int> Parallel = new("parallel");
        private static readonly DataField<string> Modules = new("modules", false);
        private static readonly DataField<string> Sensor = new("sensor", false);
        private static readonly DataField<double> Ambient = new("ambient_deg_c");
        private static readonly DataField<double> Soc = new("initial_soc");
        private static readonly DataField<double> SensorErrors = new("sensor_errors");
        private static readonly DataField<string> Faults = new("faults", false);
        private static readonly DataField<string> Trips = new("trips", false);
        private static readonly DataField<bool> Passed = new("passed");
        private static readonly DataField<string> Code = new("failure", false);
        private static readonly DataField<string> Message = new("message", false);
        private static readonly DataField<bool> ClosedAgain = new("closed_again");
        private static readonly DataField<double> Simulated = new("simulated_s");
        private static readonly DataField<double?>[] Times = [.. Kinds.Select(k => new DataField<double?>("ms_" + k.Replace(' ', '_').Replace('-', '_')))];

        private readonly AtomicFile _file;
        private readonly MemoryStream _memory = new();
        private readonly ParquetWriter _writer;
        private readonly List<CampaignRow> _rows = [];
        private bool _isClosed;

        public CampaignFile(string path)
        {
            _file = new AtomicFile(path);
            var schema = new ParquetSchema([Run, Cell, Cells, Parallel, Modules, Sensor, Ambient, Soc, SensorErrors, Faults, Trips, Passed, Code, Message, ClosedAgain, Simulated, .. Times]);
            _writer = ParquetWriter.CreateAsync(schema, _memory).GetAwaiter().GetResult();
        }

        public void Add(CampaignRow row)
        {
            // Only what is written is kept: a row with its case is large.
            _rows.Add(row);
            if (_rows.Count == RowsPerGroup)
            {
                WriteGroup();
            }
        }

        public void Complete()
        {
            WriteGroup();
            Close();
            _file.Write(_memory.GetBuffer().AsSpan(0, (int)_memory.Length));
            _file.Complete();
        }

        public void Dispose()
        {
            Close();
            _file.Dispose();
            _memory.Dispose();
        }

        private void Close()
        {
            if (!_isClosed)
            {
                _isClosed = true;
                _writer.DisposeAsync().AsTask().GetAwaiter().GetResult();
            }
        }

        private void WriteGroup()
        {
            if (_rows.Count == 0)
            {
                return;
            }

            using (ParquetRowGroupWriter group = _writer.CreateRowGroup())
            {
                Numbers(group, Run, r => r.Run);
                Texts(group, Cell, r => r.Case.Bench.Pack.CellName);
                Numbers(group, Cells, r => r.Case.Bench.Pack.CellCount);
                Numbers(group, Parallel, r => r.Case.Bench.Pack.ParallelCount);
                Texts(group, Modules, r => CaseCatalogue.NameOfModules(r.Case.Bench.Pack.ModuleProfile));
                Texts(group, Sensor, r => CaseCatalogue.NameOfSensor(r.Case.Bench.Pack.SensorProfile));
                Numbers(group, Ambient, r => r.Case.Bench.Pack.AmbientDegC);
                Numbers(group, Soc, r => r.Case.Bench.Pack.InitialSoc);
                Numbers(group, SensorErrors, r => r.Case.Bench.Pack.SensorErrors);
                Texts(group, Faults, r => r.Faults);
                Texts(group, Trips, r => r.Trips);
                Numbers(group, Passed, r => r.Passed);
                Texts(group, Code, r => r.Code);
                Texts(group, Message, r => r.Message);
                Numbers(group, ClosedAgain, r => r.RecoveryJudged);
                Numbers(group, Simulated, r => r.SimulatedS);
                for (int k = 0; k < Kinds.Length; k++)
                {
                    string kind = Kinds[k];
                    double?[] times = [.. _rows.Select(r => r.Reactions.Where(x => x.Kind == kind).Select(x => (double?)x.Ms).DefaultIfEmpty(null).Max())];
                    group.WriteAsync<double>(Times[k], times).GetAwaiter().GetResult();
                }
            }

            _rows.Clear();
        }

        private void Numbers<T>(ParquetRowGroupWriter group, DataField<T> field, Func<CampaignRow, T> value)
            where T : struct
        {
            group.WriteAsync<T>(field, _rows.Select(value).ToArray().AsMemory()).GetAwaiter().GetResult();
        }

        private void Texts(ParquetRowGroupWriter group, DataField<string> field, Func<CampaignRow, string> value)
        {
            group.WriteAsync(field, _rows.Select(value).ToArray()).GetAwaiter().GetResult();
        }
    }
}
