using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>The way of the most frequent frames: those of the reference modules, three with voltages and one with temperatures from each module in a period.</summary>
    /// <remarks>
    /// A run of frames is taken in one call, in words as they came, with everything in locals: a call costs the device as much as ten simple instructions.
    /// The usual frame (next counter, all cells fitted and available) takes the short way; every other one <see cref="TakeUnusual"/>.
    /// </remarks>
    internal sealed class ReferenceModules
    {
        /// <summary>Most modules; distance of the slots of two blocks.</summary>
        public const int MaxModules = 16;

        /// <summary>Frames with voltages of each module in a period; the block of its temperatures.</summary>
        public const int VoltageFrames = 3;

        /// <summary>Cells in each of these.</summary>
        public const int CellsPerFrame = 4;

        // Raw values above mean "not available".
        private const int LargestRaw = 8190;

        // Temperatures: raw 0 is -100 degC.
        private const int OffsetDeciC = -1000;

        /// <summary>The four families follow each other at 0x200, 0x210, 0x220 and 0x230: bits of word 0 of a frame that are the same in all of them.</summary>
        public const int IdMask = 0xC0FF;

        /// <summary>What these bits are.</summary>
        public const int IdBits = 0x0002;

        private readonly FrameCheck _check;
        private readonly uint[] _timeMs;
        private readonly bool[] _fresh;
        private readonly int[] _cells;
        private readonly int[] _temperatures;
        private readonly GroupExtremes _cellExtremes;
        private readonly GroupExtremes _temperatureExtremes;
        private readonly int[] _values = new int[CellsPerFrame];
        private readonly byte[] _groupOf = new byte[(VoltageFrames + 1) * MaxModules];
        private readonly int _moduleCount;
        private readonly int _fittedTemperatures;

        /// <param name="check">Counters and seeds; the seeds are filled here.</param>
        /// <param name="timeMs">Time of the last good frame of each slot: block * 16 + module.</param>
        /// <param name="fresh">True where the values of a slot are in use.</param>
        /// <param name="cells">Voltage of every cell.</param>
        /// <param name="temperatures">Every temperature, four for each module.</param>
        /// <param name="cellExtremes">A group for each voltage frame.</param>
        /// <param name="temperatureExtremes">A group for each module.</param>
        /// <param name="fittedTemperatures">Sensors fitted to each module.</param>
        public ReferenceModules(FrameCheck check, uint[] timeMs, bool[] fresh, int[] cells, int[] temperatures, GroupExtremes cellExtremes, GroupExtremes temperatureExtremes, int fittedTemperatures)
        {
            _check = check;
            _timeMs = timeMs;
            _fresh = fresh;
            _cells = cells;
            _temperatures = temperatures;
            _cellExtremes = cellExtremes;
            _temperatureExtremes = temperatureExtremes;
            _moduleCount = temperatureExtremes.Lows.Length;
            _fittedTemperatures = fittedTemperatures;
            for (int offset = 0; offset < (VoltageFrames + 1) * MaxModules; offset++)
            {
                check.Seed[offset] = E2eProfile1.SeedOf((int)ModuleVoltagesA.BaseId + offset);
                check.Expected[offset] |= FrameCheck.Unusual;
                _groupOf[offset] = (byte)((offset & (MaxModules - 1)) * VoltageFrames + (offset >> 4));
            }
        }

        /// <summary>Takes the modules' frames from the front of a batch, up to the first that is none.</summary>
        /// <param name="batch">Received frames.</param>
        /// <param name="most">Most frames to take.</param>
        /// <param name="nowMs">Controller time.</param>
        /// <returns>Number of frames taken.</returns>
        public int Take(CanBatch batch, int most, uint nowMs)
        {
            if (most > batch.Left)
            {
                most = batch.Left;
            }

            // From here on "at" is the first word of a payload.
            ushort[] words = batch.Words;
            int begin = batch.At + CanBatch.Payload;
            int at = begin;
            int end = begin + most * CanBatch.WordsPerFrame;
            byte[] table = E2eProfile1.Table;
            byte[] next = FrameCheck.Next;
            byte[] expected = _check.Expected;
            int[] seeds = _check.Seed;
            byte[] groups = _groupOf;
            uint[] times = _timeMs;
            int[] cells = _cells;
            GroupExtremes extremes = _cellExtremes;
            int[] lows = extremes.Lows;
            int[] highs = extremes.Highs;
            int[] sums = extremes.Sums;
            int lowest = extremes.Lowest;
            int highest = extremes.Highest;
            int lowestGroup = extremes.LowestGroup;
            int highestGroup = extremes.HighestGroup;
            int growth = 0;
            for (; at < end; at += CanBatch.WordsPerFrame)
            {
                int offset = words[at - CanBatch.Payload];
                if ((offset & IdMask) != IdBits || (words[at + CanBatch.KindFromPayload] & CanBatch.KindMask) != CanBatch.EightBytes)
                {
                    break;
                }

                offset >>= 8;
                int w0 = words[at];
                int counter = w0 & 0x0F;
                if (counter != expected[offset])
                {
                    TakeUnusual(words, at, offset, nowMs);
                    lowest = extremes.Lowest;
                    highest = extremes.Highest;
                    lowestGroup = extremes.LowestGroup;
                    highestGroup = extremes.HighestGroup;
                    continue;
                }

                int w1 = words[at + 1];
                int w2 = words[at + 2];
                int w3 = words[at + 3];
                if ((w0 >> 8) != table[table[table[table[table[table[table[seeds[offset] ^ (w0 & 0xFF)] ^ (w1 >> 8)] ^ (w1 & 0xFF)] ^ (w2 >> 8)] ^ (w2 & 0xFF)] ^ (w3 >> 8)] ^ (w3 & 0xFF)])
                {
                    _check.Refused++;
                    continue;
                }

                // As ModuleVoltagesA.UnpackAll and ModuleTemperatures.UnpackAll: four times 13 bits. A test holds them together.
                int v0 = ((w0 >> 4) & 0xF) + ((w1 >> 4) & 0xFF0) + ((w1 << 12) & 0x1000);
                int v1 = ((w1 >> 1) & 0x7F) + ((w2 >> 1) & 0x1F80);
                int v2 = (w2 >> 14) + ((w2 << 2) & 0x3FC) + ((w3 << 2) & 0x1C00);
                int v3 = (w3 >> 11) + ((w3 << 5) & 0x1FE0);
                if (offset >= VoltageFrames * MaxModules)
                {
                    expected[offset] = next[counter];
                    times[offset] = nowMs;
                    StoreTemperatures(offset - VoltageFrames * MaxModules, v0, v1, v2, v3);
                    continue;
                }

                int low;
                int high;
                if (v0 < v1)
                {
                    low = v0;
                    high = v1;
                }
                else
                {
                    low = v1;
                    high = v0;
                }

                if (v2 < v3)
                {
                    if (v2 < low) { low = v2; }
                    if (v3 > high) { high = v3; }
                }
                else
                {
                    if (v3 < low) { low = v3; }
                    if (v2 > high) { high = v2; }
                }

                if (high > LargestRaw)
                {
                    TakeUnusual(words, at, offset, nowMs);
                    continue;
                }

                int group = groups[offset];
                int cell = group * CellsPerFrame;
                cells[cell] = v0;
                cells[cell + 1] = v1;
                cells[cell + 2] = v2;
                cells[cell + 3] = v3;
                lows[group] = low;
                highs[group] = high;
                int sum = v0 + v1 + v2 + v3;
                growth += sum - sums[group];
                sums[group] = sum;
                expected[offset] = next[counter];
                times[offset] = nowMs;
                if (low <= lowest || high >= highest || group == lowestGroup || group == highestGroup)
                {
                    extremes.Keep(group, low, high);
                    lowest = extremes.Lowest;
                    highest = extremes.Highest;
                    lowestGroup = extremes.LowestGroup;
                    highestGroup = extremes.HighestGroup;
                }
            }

            extremes.Sum += growth;
            int taken = (at - begin) / CanBatch.WordsPerFrame;
            batch.At = at - CanBatch.Payload;
            batch.Left -= taken;
            return taken;
        }

        private void StoreTemperatures(int module, int v0, int v1, int v2, int v3)
        {
            int[] temperatures = _temperatures;
            int first = module * 4;
            temperatures[first] = v0 > LargestRaw ? SignalValue.NotAvailable : v0 + OffsetDeciC;
            temperatures[first + 1] = v1 > LargestRaw ? SignalValue.NotAvailable : v1 + OffsetDeciC;
            temperatures[first + 2] = v2 > LargestRaw ? SignalValue.NotAvailable : v2 + OffsetDeciC;
            temperatures[first + 3] = v3 > LargestRaw ? SignalValue.NotAvailable : v3 + OffsetDeciC;

            // "Not available" is lower than any temperature.
            int end = first + _fittedTemperatures;
            int low = temperatures[first];
            int high = low;
            for (int i = first + 1; i < end; i++)
            {
                int value = temperatures[i];
                if (value < low)
                {
                    low = value;
                }
                else if (value > high)
                {
                    high = value;
                }
            }

            GroupExtremes extremes = _temperatureExtremes;
            if (low == SignalValue.NotAvailable || extremes.Valid[module] != _fittedTemperatures)
            {
                extremes.Summarise(module, temperatures, first, _fittedTemperatures, true);
                return;
            }

            extremes.Lows[module] = low;
            extremes.Highs[module] = high;
            if (low <= extremes.Lowest || high >= extremes.Highest || module == extremes.LowestGroup || module == extremes.HighestGroup)
            {
                extremes.Keep(module, low, high);
            }
        }

        // A skipped or repeated counter, modules that the pack does not have, cells that are not fitted or not available, and what was silent until now.
        private void TakeUnusual(ushort[] words, int at, int offset, uint nowMs)
        {
            FrameCheck check = _check;
            int module = offset & (MaxModules - 1);
            if (module >= _moduleCount)
            {
                return;
            }

            int block = offset >> 4;
            int[] values = _values;
            bool isGood = block == VoltageFrames
                ? ModuleTemperatures.UnpackAll(words, at, check.Seed[offset], values, 0)
                : ModuleVoltagesA.UnpackAll(words, at, check.Seed[offset], values, 0);
            if (!isGood)
            {
                check.Refused++;
                return;
            }

            if (!check.IsInStep(offset, words[at] & 0x0F))
            {
                return;
            }

            _fresh[offset] = true;
            _timeMs[offset] = nowMs;
            bool isUsual = true;
            if (block == VoltageFrames)
            {
                int first = module * 4;
                for (int i = 0; i < 4; i++)
                {
                    _temperatures[first + i] = values[i];
                }

                _temperatureExtremes.Summarise(module, _temperatures, first, _fittedTemperatures, true);
            }
            else
            {
                isUsual = StoreVoltages(module * VoltageFrames + block);
            }

            if (isUsual)
            {
                check.Expected[offset] &= 0xFF ^ FrameCheck.Unusual;
            }
            else
            {
                check.Expected[offset] |= FrameCheck.Unusual;
            }
        }

        // Returns true where every cell of the frame is fitted and available.
        private bool StoreVoltages(int group)
        {
            int[] cells = _cells;
            int first = group * CellsPerFrame;
            int count = cells.Length - first;
            count = count > CellsPerFrame ? CellsPerFrame : count < 0 ? 0 : count;
            for (int i = 0; i < count; i++)
            {
                cells[first + i] = _values[i];
            }

            _cellExtremes.Summarise(group, cells, first, count, true);
            return _cellExtremes.Valid[group] == CellsPerFrame;
        }
    }
}
