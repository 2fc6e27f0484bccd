using Bms.Core.Measurement.Profiles;
using Bms.Core.Messages;
using Bms.Core.Messages.VwMqb;

namespace Bms.Plant.Pack
{
    /// <summary>A simulated Volkswagen cell module controller, MQB or MEB: answers the second frame of the poll, bleeds for the minutes it is told.</summary>
    /// <remarks>Temperatures as the firmware expects by default: for MQB bytes 0, 4 and 5 with an offset of -43 degC. No CRC, as nobody knows its constants.</remarks>
    public sealed class VwModuleNode : CellModuleNode
    {
        private const byte NotUsed = 0xFE;
        private const int OffsetDeciC = -430;

        private readonly bool _isMeb;
        private readonly uint _balancingId;
        private readonly byte[] _data = new byte[8];
        private readonly int[] _minutes = new int[16];
        private bool _isAsked;
        private int _counter;

        /// <param name="pack">The cells.</param>
        /// <param name="options">The pack.</param>
        /// <param name="index">Number of the module, from 0.</param>
        /// <param name="cells">Cells of a full module.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        public VwModuleNode(PackModel pack, PackOptions options, int index, int cells, long startUs)
            : base(pack, options, index, cells, options.ModuleProfile == ModuleProfile.VwMeb ? 1 : 3, startUs)
        {
            _isMeb = options.ModuleProfile == ModuleProfile.VwMeb;
            _balancingId = index >= 9 ? 0x1A5554ABu + (2 * ((uint)index - 9)) : BalancingA.BaseId + (BalancingA.IdStride * (uint)index);
        }

        /// <inheritdoc/>
        public override bool HearsExtended => true;

        /// <inheritdoc/>
        public override bool Accepts(uint id) => id == Poll.Id;

        /// <inheritdoc/>
        public override void OnFrame(long timeUs, uint id, byte[] data, int length)
        {
            int low = Poll.UnpackPollLow(data);
            if (low == 0)
            {
                _isAsked = true;
            }
            else if (_isAsked && low == 0x280145 && Poll.UnpackPollHigh(data) == 0x30)
            {
                _isAsked = false;
                Answer(timeUs + DelayUs);
            }
        }

        /// <inheritdoc/>
        public override void OnExtendedFrame(long timeUs, uint id, byte[] data, int length)
        {
            uint half = id - _balancingId;
            if (half > 1 || Index >= 12 || length != 8)
            {
                return;
            }

            int mask = 0;
            int longest = 0;
            for (int i = 0; i < 16; i++)
            {
                if (i / 8 == (int)half && data[i % 8] != NotUsed)
                {
                    _minutes[i] = data[i % 8] * 2;
                }

                mask |= _minutes[i] > 0 ? 1 << i : 0;
                longest = Math.Max(longest, _minutes[i]);
            }

            Bleed(mask, timeUs + (longest * 60_000_000L));
        }

        /// <inheritdoc/>
        public override void Run(long fromUs, long untilUs)
        {
            ExpireBleeding(fromUs);
        }

        private void Answer(long readyUs)
        {
            Measure();
            for (int block = 0; 4 * block < FullCellCount; block++)
            {
                Array.Clear(_data);
                VoltagesA.PackCounter(_data, _counter);
                VoltagesA.PackCellVoltage1Mv(_data, MeasuredCellMv(4 * block));
                VoltagesA.PackCellVoltage2Mv(_data, MeasuredCellMv((4 * block) + 1));
                VoltagesA.PackCellVoltage3Mv(_data, MeasuredCellMv((4 * block) + 2));
                VoltagesA.PackCellVoltage4Mv(_data, MeasuredCellMv((4 * block) + 3));
                SendForeign(VoltagesA.BaseId + (VoltagesA.IdStride * (uint)Index) + (uint)block, false, _data, readyUs);
            }

            SendTemperatures(readyUs);
            if (!HasStuckCounter)
            {
                _counter = (_counter + 1) & 15;
            }
        }

        private void SendTemperatures(long readyUs)
        {
            Array.Clear(_data);
            if (_isMeb)
            {
                Bms.Core.Messages.VwMeb.Temperatures.PackTemperatureDeciC(_data, MeasuredSensorDeciC(0));
                SendForeign(Bms.Core.Messages.VwMeb.Temperatures.BaseId + (uint)Index, true, _data, readyUs);
            }
            else if (Index < Temperatures.Count)
            {
                _data[0] = Raw(MeasuredSensorDeciC(0));
                _data[1] = 0xFD;
                _data[4] = Raw(MeasuredSensorDeciC(1));
                _data[5] = Raw(MeasuredSensorDeciC(2));
                SendForeign(Temperatures.BaseId + (uint)Index, true, _data, readyUs);
            }
        }

        private static byte Raw(int deciC) => deciC == SignalValue.NotAvailable ? (byte)0xFD : (byte)Math.Clamp((deciC - OffsetDeciC + 2) / 5, 0, 0xDE);
    }
}
