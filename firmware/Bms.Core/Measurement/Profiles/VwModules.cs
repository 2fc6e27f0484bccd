using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Messages.VwMqb;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>Volkswagen cell module controllers, MQB and MEB: one poll of two frames asks all of them, every 500 ms; temperatures and balancing use 29-bit identifiers.</summary>
    /// <remarks>
    /// Their CRC has constants that nobody knows, so it is not checked. Balancing runs in a cycle of 30 s: stopped and measured for 5 s, then bled for 25 s with a command every
    /// 2.5 s. A module goes on bleeding for the commanded time even where the controller falls silent.
    /// </remarks>
    public sealed class VwModules : ModuleProtocol
    {
        private const int PollMs = 500;
        private const int PollsPerCycle = 60;
        private const int PollsOfPause = 10;
        private const int PollsPerCommand = 5;
        private const int Initialising = 0xDF;
        private const byte NotUsed = 0xFE;
        private const int CellsPerFrame = 4;

        // Identifiers of the balancing request are known up to here.
        private const int MostBalanced = 12;
        private const uint HighBalancingId = 0x1A5554AB;
        private const uint EarlyThirdId = 0x1A55541E;

        private readonly bool _isMeb;
        private readonly bool _checksCounter;
        private readonly bool _sparseBytes;
        private readonly int _offsetDeciC;
        private readonly bool _earlyThird;
        private readonly byte _bleedByte;
        private readonly int _sendPeriodMs;
        private readonly int _ticksPerPoll;

        // Frames in which every cell had a voltage at least once.
        private readonly bool[] _hasTold = new bool[PackMeasurement.MaxBlocks * PackMeasurement.MaxModules];

        private int _tick;
        private int _poll;
        private int _command;
        private int _bleeding;

        /// <summary>Makes it before its first poll.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        /// <param name="profile">VwMqb or VwMeb.</param>
        public VwModules(ParameterBlock parameters, int profile)
            : base(parameters, profile)
        {
            _isMeb = profile == ModuleProfile.VwMeb;
            _checksCounter = parameters.Get(ParameterId.ModuleCounterChecked) != 0;
            _sparseBytes = parameters.Get(ParameterId.VwTemperatureLayout) != 0;
            _offsetDeciC = parameters.Get(ParameterId.VwTemperatureOffsetDeciC);
            _earlyThird = parameters.Get(ParameterId.VwThirdModuleIsEarly) != 0;
            _bleedByte = (byte)(parameters.Get(ParameterId.VwBalanceMin) / 2);

            // A turn in every second cycle of 10 ms; a slower loop has fewer turns between two polls.
            int cycleMs = parameters.Get(ParameterId.CyclePeriodMs);
            _sendPeriodMs = cycleMs > 20 ? cycleMs : 20;
            _ticksPerPoll = PollMs / _sendPeriodMs;
        }

        /// <inheritdoc/>
        public override int SendPeriodMs
        {
            get { return _sendPeriodMs; }
        }

        /// <inheritdoc/>
        public override int Take(CanFrame frame)
        {
            if (frame.IsExtended)
            {
                return TakeTemperatures(frame);
            }

            uint offset = frame.Id - VoltagesA.BaseId;
            if (offset >= VoltagesA.Count * VoltagesA.IdStride)
            {
                return NotMine;
            }

            int module = (int)offset >> 2;
            int block = (int)offset & 3;
            if (module >= ModuleCount || block >= VoltageFrames)
            {
                return NoNews;
            }

            if (frame.Length != VoltagesA.Length)
            {
                return Refused;
            }

            int fitted = FittedCells(module, CellsPerFrame * block, CellsPerFrame);
            if (fitted < 1)
            {
                return NoNews;
            }

            // A module that starts fills its bytes with ones. Once it has told every cell, ones are the honest answer for one cell that it cannot read, and no reason to miss the others.
            byte[] data = frame.Data;
            int slot = block * PackMeasurement.MaxModules + module;
            bool lastIsNone = fitted == CellsPerFrame && block < 2 && data[7] == 0xFF;
            if (!_hasTold[slot] && (data[2] == 0xFF || (fitted > 2 && data[5] == 0xFF) || lastIsNone))
            {
                return NoNews;
            }

            _hasTold[slot] = true;
            if (_checksCounter)
            {
                byte counter = (byte)(data[1] & 0x0F);
                if (counter == LastCounter[slot])
                {
                    return Refused;
                }

                LastCounter[slot] = counter;
            }

            int[] values = Values;
            values[0] = VoltagesA.UnpackCellVoltage1Mv(data);
            values[1] = VoltagesA.UnpackCellVoltage2Mv(data);
            values[2] = VoltagesA.UnpackCellVoltage3Mv(data);
            values[3] = lastIsNone ? SignalValue.NotAvailable : VoltagesA.UnpackCellVoltage4Mv(data);
            return Believes(slot, fitted) ? slot : NoNews;
        }

        /// <inheritdoc/>
        public override bool Fill(CanFrame frame, BatteryController controller)
        {
            int tick = _tick;
            _tick = tick == _ticksPerPoll - 1 ? 0 : tick + 1;
            if (tick < 2)
            {
                FillPoll(frame, tick == 1);
                return true;
            }

            if (tick == 2)
            {
                _poll = _poll == PollsPerCycle - 1 ? 0 : _poll + 1;
                if (_poll % PollsPerCommand == 0)
                {
                    _command = 0;
                }
            }

            int module = _command >> 1;
            if (module >= ModuleCount || module >= MostBalanced)
            {
                return false;
            }

            bool isSecond = (_command & 1) != 0;
            _command++;
            if (!isSecond)
            {
                _bleeding = _poll < PollsOfPause ? 0 : controller.Control.Balancing.Decide(module, controller.Measurement, controller.Protection);
            }

            FillBalancing(frame, module, isSecond);
            return true;
        }

        private int TakeTemperatures(CanFrame frame)
        {
            uint offset = frame.Id - (_isMeb ? Messages.VwMeb.Temperatures.BaseId : Temperatures.BaseId);
            if (offset >= (_isMeb ? Messages.VwMeb.Temperatures.Count : Temperatures.Count))
            {
                return NotMine;
            }

            int module = (int)offset;
            if (module >= ModuleCount)
            {
                return NoNews;
            }

            if (frame.Length != Temperatures.Length)
            {
                return Refused;
            }

            byte[] data = frame.Data;
            if (_isMeb)
            {
                if (data[5] == Initialising)
                {
                    return NoNews;
                }

                Values[0] = Messages.VwMeb.Temperatures.UnpackTemperatureDeciC(data);
            }
            else if (_sparseBytes)
            {
                // The place of a second opinion is empty in modules that have none.
                int first = data[0] >= Initialising && data[3] != 0 ? data[3] : data[0];
                Values[0] = DeciC(first);
                Values[1] = DeciC(data[4]);
                Values[2] = DeciC(data[5]);
            }
            else
            {
                Values[0] = DeciC(data[0]);
                Values[1] = DeciC(data[1]);
                Values[2] = DeciC(data[2]);
            }

            return VoltageFrames * PackMeasurement.MaxModules + module;
        }

        private int DeciC(int raw)
        {
            return raw >= Initialising ? SignalValue.NotAvailable : raw * 5 + _offsetDeciC;
        }

        private static void FillPoll(CanFrame frame, bool isSecond)
        {
            frame.Id = Poll.Id;
            frame.IsExtended = false;
            frame.Length = Poll.Length;
            byte[] data = frame.Data;
            data[3] = 0;
            data[4] = 0;
            data[5] = 0;
            data[6] = 0;
            Poll.PackPollLow(data, isSecond ? 0x280145 : 0);
            Poll.PackPollHigh(data, isSecond ? 0x30 : 0);
        }

        private void FillBalancing(CanFrame frame, int module, bool isSecond)
        {
            uint id = module >= 9 ? HighBalancingId + 2 * ((uint)module - 9) : BalancingA.BaseId + BalancingA.IdStride * (uint)module;
            if (module == 2 && _earlyThird)
            {
                id = EarlyThirdId;
            }

            frame.Id = isSecond ? id + 1 : id;
            frame.IsExtended = true;
            frame.Length = BalancingA.Length;
            byte[] data = frame.Data;
            int cells = isSecond ? FittedCells(module, 8, 8) : FittedCells(module, 0, 8);
            int bits = isSecond ? _bleeding >> 8 : _bleeding;
            byte bleed = _bleedByte;
            for (int i = 0; i < 8; i++)
            {
                data[i] = i >= cells ? NotUsed : (bits & (1 << i)) != 0 ? bleed : (byte)0;
            }
        }
    }
}
