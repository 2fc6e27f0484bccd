using Bms.Core;
using Bms.Core.Configuration;

namespace Bms.MeterDriver
{
    /// <summary>The firmware with a recorded bus, behind a surface of plain arrays and numbers that reflection can reach.</summary>
    public sealed class FirmwareRun
    {
        private readonly BatteryController _controller;
        private readonly RecordedCanPort _port;

        /// <param name="parameterValues">All values of the parameter block in the order of the parameters' ids.</param>
        /// <param name="timesMs">Times of the recorded frames, in ms of controller time, rising.</param>
        /// <param name="ids">Identifiers; bit 31 set for one of 29 bits.</param>
        /// <param name="payloads">Payloads, 0..8 bytes each.</param>
        public FirmwareRun(int[] parameterValues, uint[] timesMs, uint[] ids, byte[][] payloads)
        {
            ParameterBlock parameters = new ParameterBlock();
            for (int i = 0; i < parameterValues.Length; i++)
            {
                parameters.Set(i, parameterValues[i]);
            }

            _port = new RecordedCanPort(timesMs, ids, payloads);
            _controller = new BatteryController(parameters, _port);
        }

        /// <summary>Values of a preset, for the constructor.</summary>
        public static int[] Preset(int chemistry, int cellCount, int capacityMah)
        {
            ParameterBlock block = Presets.Of(chemistry, cellCount, capacityMah);
            int[] values = new int[ParameterId.Count];
            for (int i = 0; i < values.Length; i++)
            {
                values[i] = block.Get(i);
            }

            return values;
        }

        /// <summary>One cycle. Auxiliary contacts follow the outputs of the cycle before; the interlock is closed.</summary>
        public void Cycle(uint nowMs)
        {
            _port.Advance(nowMs);
            _controller.Inputs.InterlockClosed = true;
            _controller.Inputs.MainPositiveClosed = _controller.Outputs.MainPositive;
            _controller.Inputs.MainNegativeClosed = _controller.Outputs.MainNegative;
            _controller.Inputs.PrechargeClosed = _controller.Outputs.Precharge;
            _controller.Update(nowMs);
        }

        /// <summary>Frames that the firmware has sent so far.</summary>
        public int SentCount()
        {
            return _port.SentCount;
        }

        /// <summary>Recorded frames that the firmware has taken so far.</summary>
        public int TakenCount()
        {
            return _port.TakenCount;
        }

        /// <summary>True while both main contactors are driven.</summary>
        public bool IsClosed()
        {
            return _controller.Outputs.MainPositive && _controller.Outputs.MainNegative;
        }
    }
}
