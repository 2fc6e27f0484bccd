using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Messages.OutlanderPhev;

namespace Bms.Core.Measurement.Profiles
{
    /// <summary>Mitsubishi Outlander PHEV cell monitors: free running, big endian, neither counter nor CRC; one balancing command for all of them.</summary>
    public sealed class OutlanderModules : ModuleProtocol
    {
        /// <summary>Below it, in 0.1 degC, a temperature is a wrong scale or a missing sensor, not a battery.</summary>
        public const int ColdestDeciC = -500;

        /// <summary>Above it, in 0.1 degC, the same; a cell in runaway gets there all the same, and so it lies near the end of the raw range, 197 degC.</summary>
        public const int HottestDeciC = 1900;

        private const int IdsPerModule = 16;

        private readonly int _microDegCPerBit;
        private readonly int _offsetDeciC;
        private readonly int _sendPeriodMs;

        private int _module;
        private bool _anyBleeds;

        /// <summary>Makes it with nothing bleeding.</summary>
        /// <param name="parameters">A valid block; read once.</param>
        public OutlanderModules(ParameterBlock parameters)
            : base(parameters, ModuleProfile.OutlanderPhev)
        {
            _microDegCPerBit = parameters.Get(ParameterId.OutlanderMicroDegCPerBit);
            _offsetDeciC = parameters.Get(ParameterId.OutlanderOffsetDeciC);
            _sendPeriodMs = Balancing.PeriodMs / ModuleCount;
        }

        /// <summary>One module is decided on in each turn, the command goes out after the last.</summary>
        public override int SendPeriodMs
        {
            get { return _sendPeriodMs; }
        }

        /// <inheritdoc/>
        public override int Take(CanFrame frame)
        {
            uint offset = frame.Id - Temperatures.BaseId;
            int kind = (int)offset & (IdsPerModule - 1);
            if (offset >= Temperatures.Count * IdsPerModule || kind > 2 || frame.IsExtended)
            {
                return NotMine;
            }

            int module = (int)offset >> 4;
            if (module >= ModuleCount || kind > VoltageFrames)
            {
                return NoNews;
            }

            if (frame.Length != VoltagesA.Length)
            {
                return Refused;
            }

            byte[] data = frame.Data;
            int[] values = Values;
            if (kind == 0)
            {
                values[0] = DeciC(Temperatures.UnpackTemperature1Raw(data));
                values[1] = DeciC(Temperatures.UnpackTemperature2Raw(data));
                values[2] = DeciC(Temperatures.UnpackTemperature3Raw(data));
                return VoltageFrames * PackMeasurement.MaxModules + module;
            }

            values[0] = VoltagesA.UnpackCellVoltage1Mv(data);
            values[1] = VoltagesA.UnpackCellVoltage2Mv(data);
            values[2] = VoltagesA.UnpackCellVoltage3Mv(data);
            values[3] = VoltagesA.UnpackCellVoltage4Mv(data);
            int fitted = FittedCells(module, ModuleProfile.CellsPerFrame(ModuleProfile.OutlanderPhev) * (kind - 1), ModuleProfile.CellsPerFrame(ModuleProfile.OutlanderPhev));
            int slot = (kind - 1) * PackMeasurement.MaxModules + module;
            return fitted < 1 ? NoNews : Believes(slot, fitted) ? slot : NoNews;
        }

        /// <inheritdoc/>
        public override bool Fill(CanFrame frame, BatteryController controller)
        {
            if (controller.Control.Balancing.Decide(_module, controller.Measurement, controller.Protection) != 0)
            {
                _anyBleeds = true;
            }

            if (_module != ModuleCount - 1)
            {
                _module++;
                return false;
            }

            // The modules choose their cells themselves: those above the target. All zero is the command to stop.
            bool on = _anyBleeds;
            _module = 0;
            _anyBleeds = false;
            frame.Id = Balancing.Id;
            frame.IsExtended = false;
            frame.Length = Balancing.Length;
            byte[] data = frame.Data;
            Balancing.PackTargetMv(data, on ? BleedTargetMv(controller.Measurement) : 0);
            Balancing.PackBalanceEnable(data, on ? Balancing.BalanceEnableOn : Balancing.BalanceEnableOff);
            Balancing.PackConstant3(data, 4);
            Balancing.PackConstant4(data, 3);
            data[5] = 0;
            data[6] = 0;
            data[7] = 0;
            return true;
        }

        private int DeciC(int raw)
        {
            if (raw == SignalValue.NotAvailable)
            {
                return raw;
            }

            int deciC = (raw * _microDegCPerBit + 50000) / 100000 + _offsetDeciC;
            return deciC < ColdestDeciC || deciC > HottestDeciC ? SignalValue.NotAvailable : deciC;
        }
    }
}
