using Bms.Core.Messages;

namespace Bms.Core.Storage
{
    /// <summary>How long the pack has rested: counted while the controller runs, over sleeps of known length, and by the host's clock over what the controller did not see.</summary>
    /// <remarks>
    /// Rest is time with open contactors and no current to speak of. What is stored counts only where nothing can have closed the contactors since (ControllerStorage sees to that). The host's
    /// clock is believed after two times that agree with the controller's own seconds, against times of the same clock only, and never where it would have run backwards, where it leaps by years,
    /// or where it tells of less rest than was counted: rest is then what was counted, or unknown. Allocates nothing after construction; not for the control cycle, but cheap enough after it.
    /// </remarks>
    public sealed class RestClock
    {
        /// <summary>Longest rest that is believed, in s: five years.</summary>
        public const int MostRestS = 5 * 366 * 86400;

        /// <summary>Longest sleep that is believed, in s: a week.</summary>
        public const int MostSleepS = 7 * 86400;

        // Two times of a clock agree within this.
        private const int ToleranceS = 2;

        // What the controller counted may be longer by this than what the host's clock says.
        private const int CountedSlackS = 60;

        // The clock of a sleeping chip is an RC oscillator, right to some percent [R]: a sleep counts for a sixteenth less, and for a sixteenth more where the most is asked for; what was summed up that way, for a seventh more.
        private const int SleepShare = 16;
        private const int CountedShare = 7;

        /// <summary>Rest at the start of this run, at least, in s; not available where nothing is known of it.</summary>
        public int AtLeastS = SignalValue.NotAvailable;

        /// <summary>Rest at the start of this run, at most, in s; not available where it is not known.</summary>
        public int AtMostS = SignalValue.NotAvailable;

        /// <summary>True from the moment when the host's clock is first believed in this run until storage has seen it: what is stored lacks it.</summary>
        public bool IsClockNew;

        private int _mostCurrentMa;
        private int _runS;
        private int _restS;

        // By the host's clock: when the rest began, what time it is, and what it told last.
        private int _sinceS = SignalValue.NotAvailable;
        private int _clockS = SignalValue.NotAvailable;
        private int _clockId = SignalValue.NotAvailable;
        private int _toldS = SignalValue.NotAvailable;
        private int _toldId = SignalValue.NotAvailable;

        // As stored before this run, until the host has told its time once.
        private bool _asks;
        private int _storedSinceS;
        private int _storedClockS;
        private int _storedClockId;

        private uint _lastMs;
        private bool _started;

        /// <summary>Rest until now, at least, in s.</summary>
        public int RestS
        {
            get { return _restS; }
        }

        /// <summary>Takes what was stored. Before the first cycle.</summary>
        /// <param name="state">Stored state.</param>
        /// <param name="mostCurrentMa">Current beside which nothing rests, in mA.</param>
        public void Begin(PackState state, int mostCurrentMa)
        {
            _mostCurrentMa = mostCurrentMa;
            AtLeastS = state.RestS;
            _restS = state.RestS == SignalValue.NotAvailable ? 0 : state.RestS;
            _asks = state.RestS != SignalValue.NotAvailable && state.RestSinceS != SignalValue.NotAvailable;
            if (_asks)
            {
                _sinceS = state.RestSinceS;
                _storedSinceS = state.RestSinceS;
                _storedClockS = state.ClockS;
                _storedClockId = state.ClockId;
            }
        }

        /// <summary>Tells that this start is the end of a sleep; before the first cycle.</summary>
        /// <param name="state">Stored state, with the length of the sleep that was begun.</param>
        /// <param name="sleptAllOfIt">True where the timer ended it.</param>
        public void NoteWake(PackState state, bool sleptAllOfIt)
        {
            if (state.RestS == SignalValue.NotAvailable)
            {
                return;
            }

            // What was summed up from earlier sleeps may be short by as much as each of them.
            int slept = state.SleepS;
            AtLeastS = Held(sleptAllOfIt ? state.RestS + slept - slept / SleepShare : state.RestS);
            AtMostS = Held(state.RestS + state.RestS / CountedShare + slept + slept / SleepShare);
            _restS = AtLeastS;
        }

        /// <summary>Counts on. After each cycle.</summary>
        /// <param name="currentMa">Current of the pack, in mA, or not available.</param>
        /// <param name="isOpen">True while no contactor is closed.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(int currentMa, bool isOpen, uint nowMs)
        {
            if (!_started)
            {
                _started = true;
                _lastMs = nowMs;
            }

            uint elapsedMs = nowMs - _lastMs;
            if (elapsedMs < 1000)
            {
                return;
            }

            int seconds = (int)(elapsedMs / 1000);
            _lastMs += (uint)seconds * 1000;
            bool rests = isOpen && (currentMa == SignalValue.NotAvailable || (currentMa < _mostCurrentMa && currentMa > -_mostCurrentMa));
            Count(seconds, rests);
        }

        /// <summary>Takes a time that the host has told, after <see cref="Update"/>.</summary>
        /// <param name="clockS">Time as HostTime has it, in s, 0 or more.</param>
        /// <param name="clockId">Which clock told it.</param>
        /// <returns>True where the rest at the start is known better than before.</returns>
        public bool Take(int clockS, int clockId)
        {
            // One clock in a run.
            if (_clockS != SignalValue.NotAvailable && clockId != _clockId)
            {
                return false;
            }

            bool agrees = clockId == _toldId && _toldS != SignalValue.NotAvailable && clockS - _toldS <= ToleranceS && _toldS - clockS <= ToleranceS;
            _toldS = clockS;
            _toldId = clockId;
            if (!agrees)
            {
                if (_clockS != SignalValue.NotAvailable)
                {
                    // It was set: what it said of this rest is worth nothing any more.
                    _clockS = SignalValue.NotAvailable;
                    _sinceS = SignalValue.NotAvailable;
                }

                return false;
            }

            bool isFirst = _clockS == SignalValue.NotAvailable;
            _clockS = clockS;
            _clockId = clockId;
            IsClockNew = IsClockNew || isFirst;
            return isFirst && LearnStart();
        }

        /// <summary>Writes what the next start has to know.</summary>
        /// <param name="state">State to fill.</param>
        /// <param name="holds">False where the contactors may close before anything is stored again: no rest is told then.</param>
        /// <param name="sleepS">Length of the sleep that follows, in s; 0 where none does.</param>
        public void Save(PackState state, bool holds, int sleepS)
        {
            state.RestS = holds ? _restS : SignalValue.NotAvailable;
            state.SleepS = sleepS < 0 ? 0 : sleepS > MostSleepS ? MostSleepS : sleepS;

            // A rest that has not begun begins with the supply's end, at the earliest now.
            state.RestSinceS = _sinceS != SignalValue.NotAvailable || _restS > 0 ? _sinceS : _clockS;
            if (_clockS != SignalValue.NotAvailable)
            {
                state.ClockS = _clockS;
                state.ClockId = _clockId;
            }
        }

        private void Count(int seconds, bool rests)
        {
            _runS = Held(_runS + seconds);
            _clockS = Advanced(_clockS, seconds);
            _toldS = Advanced(_toldS, seconds);
            if (!rests)
            {
                _restS = 0;
                _sinceS = SignalValue.NotAvailable;
                return;
            }

            _restS = Held(_restS + seconds);
            if (_sinceS == SignalValue.NotAvailable && _clockS != SignalValue.NotAvailable && _clockS >= _restS)
            {
                _sinceS = _clockS - _restS;
            }
        }

        // The first time of this run that counts: what it says of the time before the start.
        private bool LearnStart()
        {
            bool asks = _asks;
            _asks = false;
            if (asks && _clockId == _storedClockId && _clockS >= _storedClockS)
            {
                int restS = _clockS - _runS - _storedSinceS;
                int counted = AtLeastS - AtLeastS / CountedShare - CountedSlackS;
                if (restS >= 0 && restS >= counted && restS <= MostRestS)
                {
                    AtLeastS = restS;
                    AtMostS = restS;
                    if (_sinceS != SignalValue.NotAvailable)
                    {
                        _restS = Held(restS + _runS);
                    }

                    return true;
                }
            }

            // Another clock, or one that cannot be right: from now on it counts from what was counted here.
            _sinceS = _restS > 0 && _clockS >= _restS ? _clockS - _restS : SignalValue.NotAvailable;
            return false;
        }

        private static int Held(int seconds)
        {
            return seconds > MostRestS ? MostRestS : seconds;
        }

        private static int Advanced(int clockS, int seconds)
        {
            return clockS == SignalValue.NotAvailable || clockS > int.MaxValue - seconds ? SignalValue.NotAvailable : clockS + seconds;
        }
    }
}
