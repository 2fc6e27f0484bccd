using System.Runtime.CompilerServices;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Messages.BenderIso165c;

namespace Bms.Core.Measurement
{
    /// <summary>What an insulation monitor says: resistance between battery and chassis, its age, and what the monitor complains of itself.</summary>
    /// <remarks>
    /// Two kinds: the Bender ISO165C sends a frame a second; the Bender IR155-3204 has one output whose frequency tells the state and whose duty cycle tells the resistance.
    /// A value counts only while the monitor says that it measures; what it does not know is not available. Allocates nothing after construction.
    /// </remarks>
    public sealed class InsulationMonitor
    {
        /// <summary>Failure flag: the monitor is broken.</summary>
        public const int DeviceError = 1;

        /// <summary>Failure flag: a wire to the battery is open.</summary>
        public const int BatteryWire = 2;

        /// <summary>Failure flag: the wire to the chassis is open.</summary>
        public const int ChassisWire = 4;

        /// <summary>Failure flag: the monitor has not measured anew for a minute.</summary>
        public const int Outdated = 8;

        /// <summary>Highest resistance that is told apart, in kohm.</summary>
        public const int MostKohm = 50000;

        private const int StaleMs = 60000;
        private const int LongAgoMs = 1 << 22;

        // IR155: duty cycle 5..95 % [S: data sheet D00115], 0 ohm at 95 %, without end at 5 % [R]; its frequency is found to 1 Hz.
        private const int Ir155BaseKohm = 1200;
        private const int LeastPermille = 50;
        private const int MostPermille = 950;
        private const int ToleranceDeciHz = 10;

        /// <summary>Resistance between battery and chassis, in kohm, or not available.</summary>
        public int ResistanceKohm = SignalValue.NotAvailable;

        /// <summary>Age of the last sign of life, in ms; 0 where no monitor is fitted.</summary>
        public int AgeMs;

        /// <summary>What the monitor complains of: a sum of the failure flags.</summary>
        public int Failures;

        private readonly int _profile;
        private readonly int _graceMs;
        private readonly int _limitMs;
        private uint _heardMs;
        private uint _measuredMs;
        private int _counter = -1;
        private bool _started;

        /// <summary>Makes it without a value.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public InsulationMonitor(ParameterBlock parameters)
        {
            _profile = parameters.Get(ParameterId.InsulationProfile);
            _graceMs = parameters.Get(ParameterId.StartupGraceMs);
            _limitMs = parameters.Get(ParameterId.OfFault(Protection.FaultId.InsulationMonitorLost, ParameterId.ColumnLimit));
            FrameId = InsulationProfile.IsOnBus(_profile) ? Info.Id : 0xFFFFFFFF;
        }

        /// <summary>Identifier of the monitor's frame; one that no frame has where it sends none.</summary>
        public uint FrameId { get; private set; }

        /// <summary>False where no monitor is fitted.</summary>
        public bool IsFitted
        {
            get { return _profile != InsulationProfile.None; }
        }

        /// <summary>Takes a frame with <see cref="FrameId"/>.</summary>
        /// <param name="frame">Frame of a standard identifier.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        /// <returns>False where its length is wrong: it says nothing then.</returns>
        public bool Take(CanFrame frame, uint nowMs)
        {
            if (frame.Length < Info.Length)
            {
                return false;
            }

            byte[] data = frame.Data;
            _heardMs = nowMs;
            Failures = (Failures & Outdated)
                | (Info.UnpackDeviceError(data) != 0 ? DeviceError : 0)
                | (Info.UnpackHvPositiveFault(data) != 0 || Info.UnpackHvNegativeFault(data) != 0 ? BatteryWire : 0)
                | (Info.UnpackEarthFault(data) != 0 ? ChassisWire : 0);
            int counter = Info.UnpackMeasurementCounter(data);
            if (counter != _counter)
            {
                _counter = counter;
                _measuredMs = nowMs;
            }

            // While it starts or tests itself it has no value, and calls that no failure.
            bool measures = Info.UnpackDeviceActivity(data) == Info.DeviceActivityNormal && Info.UnpackInsulationOutdated(data) == 0;
            ResistanceKohm = measures && Failures == 0 ? KohmIn(data) : SignalValue.NotAvailable;
            return true;
        }

        private int KohmIn(byte[] data)
        {
            if (_profile == InsulationProfile.Iso165c)
            {
                return Info.UnpackInsulationKohm(data);
            }

            int kohm = data[0] << 8 | data[1];
            return kohm > MostKohm ? SignalValue.NotAvailable : kohm;
        }

        /// <summary>Lets the value grow old; takes the output of an IR155 as the board has measured it.</summary>
        /// <param name="inputs">What the board reads.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        [MethodImpl(Inlining.Always)]
        public void Update(DiscreteInputs inputs, uint nowMs)
        {
            if (_profile == InsulationProfile.None)
            {
                return;
            }

            if (!_started)
            {
                _started = true;
                _heardMs = nowMs + (uint)_graceMs;
                _measuredMs = _heardMs;
            }

            if (_profile == InsulationProfile.Ir155)
            {
                TakePulses(inputs.InsulationDeciHz, inputs.InsulationDutyPermille, nowMs);
            }

            int age = (int)(nowMs - _heardMs);
            if (age > LongAgoMs)
            {
                _heardMs = nowMs - LongAgoMs;
            }

            AgeMs = age < 0 ? 0 : age;
            if (AgeMs > _limitMs)
            {
                ResistanceKohm = SignalValue.NotAvailable;
            }

            int measured = (int)(nowMs - _measuredMs);
            if (measured > LongAgoMs)
            {
                _measuredMs = nowMs - LongAgoMs;
            }

            Failures = measured > StaleMs ? Failures | Outdated : Failures & ~Outdated;
        }

        // 10 Hz measures, 20 Hz measures at a low battery voltage, 30 Hz is the good-or-bad answer of the first two seconds, 40 Hz device error, 50 Hz chassis wire.
        private void TakePulses(int deciHz, int dutyPermille, uint nowMs)
        {
            int state = (deciHz + 50) / 100;
            int off = deciHz - state * 100;
            if (deciHz <= 0 || state < 1 || state > 5 || off > ToleranceDeciHz || off < -ToleranceDeciHz)
            {
                // No pulses: monitor without supply, or a short of the wire. Its age tells.
                return;
            }

            _heardMs = nowMs;
            Failures = state == 4 ? DeviceError : state == 5 ? ChassisWire : 0;
            if (state > 2 || dutyPermille < LeastPermille || dutyPermille > MostPermille)
            {
                ResistanceKohm = SignalValue.NotAvailable;
                _measuredMs = state == 3 ? nowMs : _measuredMs;
                return;
            }

            _measuredMs = nowMs;
            int kohm = dutyPermille == LeastPermille ? MostKohm : Ir155BaseKohm * (MostPermille - LeastPermille) / (dutyPermille - LeastPermille) - Ir155BaseKohm;
            ResistanceKohm = kohm > MostKohm ? MostKohm : kohm;
        }
    }
}
