using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Messages.BmwI3;
using Bms.Core.Protection;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>BMW i3 cell supervision circuits: asked one by one every 50 ms, answer with CRC and counter.</summary>
    /// <remarks>
    /// A frame with one voltage flagged as disturbed is no news: its values stay, and grow old. Bleeding disturbs, so it rests in every other round, in which fresh values come in.
    /// The reply's counter is only asked to change, as no source says which half of byte 6 it is in.
    /// </remarks>
    public sealed class BmwI3Modules : ModuleProtocol
    {
        private const int TemperatureFamily = 5;
        private const int Families = 6;
        private const int FirstMeasuringRound = 3;
        private const int IdleTargetMv = 4200;

        private readonly int[] _replySeed = new int[Families * 16];
        private readonly int[] _commandSeed = new int[16];
        private readonly bool _checksCounter;

        private int _module;
        private int _round;
        private int _counter;
        private bool _mayBleed;

        /// <summary>Makes it before its first start-up round.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public BmwI3Modules(ParameterBlock parameters)
            : base(parameters, ModuleProfile.BmwI3)
        {
            _checksCounter = parameters.Get(ParameterId.ModuleCounterChecked) != 0;
            for (int i = 0; i < _replySeed.Length; i++)
            {
                _replySeed[i] = E2eProfile1.SeedOf((int)Voltages.BaseId + i);
            }

            for (int module = 0; module < _commandSeed.Length; module++)
            {
                _commandSeed[module] = E2eProfile1.SeedOf((int)Command.BaseId + module);
            }
        }

        /// <inheritdoc/>
        public override int SendPeriodMs
        {
            get { return 50; }
        }

        /// <inheritdoc/>
        public override int Take(CanFrame frame)
        {
            uint offset = frame.Id - Voltages.BaseId;
            if (offset >= Families * 16 || frame.IsExtended)
            {
                return NotMine;
            }

            int module = (int)offset & 15;
            int family = (int)offset >> 4;
            if (module >= ModuleCount || (family >= VoltageFrames && family != TemperatureFamily))
            {
                return NoNews;
            }

            byte[] data = frame.Data;
            if (frame.Length != Voltages.Length || data[7] != E2eProfile1.CrcOfFirstSeven(data, _replySeed[(int)offset]))
            {
                return Refused;
            }

            int block = family == TemperatureFamily ? VoltageFrames : family;
            int slot = block * PackMeasurement.MaxModules + module;
            if (_checksCounter)
            {
                if (data[6] == LastCounter[slot])
                {
                    return Refused;
                }

                LastCounter[slot] = data[6];
            }

            int[] values = Values;
            if (family == TemperatureFamily)
            {
                values[0] = Temperatures.UnpackTemperature1DeciC(data);
                values[1] = Temperatures.UnpackTemperature2DeciC(data);
                values[2] = Temperatures.UnpackTemperature3DeciC(data);
                values[3] = Temperatures.UnpackTemperature4DeciC(data);
                return slot;
            }

            // Flags of cells that are not fitted say nothing.
            int cells = FittedCells(module, 3 * block, 3);
            if ((data[1] > 0x3F && cells > 0) || (data[3] > 0x3F && cells > 1) || (data[5] > 0x3F && cells > 2))
            {
                return NoNews;
            }

            values[0] = Voltages.UnpackCellVoltage1Mv(data);
            values[1] = Voltages.UnpackCellVoltage2Mv(data);
            values[2] = Voltages.UnpackCellVoltage3Mv(data);
            return slot;
        }

        /// <inheritdoc/>
        public override bool Fill(CanFrame frame, BatteryController controller)
        {
            int module = _module;
            bool measures = _round >= FirstMeasuringRound;

            // A cell that is beyond its trip is measured in every round: what it was once must not count for two.
            FaultMonitor protection = controller.Protection;
            bool isClose = protection.IsAboutToTrip(FaultId.CellOverVoltage) || protection.IsAboutToTrip(FaultId.CellUnderVoltage);
            bool bleeds = _mayBleed && measures && !isClose && controller.Control.Balancing.Decide(module, controller.Measurement, controller.Protection) != 0;
            frame.Id = Command.BaseId + (uint)module;
            frame.IsExtended = false;
            frame.Length = Command.Length;
            byte[] data = frame.Data;
            data[2] = 0;
            data[5] = 0;
            Command.PackTargetMv(data, bleeds ? BleedTargetMv(controller.Measurement) : IdleTargetMv);
            Command.PackMeasureRequest(data, measures ? Command.MeasureRequestEverything : Command.MeasureRequestNothing);
            Command.PackBalanceEnable(data, bleeds ? Command.BalanceEnableOn : Command.BalanceEnableOff);
            Command.PackStartMark(data, _round == FirstMeasuringRound - 1 ? 4 : 0);
            Command.PackAliveCounter(data, _counter);
            data[7] = (byte)E2eProfile1.CrcOfFirstSeven(data, _commandSeed[module]);

            NextCounter();
            if (module == ModuleCount - 1)
            {
                // In a round of as many modules as there are counters each of them would hear the same one for ever, and take it for an old request.
                if (ModuleCount % (E2eProfile1.MaxCounter + 1) == 0)
                {
                    NextCounter();
                }

                _module = 0;
                _mayBleed = !_mayBleed;
                if (_round < FirstMeasuringRound)
                {
                    _round++;
                }
            }
            else
            {
                _module = module + 1;
            }

            return true;
        }

        private void NextCounter()
        {
            _counter = _counter == E2eProfile1.MaxCounter ? 0 : _counter + 1;
        }
    }
}
