using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>The way of the most frequent frames: those of the reference modules, three with voltages and one with temperatures from each module in a period.</summary>
    /// <remarks>
    /// All waiting frames are taken in one call, in words as they came, with everything in locals: a call costs the device as much as ten simple instructions.
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

        private const int NoGroup = -1;

        // Temperatures: raw 0 is -100 degC.
        private const int OffsetDeciC = -1000;

        /// <summary>The four families follow each other at 0x200, 0x210, 0x220 and 0x230: bits of word 0 of a frame that are the same in all of them.</summary>
        public const int IdMask = 0xC0FF;

        /// <summary>What these bits are.</summary>
        public const int IdBits = 0x0002;

        private readonly FrameCheck _check;
        private readonly ModuleValues _store;
        private readonly int[] _values = new int[CellsPerFrame];
        private readonly byte[] _groupOf = new byte[(VoltageFrames + 1) * MaxModules];

        // What every cycle needs of these, one step nearer.
        private readonly byte[] _expected;
        private readonly int[] _seeds;
        private readonly uint[] _times;
        private readonly int[] _cells;
        private readonly GroupExtremes _extremes;
        private readonly int[] _lows;
        private readonly int[] _highs;
        private readonly int[] _sums;

        private readonly int _currentWord;
        private readonly int _voltagesWord;

        /// <param name="check">Counters and seeds; the seeds are filled here.</param>
        /// <param name="values">Where the values go.</param>
        /// <param name="currentWord">First word of the current sensor's frame with the current; one that no frame has where another sensor is fitted.</param>
        /// <param name="voltagesWord">The same of its frame with the voltages.</param>
        public ReferenceModules(FrameCheck check, ModuleValues values, int currentWord, int voltagesWord)
        {
            _check = check;
            _store = values;
            _expected = check.Expected;
            _seeds = check.Seed;
            _times = values.TimeMs;
            _cells = values.CellMv;
            _extremes = values.Cells;
            _lows = _extremes.Lows;
            _highs = _extremes.Highs;
            _sums = _extremes.Sums;
            _currentWord = currentWord;
            _voltagesWord = voltagesWord;
            for (int offset = 0; offset < (VoltageFrames + 1) * MaxModules; offset++)
            {
                check.Seed[offset] = E2eProfile1.SeedOf((int)ModuleVoltagesA.BaseId + offset);
                check.Expected[offset] |= FrameCheck.Unusual;
                _groupOf[offset] = (byte)((offset & (MaxModules - 1)) * VoltageFrames + (offset >> 4));
            }
        }

        /// <summary>Takes the waiting frames: those of the modules here, the others where they belong.</summary>
        /// <param name="m">Takes the others.</param>
        /// <param name="port">The bus.</param>
        /// <param name="batch">Received frames, perhaps some of the last cycle.</param>
        /// <param name="most">Most frames to take.</param>
        /// <param name="nowMs">Controller time.</param>
        /// <returns>Number of frames taken.</returns>
        public int Receive(PackMeasurement m, CanPort port, CanBatch batch, int most, uint nowMs)
        {
            byte[] table = E2eProfile1.Table;
            byte[] next = FrameCheck.Next;
            byte[] expected = _expected;
            int[] seeds = _seeds;
            byte[] groups = _groupOf;
            uint[] times = _times;
            int[] cells = _cells;
            GroupExtremes extremes = _extremes;
            int[] lows = _lows;
            int[] highs = _highs;
            int[] sums = _sums;
            int lowest = extremes.Lowest;
            int highest = extremes.Highest;
            int currentWord = _currentWord;
            int group = NoGroup;
            int growth = 0;
            int taken = 0;
            bool mayAsk = true;
            while (taken < most && (batch.Left != 0 || (mayAsk && port.TryReceive(batch))))
            {
                mayAsk = batch.MoreMayWait;

                // From here on "at" is the first word of a payload.
                ushort[] words = batch.Words;
                int at = batch.At + CanBatch.Payload;
                int frames = batch.Left;
                batch.Left = 0;
                taken += frames;
                if (taken > most)
                {
                    batch.Left = taken - most;
                    frames -= taken - most;
                    batch.At += frames * CanBatch.WordsPerFrame;
                    taken = most;
                }

                int end = at + frames * CanBatch.WordsPerFrame;
                for (; at < end; at += CanBatch.WordsPerFrame)
                {
                    int offset = words[at - CanBatch.Payload];
                    if (((offset & IdMask) | (words[at + CanBatch.KindFromPayload] & CanBatch.KindMask)) != (IdBits | CanBatch.EightBytes))
                    {
                        // The current comes in every cycle and the voltages in every other one.
                        int kind = words[at + CanBatch.KindFromPayload] & CanBatch.KindMask;
                        if (offset == currentWord && kind == SensorCurrent.Length << 8)
                        {
                            m.TakeCurrent(words, at, nowMs);
                        }
                        else if (offset == _voltagesWord && kind == SensorVoltages.Length << 8)
                        {
                            m.TakeVoltages(words, at, nowMs);
                        }
                        else
                        {
                            m.TakeOther(words, at, nowMs);
                        }

                        continue;
                    }

                    offset >>= 8;
                    int w3 = words[at + 3];
                    if ((w3 & 0x0F) != expected[offset])
                    {
                        TakeUnusual(words, at, offset, nowMs);
                        lowest = extremes.Lowest;
                        highest = extremes.Highest;
                        continue;
                    }

                    int w0 = words[at];
                    int w1 = words[at + 1];
                    int w2 = words[at + 2];
                    if ((w0 >> 8) != table[table[table[table[table[table[table[seeds[offset] ^ (byte)w0] ^ (w1 >> 8)] ^ (byte)w1] ^ (w2 >> 8)] ^ (byte)w2] ^ (w3 >> 8)] ^ (byte)w3])
                    {
                        _check.Refused++;
                        continue;
                    }

                    expected[offset] = next[w3 & 0x0F];
                    times[offset] = nowMs;

                    // As ModuleVoltagesA.UnpackAll and ModuleTemperatures.UnpackAll: four times 13 bits. A test holds them together.
                    int v0 = ((byte)w0 << 5) + (w1 >> 11);
                    int v1 = ((w1 & 0x7FF) << 2) + (w2 >> 14);
                    int v2 = (w2 >> 1) & 0x1FFF;
                    int v3 = ((w2 & 1) << 12) + (w3 >> 4);
                    if (offset >= VoltageFrames * MaxModules)
                    {
                        StoreTemperatures(offset, nowMs, v0, v1, v2, v3);
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

                    group = groups[offset];
                    if (high > highest)
                    {
                        if (high > LargestRaw)
                        {
                            StoreUnusual(offset, nowMs, v0, v1, v2, v3);
                            lowest = extremes.Lowest;
                            highest = extremes.Highest;
                            continue;
                        }

                        highest = high;
                        extremes.Highest = high;
                        extremes.HighestGroup = group;
                    }

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
                    if (low < lowest)
                    {
                        lowest = low;
                        extremes.Lowest = low;
                        extremes.LowestGroup = group;
                    }
                }
            }

            if (group != NoGroup)
            {
                int sum = extremes.Sum + growth;
                extremes.Sum = sum;
                if (extremes.IsChanged || lows[extremes.LowestGroup] != lowest || highs[extremes.HighestGroup] != highest)
                {
                    extremes.IsChanged = true;
                }
                else
                {
                    // Both extremes are still where they were: nothing but these can have moved.
                    m.LowestCellMv = lowest;
                    m.HighestCellMv = highest;
                    if (m.CellSumMv != SignalValue.NotAvailable)
                    {
                        m.CellSumMv = sum;
                    }
                }
            }

            return taken;
        }

        // Sensors that are not fitted are shown where the module has them, and count for nothing.
        private void StoreTemperatures(int offset, uint nowMs, int v0, int v1, int v2, int v3)
        {
            ModuleValues store = _store;
            int fitted = store.FittedTemperatures;
            int low = v0;
            int high = v0;
            if (fitted > 1)
            {
                if (v1 < low) { low = v1; } else { high = v1; }
                if (fitted > 2)
                {
                    if (v2 < low) { low = v2; } else if (v2 > high) { high = v2; }
                    if (fitted > 3)
                    {
                        if (v3 < low) { low = v3; } else if (v3 > high) { high = v3; }
                    }
                }
            }

            if (high > LargestRaw)
            {
                StoreUnusual(offset, nowMs, v0, v1, v2, v3);
                return;
            }

            int module = offset - VoltageFrames * MaxModules;
            int[] temperatures = store.DeciC;
            int first = module * 4;
            temperatures[first] = v0 + OffsetDeciC;
            if (fitted > 2)
            {
                temperatures[first + 1] = v1 + OffsetDeciC;
                temperatures[first + 2] = v2 + OffsetDeciC;
            }
            else
            {
                temperatures[first + 1] = v1 > LargestRaw ? SignalValue.NotAvailable : v1 + OffsetDeciC;
                temperatures[first + 2] = v2 > LargestRaw ? SignalValue.NotAvailable : v2 + OffsetDeciC;
            }

            temperatures[first + 3] = v3 > LargestRaw ? SignalValue.NotAvailable : v3 + OffsetDeciC;
            low += OffsetDeciC;
            high += OffsetDeciC;
            GroupExtremes extremes = store.Temperatures;
            int[] lows = extremes.Lows;
            int[] highs = extremes.Highs;
            if (lows[module] != low || highs[module] != high)
            {
                lows[module] = low;
                highs[module] = high;
                if (low < extremes.Lowest || high > extremes.Highest || module == extremes.LowestGroup || module == extremes.HighestGroup)
                {
                    extremes.Keep(module, low, high);
                }
            }
        }

        // A skipped or repeated counter, modules that the pack does not have, cells that are not fitted, and what was silent until now.
        private void TakeUnusual(ushort[] words, int at, int offset, uint nowMs)
        {
            FrameCheck check = _check;
            if ((offset & (MaxModules - 1)) >= _store.ModuleCount)
            {
                return;
            }

            int[] values = _values;
            bool isGood = offset >= VoltageFrames * MaxModules
                ? ModuleTemperatures.UnpackAll(words, at, check.Seed[offset], values, 0)
                : ModuleVoltagesA.UnpackAll(words, at, check.Seed[offset], values, 0);
            if (!isGood)
            {
                check.Refused++;
                return;
            }

            if (check.IsInStep(offset, words[at + 3] & 0x0F))
            {
                Store(offset, nowMs);
            }
        }

        // Cells or sensors that are not available.
        private void StoreUnusual(int offset, uint nowMs, int v0, int v1, int v2, int v3)
        {
            int[] values = _values;
            int zero = offset >= VoltageFrames * MaxModules ? OffsetDeciC : 0;
            values[0] = v0 > LargestRaw ? SignalValue.NotAvailable : v0 + zero;
            values[1] = v1 > LargestRaw ? SignalValue.NotAvailable : v1 + zero;
            values[2] = v2 > LargestRaw ? SignalValue.NotAvailable : v2 + zero;
            values[3] = v3 > LargestRaw ? SignalValue.NotAvailable : v3 + zero;
            Store(offset, nowMs);
        }

        private void Store(int offset, uint nowMs)
        {
            int module = offset & (MaxModules - 1);
            if (_store.Store(module, offset >> 4, _values, nowMs))
            {
                _check.Expected[offset] &= 0xFF ^ FrameCheck.Unusual;
            }
            else
            {
                _check.Expected[offset] |= FrameCheck.Unusual;
            }
        }
    }
}
