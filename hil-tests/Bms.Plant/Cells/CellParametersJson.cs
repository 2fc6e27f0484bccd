using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Bms.Plant.Cells
{
    /// <summary>Reads and writes cell files; every refusal names the file, the JSON path and the remedy.</summary>
    internal static class CellParametersJson
    {
        private static readonly string[] KnownFields =
        [
            "formatVersion", "name", "chemistry", "capacityAh", "coulombicEfficiency", "massKg", "heatCapacityJPerK", "minVoltageV", "maxVoltageV",
            "socGrid", "temperatureGridC", "ocvV", "r0DischargeOhm", "r0ChargeOhm", "r1Ohm", "tau1S", "r2Ohm", "tau2S",
            "hysteresisV", "hysteresisGamma", "instantHysteresisV", "entropicVPerK", "pulses", "falling", "origin",
        ];

        internal static CellParameters Read(Stream stream, string source)
        {
            JsonDocument document;
            try
            {
                var options = new JsonDocumentOptions { AllowTrailingCommas = true, CommentHandling = JsonCommentHandling.Skip, AllowDuplicateProperties = false };
                document = JsonDocument.Parse(stream, options);
            }
            catch (JsonException e)
            {
                string where = e.LineNumber is long line ? $"line {line + 1}" : "file";
                string what = e.Message.Split(" LineNumber", 2)[0].TrimEnd('.');
                throw new CellFileException(source, where, "not valid JSON: " + what, "repair the file, or fit the cell again");
            }

            using (document)
            {
                return new Reader(source).Cell(document.RootElement);
            }
        }

        internal static string Write(CellParameters p)
        {
            var text = new StringBuilder();
            text.Append("{\n");
            Line(text, "formatVersion", CellParameters.FormatVersion.ToString(CultureInfo.InvariantCulture));
            Line(text, "name", Quote(p.Name));
            Line(text, "chemistry", Quote(p.Chemistry));
            Line(text, "capacityAh", Number(p.CapacityAh, 6));
            Line(text, "coulombicEfficiency", Number(p.CoulombicEfficiency, 6));
            Line(text, "massKg", Number(p.MassKg, 4));
            Line(text, "heatCapacityJPerK", Number(p.HeatCapacityJPerK, 4));
            Line(text, "minVoltageV", Number(p.MinVoltageV, 4));
            Line(text, "maxVoltageV", Number(p.MaxVoltageV, 4));
            Line(text, "socGrid", Row(p.SocGrid, v => Number(v, 6)));
            Line(text, "temperatureGridC", Row(p.TemperatureGridC, v => Number(v, 6)));
            Tables(text, p);
            Line(text, "hysteresisGamma", Number(p.HysteresisGamma, 4));
            Line(text, "instantHysteresisV", Volt(p.InstantHysteresisV));
            if (p.EntropicVPerK is not null)
            {
                Line(text, "entropicVPerK", Row(p.EntropicVPerK, Four));
            }

            if (p.Pulses is not null)
            {
                Pulses(text, p.Pulses);
            }

            if (p.Falling is not null)
            {
                Falling(text, p.Falling);
            }

            text.Append("  \"origin\": {\n");
            text.Append("    \"dataSet\": ").Append(Quote(p.Origin.DataSet)).Append(",\n");
            text.Append("    \"doi\": ").Append(Quote(p.Origin.Doi)).Append(",\n");
            text.Append("    \"licence\": ").Append(Quote(p.Origin.Licence)).Append(",\n");
            text.Append("    \"method\": ").Append(Quote(p.Origin.Method)).Append(",\n");
            text.Append("    \"fitErrors\": [");
            for (int i = 0; i < p.Origin.FitErrors.Count; i++)
            {
                CellFitError e = p.Origin.FitErrors[i];
                text.Append(i == 0 ? "\n" : ",\n").Append("      { \"file\": ").Append(Quote(e.File)).Append(", \"fitted\": ").Append(e.Fitted ? "true" : "false")
                    .Append(", \"rmsMv\": ").Append(e.RmsMv.ToString("0.0", CultureInfo.InvariantCulture))
                    .Append(", \"rmsFrom5PercentMv\": ").Append(e.RmsFrom5PercentMv.ToString("0.0", CultureInfo.InvariantCulture)).Append(" }");
            }

            text.Append(p.Origin.FitErrors.Count == 0 ? "]\n" : "\n    ]\n").Append("  }\n}\n");
            return text.ToString();
        }

        private static void Tables(StringBuilder text, CellParameters p)
        {
            Table(text, "ocvV", p.OcvV, Volt);
            Table(text, "r0DischargeOhm", p.R0DischargeOhm, Four);
            Table(text, "r0ChargeOhm", p.R0ChargeOhm, Four);
            Table(text, "r1Ohm", p.R1Ohm, Four);
            Table(text, "tau1S", p.Tau1S, Four);
            Table(text, "r2Ohm", p.R2Ohm, Four);
            Table(text, "tau2S", p.Tau2S, Four);
            Line(text, "hysteresisV", Row(p.HysteresisV, Volt));
        }

        private static void Falling(StringBuilder text, FallingResistance falling)
        {
            CellParameters p = falling.Tables;
            text.Append("  \"falling\": {\n");
            Line(text, "seriesHalfRate", Row(falling.SeriesHalfRate, Four));
            Line(text, "fastHalfRate", Row(falling.FastHalfRate, Four));
            Tables(text, p);
            text.Append("  \"hysteresisGamma\": ").Append(Number(p.HysteresisGamma, 4)).Append("\n  },\n");
        }

        private static void Pulses(StringBuilder text, PulseFactors pulses)
        {
            text.Append("  \"pulses\": {\n");
            text.Append("    \"socGrid\": ").Append(Row(pulses.SocGrid, Four)).Append(",\n");
            text.Append("    \"rateGrid\": ").Append(Row(pulses.RateGrid, Four)).Append(",\n");
            Factors(text, "r0Factor", pulses.R0, ",\n");
            Factors(text, "r1Factor", pulses.R1, "\n");
            text.Append("  },\n");
        }

        private static void Factors(StringBuilder text, string name, double[][][] factor, string end)
        {
            text.Append("    \"").Append(name).Append("\": [\n");
            for (int t = 0; t < factor.Length; t++)
            {
                text.Append("      [").AppendJoin(", ", factor[t].Select(row => Row(row, v => Number(v, 3)))).Append(t == factor.Length - 1 ? "]\n" : "],\n");
            }

            text.Append("    ]").Append(end);
        }

        private static void Line(StringBuilder text, string name, string value)
        {
            text.Append("  \"").Append(name).Append("\": ").Append(value).Append(",\n");
        }

        private static void Table(StringBuilder text, string name, double[][] table, Func<double, string> format)
        {
            text.Append("  \"").Append(name).Append("\": [\n");
            for (int i = 0; i < table.Length; i++)
            {
                text.Append("    ").Append(Row(table[i], format)).Append(i == table.Length - 1 ? "\n" : ",\n");
            }

            text.Append("  ],\n");
        }

        private static string Row(double[] values, Func<double, string> format)
        {
            return "[" + string.Join(", ", values.Select(format)) + "]";
        }

        private static string Volt(double v)
        {
            return v.ToString("0.0###", CultureInfo.InvariantCulture);
        }

        private static string Four(double v)
        {
            return Number(v, 4);
        }

        private static string Number(double v, int digits)
        {
            return v == 0 ? "0" : v.ToString("G" + digits.ToString(CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        }

        private static string Quote(string s)
        {
            return "\"" + JsonEncodedText.Encode(s, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping) + "\"";
        }

        private sealed class Reader(string source)
        {
            internal CellParameters Cell(JsonElement root)
            {
                Require(root.ValueKind == JsonValueKind.Object, "$", "not a JSON object", "a cell file is one object with formatVersion, name, ...");
                int version = (int)Value(root, "formatVersion", 0, 1e6);
                Require(version == CellParameters.FormatVersion, "$.formatVersion", $"version {version} is not known",
                    $"this build reads version {CellParameters.FormatVersion}; convert the file or update Bms");
                foreach (JsonProperty field in root.EnumerateObject())
                {
                    Require(Array.IndexOf(KnownFields, field.Name) >= 0, "$." + field.Name, "unknown field", "remove it, or correct its spelling");
                }

                double[] soc = Vector(root, "socGrid", -1, 0, 1);
                Require(soc.Length >= 2 && soc[0] == 0 && soc[^1] == 1, "$.socGrid", "must begin with 0 and end with 1", "give the tables from empty to full");
                Ascending(soc, "$.socGrid");
                double[] temperature = Vector(root, "temperatureGridC", -1, -60, 120);
                Require(temperature.Length >= 2, "$.temperatureGridC", "needs at least two temperatures", "repeat the table rows if only one temperature is known");
                Ascending(temperature, "$.temperatureGridC");

                CellParameters plain = Tables(root, root, "$", soc, temperature);
                return root.TryGetProperty("falling", out JsonElement falling) ? Tables(root, root, "$", soc, temperature, Falling(falling, root, soc, temperature)) : plain;
            }

            // Tables and hysteresis stand in the first object, all else in the second.
            private CellParameters Tables(JsonElement tables, JsonElement root, string at, double[] soc, double[] temperature, FallingResistance? falling = null)
            {
                int rows = temperature.Length;
                int columns = soc.Length;
                double[][] ocv = TableOf(tables, "ocvV", at, rows, columns, 0.1, 10);
                for (int t = 0; t < rows; t++)
                {
                    for (int s = 1; s < columns; s++)
                    {
                        Require(ocv[t][s] >= ocv[t][s - 1], $"{at}.ocvV[{t}][{s}]", "falls with state of charge", "an open-circuit voltage never falls with state of charge; correct the row");
                    }
                }

                double minVoltage = Value(root, "minVoltageV", 0.1, 10);
                double maxVoltage = Value(root, "maxVoltageV", 0.1, 10);
                Require(minVoltage < maxVoltage, "$.maxVoltageV", "is not above minVoltageV", "exchange or correct the two");

                return new CellParameters
                {
                    Name = Text(root, "name", true),
                    Chemistry = Text(root, "chemistry", true),
                    CapacityAh = Value(root, "capacityAh", 1e-3, 1e5),
                    CoulombicEfficiency = root.TryGetProperty("coulombicEfficiency", out _) ? Value(root, "coulombicEfficiency", 0.5, 1) : 1.0,
                    MassKg = Value(root, "massKg", 1e-4, 1e3),
                    HeatCapacityJPerK = Value(root, "heatCapacityJPerK", 1e-2, 1e6),
                    MinVoltageV = minVoltage,
                    MaxVoltageV = maxVoltage,
                    SocGrid = soc,
                    TemperatureGridC = temperature,
                    OcvV = ocv,
                    R0DischargeOhm = TableOf(tables, "r0DischargeOhm", at, rows, columns, 1e-7, 100),
                    R0ChargeOhm = TableOf(tables, "r0ChargeOhm", at, rows, columns, 1e-7, 100),
                    R1Ohm = TableOf(tables, "r1Ohm", at, rows, columns, 0, 100),
                    Tau1S = TableOf(tables, "tau1S", at, rows, columns, 1e-3, 1e6),
                    R2Ohm = TableOf(tables, "r2Ohm", at, rows, columns, 0, 100),
                    Tau2S = TableOf(tables, "tau2S", at, rows, columns, 1e-3, 1e6),
                    HysteresisV = Numbers(Field(tables, "hysteresisV", at), at + ".hysteresisV", columns, 0, 1),
                    HysteresisGamma = tables.TryGetProperty("hysteresisGamma", out _) ? Value(tables, "hysteresisGamma", 0, 1e4, at) : 0,
                    InstantHysteresisV = root.TryGetProperty("instantHysteresisV", out _) ? Value(root, "instantHysteresisV", 0, 1) : 0,
                    EntropicVPerK = root.TryGetProperty("entropicVPerK", out _) ? Vector(root, "entropicVPerK", columns, -0.01, 0.01) : null,
                    Pulses = root.TryGetProperty("pulses", out JsonElement pulses) ? Pulses(pulses, rows) : null,
                    Falling = falling,
                    Origin = root.TryGetProperty("origin", out JsonElement origin) ? Origin(origin) : new CellOrigin(),
                };
            }

            private FallingResistance Falling(JsonElement falling, JsonElement root, double[] soc, double[] temperature)
            {
                const string at = "$.falling";
                Require(falling.ValueKind == JsonValueKind.Object, at, "not an object", "give seriesHalfRate, fastHalfRate and the tables");
                return new FallingResistance(
                    Tables(falling, root, at, soc, temperature),
                    Numbers(Field(falling, "seriesHalfRate", at), at + ".seriesHalfRate", temperature.Length, 0.01, 1e6),
                    Numbers(Field(falling, "fastHalfRate", at), at + ".fastHalfRate", temperature.Length, 0.01, 1e6));
            }

            private PulseFactors Pulses(JsonElement pulses, int temperatures)
            {
                Require(pulses.ValueKind == JsonValueKind.Object, "$.pulses", "not an object", "give socGrid, rateGrid, r0Factor and r1Factor");
                double[] soc = Numbers(Field(pulses, "socGrid", "$.pulses"), "$.pulses.socGrid", -1, 0, 1);
                double[] rate = Numbers(Field(pulses, "rateGrid", "$.pulses"), "$.pulses.rateGrid", -1, 1e-3, 1e3);
                Require(soc.Length >= 2 && rate.Length >= 2, "$.pulses", "has a grid of less than two values", "give at least two states of charge and two rates");
                Ascending(soc, "$.pulses.socGrid");
                Ascending(rate, "$.pulses.rateGrid");
                return new PulseFactors(soc, rate, Factors(pulses, "r0Factor", temperatures, soc.Length, rate.Length), Factors(pulses, "r1Factor", temperatures, soc.Length, rate.Length));
            }

            private double[][][] Factors(JsonElement pulses, string name, int temperatures, int rows, int columns)
            {
                JsonElement list = Field(pulses, name, "$.pulses");
                string at = "$.pulses." + name;
                Require(list.ValueKind == JsonValueKind.Array && list.GetArrayLength() == temperatures, at, "does not have one table for each temperature", "give as many tables as temperatureGridC has values");
                var factor = new double[temperatures][][];
                for (int t = 0; t < temperatures; t++)
                {
                    factor[t] = Table(list[t], $"{at}[{t}]", "pulses.socGrid", rows, columns, 0.01, 100);
                }

                return factor;
            }

            private CellOrigin Origin(JsonElement origin)
            {
                Require(origin.ValueKind == JsonValueKind.Object, "$.origin", "not an object", "give dataSet, doi, licence, method, fitErrors");
                var errors = new List<CellFitError>();
                if (origin.TryGetProperty("fitErrors", out JsonElement list))
                {
                    Require(list.ValueKind == JsonValueKind.Array, "$.origin.fitErrors", "not an array", "give a list of {file, fitted, rmsMv, rmsFrom5PercentMv}");
                    int i = 0;
                    foreach (JsonElement e in list.EnumerateArray())
                    {
                        string at = $"$.origin.fitErrors[{i++}]";
                        Require(e.ValueKind == JsonValueKind.Object, at, "not an object", "give file, fitted, rmsMv, rmsFrom5PercentMv");
                        bool fitted = e.TryGetProperty("fitted", out JsonElement f) && f.ValueKind == JsonValueKind.True;
                        errors.Add(new CellFitError(Text(e, "file", true, at), fitted, Value(e, "rmsMv", 0, 1e6, at), Value(e, "rmsFrom5PercentMv", 0, 1e6, at)));
                    }
                }

                return new CellOrigin
                {
                    DataSet = Text(origin, "dataSet", false, "$.origin"),
                    Doi = Text(origin, "doi", false, "$.origin"),
                    Licence = Text(origin, "licence", false, "$.origin"),
                    Method = Text(origin, "method", false, "$.origin"),
                    FitErrors = errors,
                };
            }

            private JsonElement Field(JsonElement parent, string name, string at)
            {
                Require(parent.TryGetProperty(name, out JsonElement value), $"{at}.{name}", "is missing", "add the field; docs/hil-tests/Bms.Plant/cells.md has the format");
                return value;
            }

            private string Text(JsonElement parent, string name, bool required, string at = "$")
            {
                if (!required && !parent.TryGetProperty(name, out _))
                {
                    return "";
                }

                JsonElement value = Field(parent, name, at);
                Require(value.ValueKind == JsonValueKind.String && (!required || value.GetString()!.Length > 0), $"{at}.{name}", "not a text", "give it between quotation marks");
                return value.GetString()!;
            }

            private double Value(JsonElement parent, string name, double min, double max, string at = "$")
            {
                return Checked(Field(parent, name, at), $"{at}.{name}", min, max);
            }

            private double[] Vector(JsonElement root, string name, int length, double min, double max)
            {
                return Numbers(Field(root, name, "$"), "$." + name, length, min, max);
            }

            private double[] Numbers(JsonElement array, string at, int length, double min, double max)
            {
                Require(array.ValueKind == JsonValueKind.Array, at, "not an array", "give a list of numbers");
                int count = array.GetArrayLength();
                Require(length < 0 || count == length, at, $"has {count} values where the grid has {length}", "give one value per grid point");
                var values = new double[count];
                for (int i = 0; i < count; i++)
                {
                    values[i] = Checked(array[i], $"{at}[{i}]", min, max);
                }

                return values;
            }

            private double[][] TableOf(JsonElement parent, string name, string at, int rows, int columns, double min, double max)
            {
                return Table(Field(parent, name, at), $"{at}.{name}", "temperatureGridC", rows, columns, min, max);
            }

            private double[][] Table(JsonElement array, string at, string grid, int rows, int columns, double min, double max)
            {
                Require(array.ValueKind == JsonValueKind.Array, at, "not an array", $"give one row per value of {grid}");
                Require(array.GetArrayLength() == rows, at, $"has {array.GetArrayLength()} rows where {grid} has {rows} values", $"give one row per value of {grid}");
                var table = new double[rows][];
                for (int t = 0; t < rows; t++)
                {
                    table[t] = Numbers(array[t], $"{at}[{t}]", columns, min, max);
                }

                return table;
            }

            private double Checked(JsonElement value, string at, double min, double max)
            {
                Require(value.ValueKind == JsonValueKind.Number, at, "not a number", "give a number without quotation marks");
                double number = value.GetDouble();
                Require(number >= min && number <= max, at, $"{value.GetRawText()} is outside {min.ToString(CultureInfo.InvariantCulture)}..{max.ToString(CultureInfo.InvariantCulture)}",
                    "check the unit (V, ohm, s, Ah, degC)");
                return number;
            }

            private void Ascending(double[] grid, string at)
            {
                for (int i = 1; i < grid.Length; i++)
                {
                    Require(grid[i] > grid[i - 1], $"{at}[{i}]", "does not ascend", "sort the grid and its tables");
                }
            }

            private void Require(bool good, string at, string problem, string remedy)
            {
                if (!good)
                {
                    throw new CellFileException(source, at, problem, remedy);
                }
            }
        }
    }
}
