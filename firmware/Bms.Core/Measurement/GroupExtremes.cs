using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>Lowest and highest of many values that arrive in groups, so that a new group costs its own values and not all of them.</summary>
    /// <remarks>A group that beats an extreme becomes it (of equal ones the first); only where the group that held one falls back must all groups be searched.</remarks>
    internal sealed class GroupExtremes
    {
        /// <summary>Lowest valid value of each group; int.MaxValue where it has none.</summary>
        public readonly int[] Lows;

        /// <summary>Highest valid value of each group; not available where it has none.</summary>
        public readonly int[] Highs;

        /// <summary>Sum of the valid values of each group.</summary>
        public readonly int[] Sums;

        /// <summary>Number of valid values of each group.</summary>
        public readonly int[] Valid;

        /// <summary>Number of values of each group that its sender calls not available.</summary>
        public readonly int[] Invalid;

        /// <summary>Lowest of all; not available where no value is valid.</summary>
        public int Lowest = SignalValue.NotAvailable;

        /// <summary>Highest of all; not available where no value is valid.</summary>
        public int Highest = SignalValue.NotAvailable;

        /// <summary>Group with the lowest.</summary>
        public int LowestGroup;

        /// <summary>Group with the highest.</summary>
        public int HighestGroup;

        /// <summary>Sum of all valid values.</summary>
        public int Sum;

        /// <summary>Number of valid values.</summary>
        public int ValidCount;

        /// <summary>Number of values that their senders call not available.</summary>
        public int InvalidCount;

        /// <summary>Most such values in one group.</summary>
        public int MostInvalid;

        /// <summary>The first group with so many.</summary>
        public int MostInvalidGroup;

        /// <summary>The last group with such a value.</summary>
        public int LastInvalidGroup;

        /// <summary>True where <see cref="Refresh"/> must search for the lowest.</summary>
        public bool LowIsStale;

        /// <summary>True where <see cref="Refresh"/> must search for the highest.</summary>
        public bool HighIsStale;

        private bool _countsAreStale;

        /// <param name="groups">Number of groups.</param>
        public GroupExtremes(int groups)
        {
            Lows = new int[groups];
            Highs = new int[groups];
            Sums = new int[groups];
            Valid = new int[groups];
            Invalid = new int[groups];
            for (int group = 0; group < groups; group++)
            {
                Lows[group] = int.MaxValue;
                Highs[group] = SignalValue.NotAvailable;
            }
        }

        /// <summary>Counts a group anew, the long way: some of its values may be missing.</summary>
        /// <param name="group">Group.</param>
        /// <param name="values">All values.</param>
        /// <param name="first">Place of its first value.</param>
        /// <param name="count">Values that it should have.</param>
        /// <param name="fresh">False where they are missing because of silence.</param>
        public void Summarise(int group, int[] values, int first, int count, bool fresh)
        {
            int low = int.MaxValue;
            int high = SignalValue.NotAvailable;
            int sum = 0;
            int valid = 0;
            for (int i = first; i < first + count; i++)
            {
                int value = values[i];
                if (value == SignalValue.NotAvailable)
                {
                    continue;
                }

                valid++;
                sum += value;
                if (value < low)
                {
                    low = value;
                }

                if (value > high)
                {
                    high = value;
                }
            }

            int invalid = fresh ? count - valid : 0;
            Sum += sum - Sums[group];
            Sums[group] = sum;
            Lows[group] = low;
            Highs[group] = high;
            if (valid == Valid[group] && invalid == 0 && Invalid[group] == 0)
            {
                if (valid != 0)
                {
                    Keep(group, low, high);
                }

                return;
            }

            Valid[group] = valid;
            Invalid[group] = invalid;
            _countsAreStale = true;
        }

        /// <summary>Lets a group whose number of valid values is as it was become an extreme, or notes that it was one.</summary>
        public void Keep(int group, int low, int high)
        {
            if (low < Lowest || (low == Lowest && group <= LowestGroup))
            {
                Lowest = low;
                LowestGroup = group;
            }
            else if (group == LowestGroup)
            {
                LowIsStale = true;
            }

            if (high > Highest || (high == Highest && group <= HighestGroup))
            {
                Highest = high;
                HighestGroup = group;
            }
            else if (group == HighestGroup)
            {
                HighIsStale = true;
            }
        }

        /// <summary>Searches for what is stale. Call at the end of a cycle.</summary>
        /// <returns>True where the numbers of valid and invalid values may have changed.</returns>
        public bool Refresh()
        {
            bool counted = _countsAreStale;
            if (counted)
            {
                _countsAreStale = false;
                LowIsStale = true;
                HighIsStale = true;
                Count();
            }

            if (LowIsStale)
            {
                LowIsStale = false;
                FindLowest();
            }

            if (HighIsStale)
            {
                HighIsStale = false;
                FindHighest();
            }

            return counted;
        }

        private void Count()
        {
            int valid = 0;
            int invalid = 0;
            int most = 0;
            for (int group = 0; group < Valid.Length; group++)
            {
                valid += Valid[group];
                int missing = Invalid[group];
                if (missing == 0)
                {
                    continue;
                }

                invalid += missing;
                LastInvalidGroup = group;
                if (missing > most)
                {
                    most = missing;
                    MostInvalidGroup = group;
                }
            }

            ValidCount = valid;
            InvalidCount = invalid;
            MostInvalid = most;
        }

        private void FindLowest()
        {
            int[] lows = Lows;
            int last = lows.Length - 1;
            int low = lows[last];
            int found = last;
            for (int group = last - 1; group >= 0; group--)
            {
                if (lows[group] <= low)
                {
                    low = lows[group];
                    found = group;
                }
            }

            Lowest = ValidCount == 0 ? SignalValue.NotAvailable : low;
            LowestGroup = found;
        }

        private void FindHighest()
        {
            int[] highs = Highs;
            int last = highs.Length - 1;
            int high = highs[last];
            int found = last;
            for (int group = last - 1; group >= 0; group--)
            {
                if (highs[group] >= high)
                {
                    high = highs[group];
                    found = group;
                }
            }

            Highest = high;
            HighestGroup = found;
        }
    }
}
