using System.Globalization;
using System.IO.Compression;
using System.Text;

namespace Bms.Identification
{
    /// <summary>One measured test of one cell, as columns of equal length: what <c>bms replay</c>, <c>bms evaluate</c>, <c>bms bench</c> and the identification read.</summary>
    /// <remarks>
    /// A CSV file, plain or gzip (told by its content, not its name), with a header line. Columns, in any order: <c>time_s</c>, <c>current_a</c> (positive
    /// charges), <c>voltage_v</c>, <c>temperature_c</c>, and for the reference state of charge <c>soc</c> (0..1) or <c>charge_ah</c> (counter, zero at the
    /// start; where <c>discharge_ah</c> stands beside it the two are counted apart and their difference is taken). Other columns are ignored.
    /// A current stands for the interval that ends at its time stamp, which is how all sets in the project's data folder count charge.
    /// Every number is checked: not a number, a time that falls and a value no cell can have are refused with the line and the remedy. Testers log a sample
    /// twice at the end of a step, so of samples with the same time the last one counts.
    /// A jump in time is legal (unlogged rest); see <see cref="IsGap"/>. About 2 million rows a second.
    /// </remarks>
    public sealed class MeasuredTest
    {
        private const string ColumnsRemedy = "the file needs the columns time_s, current_a, voltage_v, temperature_c and one of charge_ah, soc";

        private MeasuredTest(string name, double[] time, double[] current, double[] voltage, double[] temperature, double[]? charge, double[]? soc)
        {
            Name = name;
            TimeS = time;
            CurrentA = current;
            VoltageV = voltage;
            TemperatureC = temperature;
            ChargeAh = charge;
            Soc = soc;
            MedianStepS = Median(time);
        }

        /// <summary>Path or name the test was read from.</summary>
        public string Name { get; }

        /// <summary>Number of samples, at least 2.</summary>
        public int Count => TimeS.Length;

        /// <summary>Time in s, strictly rising.</summary>
        public double[] TimeS { get; }

        /// <summary>Current in A, positive charges; holds over the interval that ends at the sample.</summary>
        public double[] CurrentA { get; }

        /// <summary>Terminal voltage in V.</summary>
        public double[] VoltageV { get; }

        /// <summary>Cell temperature in degC.</summary>
        public double[] TemperatureC { get; }

        /// <summary>The tester's counter in Ah (positive: charged since the start), or null.</summary>
        public double[]? ChargeAh { get; }

        /// <summary>Reference state of charge, or null.</summary>
        public double[]? Soc { get; }

        /// <summary>Median sampling interval in s.</summary>
        public double MedianStepS { get; }

        /// <summary>Length of the interval that ends at a sample, in s; the first sample gets the median.</summary>
        public double StepS(int sample)
        {
            return sample == 0 ? MedianStepS : TimeS[sample] - TimeS[sample - 1];
        }

        /// <summary>True where the interval before the sample was not logged: more than 20 median intervals and more than 100 s.</summary>
        /// <remarks>The current in a gap is unknown; its charge is known from the counter. The logged rests of the data sets (every 10 s after samples of 0.1 s) are no gaps.</remarks>
        public bool IsGap(int sample)
        {
            double step = StepS(sample);
            return step > 100 && step > 20 * MedianStepS;
        }

        /// <summary>Reference state of charge of every sample.</summary>
        /// <param name="capacityAh">Reference capacity for the counter; not used where the file has a <c>soc</c> column.</param>
        /// <param name="initialSoc">State of charge where the counter is zero; all cycles of the data sets start full.</param>
        public double[] ReferenceSoc(double capacityAh, double initialSoc = 1)
        {
            ArgumentOutOfRangeException.ThrowIfNegativeOrZero(capacityAh);
            if (Soc is not null)
            {
                return (double[])Soc.Clone();
            }

            return Array.ConvertAll(ChargeAh!, q => initialSoc + (q / capacityAh));
        }

        /// <summary>Capacity of the very cell that was measured, in Ah: charge moved over change of the reference, which differs a little from specimen to specimen.</summary>
        /// <param name="typeCapacityAh">What to take where the file has no <c>soc</c> column, or one that changes by less than 0.3 or does not fit a cell of the type (half to double).</param>
        public double SpecimenCapacityAh(double typeCapacityAh)
        {
            if (Soc is null || Math.Abs(Soc[^1] - Soc[0]) < 0.3)
            {
                return typeCapacityAh;
            }

            double chargeAh = 0;
            for (int k = 1; k < Count; k++)
            {
                chargeAh += IsGap(k) ? 0 : CurrentA[k] * StepS(k) / 3600;
            }

            double capacityAh = chargeAh / (Soc[^1] - Soc[0]);
            return capacityAh > 0.5 * typeCapacityAh && capacityAh < 2 * typeCapacityAh ? capacityAh : typeCapacityAh;
        }

        /// <summary>Builds a test from columns (simulated data, excerpts). The arrays are kept, not copied.</summary>
        /// <exception cref="MeasuredTestException">As for a file; lines count from 2.</exception>
        public static MeasuredTest FromColumns(string name, double[] timeS, double[] currentA, double[] voltageV, double[] temperatureC, double[]? chargeAh, double[]? soc)
        {
            var columns = new double[]?[] { timeS, currentA, voltageV, temperatureC, chargeAh, null, soc };
            return Checked(name, columns, timeS.Length, k => k + 2);
        }

        /// <summary>Reads a file.</summary>
        /// <param name="path">CSV, plain or gzip.</param>
        /// <param name="temperatureIfMissingC">Temperature of every sample where the file has no such column; null refuses such a file.</param>
        /// <exception cref="MeasuredTestException">The file cannot be read or used; the message has file, line and remedy.</exception>
        public static MeasuredTest Read(string path, double? temperatureIfMissingC = null)
        {
            byte[] raw;
            try
            {
                raw = File.ReadAllBytes(path);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or NotSupportedException)
            {
                throw new MeasuredTestException(path, 0, "cannot be read: " + OneLine(e.Message), "check the path and the permissions");
            }

            return Parse(raw, path, temperatureIfMissingC);
        }

        /// <summary>Reads from memory, as <see cref="Read"/>.</summary>
        public static MeasuredTest Parse(byte[] raw, string name, double? temperatureIfMissingC = null)
        {
            ArgumentNullException.ThrowIfNull(raw);
            byte[] text = raw.Length >= 2 && raw[0] == 0x1F && raw[1] == 0x8B ? Unpack(raw, name) : raw;
            ReadOnlySpan<byte> rest = text;
            if (rest.StartsWith(Encoding.UTF8.Preamble))
            {
                rest = rest[3..];
            }

            if (rest.IsEmpty)
            {
                throw new MeasuredTestException(name, 0, "is empty", ColumnsRemedy);
            }

            int[] slotOfColumn = ReadHeader(TakeLine(ref rest), name, temperatureIfMissingC is not null);
            int capacity = (rest.Length / 24) + 16;
            var columns = new double[]?[SlotNames.Length];
            foreach (int slot in slotOfColumn)
            {
                if (slot >= 0)
                {
                    columns[slot] = new double[capacity];
                }
            }

            // Blank lines are skipped, so the line of a sample is kept for the checks that follow.
            var lineOf = new int[capacity];
            int count = 0;
            int line = 1;
            while (!rest.IsEmpty)
            {
                line++;
                bool last = rest.IndexOf((byte)'\n') < 0;
                ReadOnlySpan<byte> row = TakeLine(ref rest);
                if (row.IsEmpty)
                {
                    continue;
                }

                if (count == capacity)
                {
                    capacity *= 2;
                    Array.Resize(ref lineOf, capacity);
                    for (int s = 0; s < columns.Length; s++)
                    {
                        if (columns[s] is not null)
                        {
                            Array.Resize(ref columns[s], capacity);
                        }
                    }
                }

                ReadRow(row, slotOfColumn, columns, count, name, line, last);
                if (count > 0 && columns[0]![count] == columns[0]![count - 1])
                {
                    foreach (double[]? column in columns)
                    {
                        column?[count - 1] = column[count];
                    }
                }
                else
                {
                    lineOf[count++] = line;
                }
            }

            for (int s = 0; s < columns.Length; s++)
            {
                if (columns[s] is not null)
                {
                    Array.Resize(ref columns[s], count);
                }
            }

            if (columns[3] is null)
            {
                columns[3] = new double[count];
                Array.Fill(columns[3]!, temperatureIfMissingC!.Value);
            }

            return Checked(name, columns, count, k => lineOf[k]);
        }

        private static readonly string[] SlotNames = ["time_s", "current_a", "voltage_v", "temperature_c", "charge_ah", "discharge_ah", "soc"];
        private static readonly double[] SlotMin = [-1e12, -1e5, -1, -100, -1e6, -1e6, -1];
        private static readonly double[] SlotMax = [1e12, 1e5, 10, 200, 1e6, 1e6, 2];
        private static readonly string[] SlotUnit = ["seconds", "ampere", "volt for one cell", "degrees Celsius", "ampere hours", "ampere hours", "a fraction, 0..1"];

        private static byte[] Unpack(byte[] raw, string name)
        {
            // A member of a gzip archive has 10 bytes of header and 8 of trailer, which end with the length of the content.
            if (raw.Length < 18)
            {
                throw new MeasuredTestException(name, 0, "the gzip archive is truncated or damaged", "fetch the file again");
            }

            try
            {
                using var packed = new GZipStream(new MemoryStream(raw), CompressionMode.Decompress);
                using var text = new MemoryStream(raw.Length * 4);
                packed.CopyTo(text);
                long announced = BitConverter.ToUInt32(raw, raw.Length - 4);
                if (text.Length < announced)
                {
                    throw new InvalidDataException("the archive ends early");
                }

                return text.ToArray();
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                throw new MeasuredTestException(name, 0, "the gzip archive is truncated or damaged", "fetch the file again");
            }
        }

        private static ReadOnlySpan<byte> TakeLine(ref ReadOnlySpan<byte> rest)
        {
            int end = rest.IndexOf((byte)'\n');
            ReadOnlySpan<byte> line = end < 0 ? rest : rest[..end];
            rest = end < 0 ? default : rest[(end + 1)..];
            return line.Trim(" \t\r"u8);
        }

        private static int[] ReadHeader(ReadOnlySpan<byte> header, string name, bool temperatureMayMiss)
        {
            string[] names = Encoding.UTF8.GetString(header[..Math.Min(header.Length, 4096)]).Split(',');
            var slotOfColumn = new int[names.Length];
            var seen = new bool[SlotNames.Length];
            for (int c = 0; c < names.Length; c++)
            {
                int slot = Array.IndexOf(SlotNames, names[c].Trim().Trim('"').ToLowerInvariant());
                slotOfColumn[c] = slot;
                if (slot >= 0)
                {
                    if (seen[slot])
                    {
                        throw new MeasuredTestException(name, 1, $"column {SlotNames[slot]} stands twice", "remove one of the two");
                    }

                    seen[slot] = true;
                }
            }

            for (int slot = 0; slot < 4; slot++)
            {
                if (!seen[slot] && !(slot == 3 && temperatureMayMiss))
                {
                    throw new MeasuredTestException(name, 1, $"column {SlotNames[slot]} is missing", ColumnsRemedy);
                }
            }

            if (!seen[4] && !seen[6])
            {
                throw new MeasuredTestException(name, 1, "neither charge_ah nor soc is there", ColumnsRemedy);
            }

            return slotOfColumn;
        }

        private static void ReadRow(ReadOnlySpan<byte> row, int[] slotOfColumn, double[]?[] columns, int index, string name, int line, bool last)
        {
            string cut = last ? "the file seems cut off: fetch it again" : "every line needs one value per column of the header";
            for (int c = 0; c < slotOfColumn.Length; c++)
            {
                int comma = row.IndexOf((byte)',');
                if (comma < 0 && c < slotOfColumn.Length - 1)
                {
                    throw new MeasuredTestException(name, line, $"has {c + 1} values where the header has {slotOfColumn.Length} columns", cut);
                }

                ReadOnlySpan<byte> field = comma < 0 ? row : row[..comma];
                row = comma < 0 ? default : row[(comma + 1)..];
                int slot = slotOfColumn[c];
                if (slot < 0)
                {
                    continue;
                }

                field = field.Trim(" \t"u8);
                if (!double.TryParse(field, NumberStyles.Float, CultureInfo.InvariantCulture, out double value) || !double.IsFinite(value))
                {
                    throw new MeasuredTestException(name, line, $"{SlotNames[slot]} is '{Shown(field)}'", field.IsEmpty ? cut : "give a finite number with a decimal point, or remove the line");
                }

                columns[slot]![index] = value;
            }

            if (!row.IsEmpty)
            {
                throw new MeasuredTestException(name, line, $"has more values than the header's {slotOfColumn.Length} columns", "use a decimal point, not a comma, and no thousands separator");
            }
        }

        private static MeasuredTest Checked(string name, double[]?[] columns, int count, Func<int, int> lineOf)
        {
            if (count < 2)
            {
                throw new MeasuredTestException(name, 0, $"has {count} samples", "a test needs at least two lines of values below the header");
            }

            for (int slot = 0; slot < columns.Length; slot++)
            {
                if (columns[slot] is not double[] column)
                {
                    continue;
                }

                double min = SlotMin[slot];
                double max = SlotMax[slot];
                for (int k = 0; k < column.Length; k++)
                {
                    if (!(column[k] >= min && column[k] <= max))
                    {
                        throw new MeasuredTestException(name, lineOf(k), $"{SlotNames[slot]} is {column[k].ToString(CultureInfo.InvariantCulture)}",
                            $"the column is in {SlotUnit[slot]}; values outside {min.ToString(CultureInfo.InvariantCulture)}..{max.ToString(CultureInfo.InvariantCulture)} are refused");
                    }
                }
            }

            double[] time = columns[0]!;
            for (int k = 1; k < count; k++)
            {
                if (!(time[k] > time[k - 1]))
                {
                    throw new MeasuredTestException(name, lineOf(k),
                        $"time goes from {time[k - 1].ToString(CultureInfo.InvariantCulture)} to {time[k].ToString(CultureInfo.InvariantCulture)} s",
                        "sort the lines by time");
                }
            }

            double[]? charge = columns[4];
            if (charge is not null && columns[5] is double[] discharge)
            {
                charge = charge.Zip(discharge, (up, down) => up - down).ToArray();
            }

            return new MeasuredTest(name, time, columns[1]!, columns[2]!, columns[3]!, charge, columns[6]);
        }

        private static double Median(double[] time)
        {
            var steps = new double[time.Length - 1];
            for (int k = 0; k < steps.Length; k++)
            {
                steps[k] = time[k + 1] - time[k];
            }

            Array.Sort(steps);
            return steps[steps.Length / 2];
        }

        private static string Shown(ReadOnlySpan<byte> field)
        {
            string text = Encoding.UTF8.GetString(field[..Math.Min(field.Length, 24)]);
            return new string(text.Select(c => char.IsControl(c) ? '?' : c).ToArray());
        }

        private static string OneLine(string message)
        {
            return message.ReplaceLineEndings(" ").TrimEnd('.', ' ');
        }
    }
}
