using System.Globalization;
using System.Text;
using System.Text.Json;
using Bms.Can.Dbc;
using Bms.Cli.CommandLine;
using DuckDB.NET.Data;

namespace Bms.Cli.Logs
{
    /// <summary>Parquet files as tables of a DuckDB in memory: one view for each message.</summary>
    internal sealed class QueryStore : IDisposable
    {
        private readonly string _temporary = Directory.CreateTempSubdirectory("bms-query-").FullName;
        private readonly DuckDBConnection _database = new("DataSource=:memory:");
        private readonly Dictionary<string, List<string>> _parts = new(StringComparer.OrdinalIgnoreCase);
        private int _folders;

        public QueryStore()
        {
            _database.Open();
            Execute("SET TimeZone='UTC'");
        }

        /// <summary>A folder that goes away with the store.</summary>
        public string NewFolder() => Path.Combine(_temporary, (++_folders).ToString(CultureInfo.InvariantCulture));

        /// <summary>Adds the decoded messages of one log.</summary>
        public void AddLog(string name, string folder)
        {
            foreach (string path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*.parquet") : [])
            {
                Add(MessageOf(path), $"SELECT {Text(name)} AS log, * FROM read_parquet({Text(path)})");
            }
        }

        /// <summary>Adds a folder of Parquet files: a store in Hive layout, or one file for each message.</summary>
        /// <exception cref="CliFailure">There are none.</exception>
        public void AddFolder(string folder)
        {
            foreach (string place in Directory.EnumerateDirectories(folder, "message=*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)!).Distinct())
            {
                string files = Path.Combine(folder, "**", place, "*.parquet");
                Add(place["message=".Length..], $"SELECT * EXCLUDE (message, filename), regexp_replace(parse_filename(filename, true), '[.]part[0-9]+$', '') AS log FROM read_parquet({Text(files)}, hive_partitioning=true, union_by_name=true, filename=true)");
            }

            foreach (string path in Directory.EnumerateFiles(folder, "*.parquet"))
            {
                Add(MessageOf(path), $"SELECT * FROM read_parquet({Text(path)})");
            }

            if (_parts.Count == 0)
            {
                throw new CliFailure($"{folder}: holds no Parquet files; lay a store with 'bms log decode LOG --vehicle NAME --out {folder}'");
            }
        }

        // A long log has several files for a message: M.parquet, M.part2.parquet...
        private static string MessageOf(string path) => Path.GetFileName(path).Split('.')[0];

        /// <summary>Adds messages that occur in no log, so that a query over them gives nothing instead of failing.</summary>
        public void AddEmpty(IEnumerable<DbcMessage> messages)
        {
            foreach (DbcMessage message in messages.Where(message => !_parts.ContainsKey(message.Name)))
            {
                string columns = string.Concat(message.Signals.Select(signal => $", NULL::DOUBLE AS {Name(signal.Name)}"));
                Add(message.Name, $"SELECT NULL::VARCHAR AS log, NULL::TIMESTAMPTZ AS time, NULL::VARCHAR AS bus{columns} WHERE false");
            }
        }

        /// <summary>Runs a query.</summary>
        /// <param name="sql">The query.</param>
        /// <param name="format">table, csv or json.</param>
        /// <param name="stop">Ends it early.</param>
        /// <exception cref="CliFailure">The query is wrong.</exception>
        public string Run(string sql, string format, CancellationToken stop)
        {
            foreach ((string message, List<string> parts) in _parts)
            {
                Execute($"CREATE VIEW {Name(message)} AS {string.Join(" UNION ALL BY NAME ", parts)}");
            }

            try
            {
                using DuckDBCommand command = _database.CreateCommand();
                command.CommandText = sql;
                using CancellationTokenRegistration cancel = stop.Register(command.Cancel);
                using var reader = command.ExecuteReader();
                string[] heads = [.. Enumerable.Range(0, reader.FieldCount).Select(reader.GetName)];
                var rows = new List<object?[]>();
                while (reader.Read())
                {
                    stop.ThrowIfCancellationRequested();
                    rows.Add([.. Enumerable.Range(0, heads.Length).Select(column => reader.IsDBNull(column) ? null : reader.GetValue(column))]);
                }

                return format switch { "csv" => Csv(heads, rows), "json" => Json(heads, rows), _ => Table(heads, rows) };
            }
            catch (DuckDBException fault)
            {
                stop.ThrowIfCancellationRequested();
                throw new CliFailure($"--sql: {OneLine.Of(fault.Message)}; tables are messages, 'SHOW TABLES' lists them");
            }
        }

        public void Dispose()
        {
            _database.Dispose();
            Directory.Delete(_temporary, recursive: true);
        }

        private static string Text(string text) => "'" + text.Replace("'", "''") + "'";

        private static string Name(string name) => "\"" + name.Replace("\"", "\"\"") + "\"";

        private static string Shown(object? value) => value switch
        {
            null => "",
            DateTime time => time.ToString("yyyy-MM-dd HH:mm:ss.ffffff", CultureInfo.InvariantCulture),
            DateOnly date => date.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
            bool flag => flag ? "true" : "false",
            IFormattable number => number.ToString(null, CultureInfo.InvariantCulture),
            _ => value.ToString() ?? "",
        };

        private static string Csv(string[] heads, List<object?[]> rows)
        {
            static string Field(string text) => text.AsSpan().IndexOfAny(",\"\n\r") < 0 ? text : Name(text);
            var text = new StringBuilder(string.Join(',', heads.Select(Field)) + "\n");
            foreach (object?[] row in rows)
            {
                text.AppendJoin(',', row.Select(value => Field(Shown(value)))).Append('\n');
            }

            return text.ToString();
        }

        private static string Json(string[] heads, List<object?[]> rows)
        {
            var text = new StringBuilder();
            foreach (object?[] row in rows)
            {
                var line = new Dictionary<string, object?>();
                for (int column = 0; column < heads.Length; column++)
                {
                    line[heads[column]] = row[column] is null or bool or int or long or string ? row[column] : row[column] is double number ? (double.IsFinite(number) ? number : null) : Shown(row[column]);
                }

                text.Append(JsonSerializer.Serialize(line)).Append('\n');
            }

            return text.ToString();
        }

        private static string Table(string[] heads, List<object?[]> rows)
        {
            List<string[]> cells = [heads, .. rows.Select(row => row.Select(value => OneLine.Of(Shown(value))).ToArray())];
            int[] widths = [.. heads.Select((_, column) => cells.Max(row => row[column].Length))];
            bool[] isNumber = [.. heads.Select((_, column) => rows.TrueForAll(row => row[column] is not (string or DateTime)))];
            var text = new StringBuilder();
            foreach (string[] row in cells)
            {
                text.AppendJoin("  ", row.Select((cell, column) => isNumber[column] ? cell.PadLeft(widths[column]) : cell.PadRight(widths[column])));
                while (text.Length > 0 && text[^1] == ' ')
                {
                    text.Length--;
                }

                text.Append('\n');
            }

            return text.ToString();
        }

        private void Add(string message, string select)
        {
            if (!_parts.TryGetValue(message, out List<string>? parts))
            {
                _parts[message] = parts = [];
            }

            parts.Add(select);
        }

        private void Execute(string sql)
        {
            using DuckDBCommand command = _database.CreateCommand();
            command.CommandText = sql;
            command.ExecuteNonQuery();
        }
    }
}
