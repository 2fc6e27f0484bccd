using System.Runtime.CompilerServices;
using Bms.Core.Messages;

namespace Bms.Core.Measurement
{
    /// <summary>Lowest and highest of many values that arrive in groups, so that a new group costs its own values and not all of them.</summary>
    /// <remarks>
    /// A group that beats an extreme becomes it; only where the group that held one falls back must all groups be searched, for one extreme in a cycle at most. Until then the
    /// last extreme stands: it is the more careful one. Of equal ones any may be meant.
    /// </remarks>
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

        /// <summary>True where a group has changed since the extremes were the right ones.</summary>
        public bool IsChanged;

        private bool _countsAreStale;

        /// <param name="groups">Number of groups.</param>
        public GroupExtremes(int groups)
        {
            // Places behind the last group are never an extreme: the search takes four at a time.
            int places = (groups + 3) & ~3;
            Lows = new int[places];
            Highs = new int[places];
            Sums = new int[groups];
            Valid = new int[groups];
            Invalid = new int[groups];
            for (int group = 0; group < places; group++)
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
            IsChanged = true;
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

        /// <summary>Lets a group whose number of valid values is as it was become an extreme; that it no longer is one, <see cref="Refresh"/> notices.</summary>
        public void Keep(int group, int low, int high)
        {
            IsChanged = true;
            if (low < Lowest)
            {
                Lowest = low;
                LowestGroup = group;
            }

            if (high > Highest)
            {
                Highest = high;
                HighestGroup = group;
            }
        }

        /// <summary>Searches for an extreme whose group fell back. Call at the end of a cycle in which something changed.</summary>
        /// <returns>True where the numbers of valid and invalid values may have changed.</returns>
        [MethodImpl(Inlining.Always)]
        public bool Refresh()
        {
            if (_countsAreStale)
            {
                _countsAreStale = false;
                Count();
                FindLowest();
                FindHighest();
                IsChanged = false;
                return true;
            }

            if (ValidCount == 0)
            {
                IsChanged = false;
            }
            else if (Lows[LowestGroup] != Lowest)
            {
                FindLowest();
            }
            else
            {
                IsChanged = false;
                if (Highs[HighestGroup] != Highest)
                {
                    FindHighest();
                }
            }

            return false;
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
            int count = Valid.Length;
            int low = lows[0];
            int found = 0;
            for (int group = 0; group < count; group += 4)
            {
                if (lows[group] < low)
                {
                    low = lows[group];
                    found = group;
                }

                if (lows[group + 1] < low)
                {
                    low = lows[group + 1];
                    found = group + 1;
                }

                if (lows[group + 2] < low)
                {
                    low = lows[group + 2];
                    found = group + 2;
                }

                if (lows[group + 3] < low)
                {
                    low = lows[group + 3];
                    found = group + 3;
                }
            }

            Lowest = ValidCount == 0 ? SignalValue.NotAvailable : low;
            LowestGroup = found;
        }

        private void FindHighest()
        {
            int[] highs = Highs;
            int count = Valid.Length;
            int high = highs[0];
            int found = 0;
            for (int group = 0; group < count; group += 4)
            {
                if (highs[group] > high)
                {
                    high = highs[group];
                    found = group;
                }

                if (highs[group + 1] > high)
                {
                    high = highs[group + 1];
                    found = group + 1;
                }

                if (highs[group + 2] > high)
                {
                    high = highs[group + 2];
                    found = group + 2;
                }

                if (highs[group + 3] > high)
                {
                    high = highs[group + 3];
                    found = group + 3;
                }
            }

            Highest = high;
            HighestGroup = found;
        }
    }
}
