using System;
using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Protection;

namespace Bms.Replay
{
    /// <summary>Plays a recording into the whole controller and keeps, for each second, what it sent, decided and estimated: the same class on the PC and on the device.</summary>
    /// <remarks>
    /// The checksums fold every byte of every frame sent and every decision of every cycle since the start, so one wrong bit shows in all lines that follow.
    /// Between construction and <see cref="Line"/> nothing is allocated.
    /// </remarks>
    public sealed class RecordedRun
    {
        /// <summary>Controller time between two cycles, in ms.</summary>
        public const int CycleMs = 10;

        private const int CyclesPerSecond = 1000 / CycleMs;
        private const int Columns = 14;
        private const int FloatColumns = 3;

        private readonly IRecordedBus _bus;
        private readonly BatteryController _controller;
        private readonly byte[] _inputs;
        private uint _startMs;
        private readonly int[] _rows;
        private readonly float[] _floats;
        private int _inputAt;
        private uint _decisions;

        /// <summary>Makes the controller and everything that the run needs.</summary>
        /// <param name="parameters">Parameter block in its stored form; a refused one runs as an invalid one does.</param>
        /// <param name="bus">The recording.</param>
        /// <param name="port">The same as the controller sees it.</param>
        /// <param name="inputs">Pins: cycle (2 bytes, low first), then bit 0 interlock, 1 positive, 2 negative, 3 precharge; in force until the next.</param>
        /// <param name="startMs">Controller time of the first cycle.</param>
        /// <param name="seconds">Length of the run.</param>
        public RecordedRun(byte[] parameters, IRecordedBus bus, CanPort port, byte[] inputs, uint startMs, int seconds)
        {
            ParameterBlock block = new ParameterBlock();
            block.Load(parameters, parameters.Length);
            _bus = bus;
            _controller = new BatteryController(block, port);
            _inputs = inputs;
            _startMs = startMs;
            Seconds = seconds;
            _rows = new int[seconds * Columns];
            _floats = new float[seconds * FloatColumns];
        }

        /// <summary>Length of the run, in seconds; each has one line.</summary>
        public int Seconds { get; private set; }

        /// <summary>How much was taken from the recording.</summary>
        public int ReceivedCount
        {
            get { return _bus.ReceivedCount; }
        }

        /// <summary>The controller, for a look at it after the run.</summary>
        public BatteryController Controller
        {
            get { return _controller; }
        }

        /// <summary>Plays the whole recording. A further call plays it again, to the same controller, while its clock runs on.</summary>
        public void Run()
        {
            _bus.Rewind();
            _inputAt = 0;
            int cycle = 0;
            for (int second = 0; second < Seconds; second++)
            {
                for (int i = 0; i < CyclesPerSecond; i++)
                {
                    Step(cycle);
                    cycle++;
                }

                Keep(second);
            }

            _startMs += (uint)(Seconds * 1000);
        }

        /// <summary>What came out until the end of a second, as a line of integers; floats by their bits.</summary>
        /// <param name="second">Second from 0.</param>
        public string Line(int second)
        {
            string line = "replay " + (second + 1).ToString();
            for (int i = 0; i < Columns; i++)
            {
                int value = _rows[second * Columns + i];
                line += i < 3 ? " " + Hex((uint)value) : " " + value.ToString();
            }

            for (int i = 0; i < FloatColumns; i++)
            {
                byte[] bits = BitConverter.GetBytes(_floats[second * FloatColumns + i]);
                line += " " + Hex((uint)(bits[0] | (bits[1] << 8) | (bits[2] << 16) | (bits[3] << 24)));
            }

            return line;
        }

        private void Step(int cycle)
        {
            DiscreteInputs pins = _controller.Inputs;
            while (_inputAt < _inputs.Length && _inputs[_inputAt] + (_inputs[_inputAt + 1] << 8) <= cycle)
            {
                int bits = _inputs[_inputAt + 2];
                pins.InterlockClosed = (bits & 1) != 0;
                pins.MainPositiveClosed = (bits & 2) != 0;
                pins.MainNegativeClosed = (bits & 4) != 0;
                pins.PrechargeClosed = (bits & 8) != 0;
                _inputAt += 3;
            }

            uint nowMs = _startMs + (uint)(cycle * CycleMs);
            _bus.BeginCycle(cycle, nowMs);
            _controller.Update(nowMs);

            ActuatorOutputs o = _controller.Outputs;
            int outputs = (o.MainPositive ? 1 : 0) | (o.MainNegative ? 2 : 0) | (o.Precharge ? 4 : 0) | (o.Heater ? 8 : 0) | (o.Cooling ? 16 : 0);
            uint decisions = Checksum.Fold(_decisions, (uint)(outputs | (_controller.Control.Contactors.State << 8) | (_controller.Protection.HighestSeverity << 12)));
            decisions = Checksum.Fold(decisions, (uint)_controller.Control.Limits.ChargeLimitMa);
            _decisions = Checksum.Fold(decisions, (uint)_controller.Control.Limits.DischargeLimitMa);
        }

        private void Keep(int second)
        {
            uint faults = 0;
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                faults = Checksum.Fold(faults, (uint)_controller.Protection.SeverityOf[fault]);
            }

            int at = second * Columns;
            _rows[at] = (int)_bus.SentHash;
            _rows[at + 1] = (int)_decisions;
            _rows[at + 2] = (int)faults;
            _rows[at + 3] = _bus.SentCount;
            _rows[at + 4] = (int)_controller.Measurement.RefusedFrames;
            _rows[at + 5] = _controller.Control.Contactors.State;
            _rows[at + 6] = _controller.Protection.HighestSeverity;
            _rows[at + 7] = _controller.Protection.ActiveFaultCount;
            _rows[at + 8] = _controller.Measurement.CellSumMv;
            _rows[at + 9] = _controller.Measurement.CurrentMa;
            _rows[at + 10] = _controller.Estimation.SocCentiPct;
            _rows[at + 11] = _controller.Estimation.LowestSocCentiPct;
            _rows[at + 12] = _controller.Estimation.HighestSocCentiPct;
            _rows[at + 13] = _controller.Estimation.SocUncertaintyPermille;
            _floats[second * FloatColumns] = _controller.Estimation.LowestSoc;
            _floats[second * FloatColumns + 1] = _controller.Estimation.HighestSoc;
            _floats[second * FloatColumns + 2] = _controller.Estimation.LowestSigma;
        }

        private static string Hex(uint value)
        {
            char[] digits = new char[8];
            for (int i = 0; i < 8; i++)
            {
                int digit = (int)((value >> (28 - i * 4)) & 0x0F);
                digits[i] = (char)(digit < 10 ? '0' + digit : 'A' + digit - 10);
            }

            return new string(digits);
        }
    }
}
