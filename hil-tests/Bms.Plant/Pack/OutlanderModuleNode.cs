using Bms.Core.Messages;
using Bms.Core.Messages.OutlanderPhev;

namespace Bms.Plant.Pack
{
    /// <summary>A simulated Outlander cell monitor: sends every 100 ms unasked, bleeds the cells above the target of the common command.</summary>
    /// <remarks>Temperatures as the firmware expects by default: 0.0038 degC per bit, -52 degC at raw 0.</remarks>
    public sealed class OutlanderModuleNode : CellModuleNode
    {
        private const long PeriodUs = VoltagesA.PeriodMs * 1000L;
        private const long HoldUs = 2_000_000;

        private readonly byte[] _data = new byte[8];
        private long _nextUs;

        /// <param name="pack">The cells.</param>
        /// <param name="options">The pack.</param>
        /// <param name="index">Number of the module, from 0.</param>
        /// <param name="cells">Cells of a full module.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        public OutlanderModuleNode(PackModel pack, PackOptions options, int index, int cells, long startUs)
            : base(pack, options, index, cells, 3, startUs)
        {
            _nextUs = startUs + (options.ModulesBackToBack ? 0 : (index * (PeriodUs / 24)) + (long)(new RandomStream(options.Seed, 500 + (ulong)index).NextDouble() * (PeriodUs / 24)));
        }

        /// <inheritdoc/>
        public override bool Accepts(uint id) => id == Balancing.Id;

        /// <inheritdoc/>
        public override void OnFrame(long timeUs, uint id, byte[] data, int length)
        {
            int mask = 0;
            if (length == 8 && Balancing.UnpackBalanceEnable(data) == Balancing.BalanceEnableOn)
            {
                for (int i = 0; i < CellCount; i++)
                {
                    mask |= MeasuredMv[i] > Balancing.UnpackTargetMv(data) ? 1 << i : 0;
                }
            }

            Bleed(mask, timeUs + HoldUs);
        }

        /// <inheritdoc/>
        public override void Run(long fromUs, long untilUs)
        {
            ExpireBleeding(fromUs);
            while (_nextUs < untilUs)
            {
                Measure();
                long readyUs = _nextUs + DelayUs;
                uint id = Temperatures.BaseId + (Temperatures.IdStride * (uint)Index);
                Array.Clear(_data);
                Temperatures.PackBleedingCells(_data, BleedMask);
                Temperatures.PackTemperature1Raw(_data, Raw(MeasuredSensorDeciC(0)));
                Temperatures.PackTemperature2Raw(_data, Raw(MeasuredSensorDeciC(1)));
                Temperatures.PackTemperature3Raw(_data, Raw(MeasuredSensorDeciC(2)));
                SendForeign(id, false, _data, readyUs);
                for (int block = 0; 4 * block < FullCellCount; block++)
                {
                    VoltagesA.PackCellVoltage1Mv(_data, MeasuredCellMv(4 * block));
                    VoltagesA.PackCellVoltage2Mv(_data, MeasuredCellMv((4 * block) + 1));
                    VoltagesA.PackCellVoltage3Mv(_data, MeasuredCellMv((4 * block) + 2));
                    VoltagesA.PackCellVoltage4Mv(_data, MeasuredCellMv((4 * block) + 3));
                    SendForeign(id + 1 + (uint)block, false, _data, readyUs);
                }

                _nextUs += PeriodUs;
            }
        }

        private static int Raw(int deciC) => deciC == SignalValue.NotAvailable ? deciC : (int)Math.Round((deciC + 520) / 0.038);
    }
}
