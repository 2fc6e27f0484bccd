using Bms.Core.Measurement;
using Bms.Core.Messages.BmwI3;

namespace Bms.Plant.Pack
{
    /// <summary>A simulated BMW i3 cell supervision circuit: silent until the start-up rounds are over and it is asked, then one answer for each request.</summary>
    /// <remarks>Bleeds the cells above the target while commanded, at most 2 s without a further command, and marks their voltages as disturbed.</remarks>
    public sealed class BmwI3ModuleNode : CellModuleNode
    {
        private const int StartMark = 4;
        private const long HoldUs = 2_000_000;

        private readonly uint _commandId;
        private readonly byte[] _data = new byte[8];
        private readonly int[] _seed = new int[96];
        private int _counter;
        private int _lastAlive = -1;
        private bool _isStarted;

        /// <param name="pack">The cells.</param>
        /// <param name="options">The pack.</param>
        /// <param name="index">Number of the module, from 0.</param>
        /// <param name="cells">Cells of a full module.</param>
        /// <param name="startUs">Virtual time at which the simulation starts in us.</param>
        public BmwI3ModuleNode(PackModel pack, PackOptions options, int index, int cells, long startUs)
            : base(pack, options, index, cells, 4, startUs)
        {
            _commandId = Command.BaseId + (uint)index;
            for (int i = 0; i < _seed.Length; i++)
            {
                _seed[i] = E2eProfile1.SeedOf((int)Voltages.BaseId + i);
            }
        }

        /// <summary>Requests refused for their CRC, counter or length.</summary>
        public int RefusedRequests { get; private set; }

        /// <inheritdoc/>
        public override bool Accepts(uint id) => id == _commandId;

        /// <inheritdoc/>
        public override void OnFrame(long timeUs, uint id, byte[] data, int length)
        {
            int alive = length == 8 ? Command.UnpackAliveCounter(data) : -1;
            if (alive < 0 || alive == _lastAlive || data[7] != E2eProfile1.CrcOfFirstSeven(data, E2eProfile1.SeedOf((int)id)))
            {
                RefusedRequests++;
                return;
            }

            _lastAlive = alive;
            _isStarted |= Command.UnpackStartMark(data) == StartMark;
            int target = Command.UnpackTargetMv(data);
            int bleed = 0;
            for (int i = 0; Command.UnpackBalanceEnable(data) == Command.BalanceEnableOn && i < CellCount; i++)
            {
                bleed |= MeasuredMv[i] > target ? 1 << i : 0;
            }

            Bleed(bleed, timeUs + HoldUs);
            if (_isStarted && Command.UnpackMeasureRequest(data) == Command.MeasureRequestEverything)
            {
                Answer(timeUs + DelayUs);
            }
        }

        /// <inheritdoc/>
        public override void Run(long fromUs, long untilUs)
        {
            ExpireBleeding(fromUs);
        }

        private void Answer(long readyUs)
        {
            Measure();
            for (int block = 0; block < 4; block++)
            {
                Array.Clear(_data);
                int cell = 3 * block;
                Voltages.PackCellVoltage1Mv(_data, MeasuredCellMv(cell));
                Voltages.PackCellVoltage2Mv(_data, MeasuredCellMv(cell + 1));
                Voltages.PackCellVoltage3Mv(_data, MeasuredCellMv(cell + 2));
                Voltages.PackCellFlags1(_data, (BleedMask >> cell & 1) * 2);
                Voltages.PackCellFlags2(_data, (BleedMask >> (cell + 1) & 1) * 2);
                Voltages.PackCellFlags3(_data, (BleedMask >> (cell + 2) & 1) * 2);
                Seal(16 * block, readyUs);
            }

            Array.Clear(_data);
            Temperatures.PackTemperature1DeciC(_data, MeasuredSensorDeciC(0));
            Temperatures.PackTemperature2DeciC(_data, MeasuredSensorDeciC(1));
            Temperatures.PackTemperature3DeciC(_data, MeasuredSensorDeciC(2));
            Temperatures.PackTemperature4DeciC(_data, MeasuredSensorDeciC(3));
            Seal(16 * 5, readyUs);
            if (!HasStuckCounter)
            {
                _counter = _counter == E2eProfile1.MaxCounter ? 0 : _counter + 1;
            }
        }

        private void Seal(int offset, long readyUs)
        {
            Voltages.PackAliveCounter(_data, _counter);
            _data[7] = (byte)(E2eProfile1.CrcOfFirstSeven(_data, _seed[offset + Index]) ^ (HasWrongCrc ? 0x5A : 0));
            SendForeign(Voltages.BaseId + (uint)(offset + Index), false, _data, readyUs);
        }
    }
}
