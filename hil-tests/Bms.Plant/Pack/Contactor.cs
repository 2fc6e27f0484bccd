namespace Bms.Plant.Pack
{
    /// <summary>One contactor: takes its time to close and to open, can weld or stick, and reports its position by an auxiliary contact.</summary>
    public sealed class Contactor
    {
        private readonly long _closeUs;
        private readonly long _openUs;
        private bool _target;
        private long _settlesAtUs = long.MinValue;
        private bool _moved;

        /// <param name="closeUs">Time from the command to the closed contact in us.</param>
        /// <param name="openUs">Time from the command to the open contact in us.</param>
        public Contactor(long closeUs, long openUs)
        {
            _closeUs = closeUs;
            _openUs = openUs;
        }

        /// <summary>True while current can pass.</summary>
        public bool IsClosed => IsWelded || (_moved && !IsStuckOpen);

        /// <summary>Resistance between the terminals in ohm: infinite while open.</summary>
        public double ContactOhm => _moved && !IsStuckOpen ? 0 : IsWelded ? WeldOhm : double.PositiveInfinity;

        /// <summary>Level of the drive, as last commanded.</summary>
        public bool IsCommanded => _target;

        /// <summary>True: the contact stays closed whatever the command says.</summary>
        public bool IsWelded { get; set; }

        /// <summary>Resistance of the weld in ohm: 0 for contacts that stick together, more for a bridge between tips whose carriage, and with it the auxiliary contact, has moved away.</summary>
        public double WeldOhm { get; set; }

        /// <summary>True: the contact stays open whatever the command says.</summary>
        public bool IsStuckOpen { get; set; }

        /// <summary>Position the auxiliary contact is stuck at; null while it tells the truth.</summary>
        public bool? StuckFeedback { get; set; }

        /// <summary>Position the auxiliary contact reports.</summary>
        public bool FeedbackClosed => StuckFeedback ?? ((_moved && !IsStuckOpen) || (IsWelded && WeldOhm == 0));

        /// <summary>Times the contact closed since start.</summary>
        public int CloseCount { get; private set; }

        /// <summary>Drives the coil.</summary>
        /// <param name="closed">True to close.</param>
        /// <param name="timeUs">Virtual time of the command in us.</param>
        public void Command(bool closed, long timeUs)
        {
            if (closed != _target)
            {
                _target = closed;
                _settlesAtUs = timeUs + (closed ? _closeUs : _openUs);
            }
        }

        /// <summary>Lets the contact move.</summary>
        /// <param name="timeUs">Virtual time in us.</param>
        public void Update(long timeUs)
        {
            if (_moved != _target && timeUs >= _settlesAtUs)
            {
                _moved = _target;
                CloseCount += _moved ? 1 : 0;
            }
        }
    }
}
