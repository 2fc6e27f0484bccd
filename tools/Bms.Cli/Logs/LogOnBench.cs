using System.Globalization;
using System.Text;
using Bms.Can.Log;
using Bms.Core;
using Bms.Core.Configuration;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Cli.Logs
{
    /// <summary>Shows a recorded log to the real firmware: frames arrive in the cycle of their time, in simulated time. What the controller of the log said itself is left out.</summary>
    internal sealed class LogOnBench
    {
        private const int CycleMs = 10;

        private readonly ParameterBlock _parameters;
        private readonly Bus _bus = new();

        public LogOnBench(ParameterBlock parameters) => _parameters = parameters;

        /// <summary>Runs a log through and tells what the firmware made of it.</summary>
        /// <exception cref="CanLogException">A record is broken.</exception>
        public string Run(CanLogReader log, LogWindow window, CancellationToken stop)
        {
            var controller = new BatteryController(_parameters, _bus);
            var block = new CanFrameBlock();
            long startNs = -1;
            long firstNs = 0;
            long cycles = 0;
            long frames = 0;
            while (log.Read(block))
            {
                if (startNs < 0)
                {
                    firstNs = block.TimeNs[0];
                }

                window.Cut(block, firstNs, log.Channels);
                for (int index = 0; index < block.Count; index++)
                {
                    if (startNs < 0)
                    {
                        startNs = block.TimeNs[index];
                    }

                    for (long due = (block.TimeNs[index] - startNs) / (CycleMs * 1_000_000); cycles <= due; cycles++)
                    {
                        if ((cycles & 0xFFF) == 0)
                        {
                            stop.ThrowIfCancellationRequested();
                        }

                        Step(controller, cycles);
                    }

                    bool isClassic = (block.Flags[index] & ~(CanFrameFlags.Extended | CanFrameFlags.Transmitted)) == 0;
                    if (isClassic && !IsOfController(block.Id[index], block.Flags[index]))
                    {
                        _bus.Put(block.Id[index], (block.Flags[index] & CanFrameFlags.Extended) != 0, block.Data(index));
                        frames++;
                    }
                }
            }

            Step(controller, cycles++);
            return Report(cycles, frames);
        }

        /// <summary>Frames that the firmware itself sends: those of a log would be those of another controller.</summary>
        private static bool IsOfController(uint id, CanFrameFlags flags)
            => (flags & CanFrameFlags.Extended) == 0 && (id >= PackStatus.Id || id - ModuleBalancing.BaseId < ModuleBalancing.Count);

        private void Step(BatteryController controller, long cycle)
        {
            _bus.TimeS = cycle * CycleMs * 1e-3;
            controller.Inputs.InterlockClosed = true;
            controller.Inputs.MainPositiveClosed = controller.Outputs.MainPositive;
            controller.Inputs.MainNegativeClosed = controller.Outputs.MainNegative;
            controller.Inputs.PrechargeClosed = controller.Outputs.Precharge;
            controller.Update((uint)(cycle * CycleMs));
        }

        private string Report(long cycles, long frames)
        {
            var text = new StringBuilder();
            text.Append(CultureInfo.InvariantCulture, $"{frames} frames shown to the firmware in {cycles * CycleMs * 1e-3:0.00} s, {_bus.Lost} lost; it sent {_bus.Sent}\n");
            text.Append(_bus.SocCentiPct == SignalValue.NotAvailable ? "state of charge: none stated\n" : string.Create(CultureInfo.InvariantCulture, $"state of charge at the end: {_bus.SocCentiPct / 100.0:0.00} %\n"));
            text.Append(_bus.Faults.Count == 0 ? "no fault\n" : "      time s  fault                     severity         value\n");
            foreach (FaultChange fault in _bus.Faults)
            {
                string name = fault.Fault < FaultId.Count ? FaultTable.NameOf(fault.Fault) : fault.Fault.ToString(CultureInfo.InvariantCulture);
                text.Append(CultureInfo.InvariantCulture, $"{fault.TimeNs * 1e-9,12:0.000}  {name,-24}  {fault.Severity,-8}  {fault.Value,12}\n");
            }

            return text.ToString();
        }

        /// <summary>The receive queue of a controller chip: what does not fit is lost and counted.</summary>
        private sealed class Bus : CanPort
        {
            private const int Room = 256;

            private readonly Queue<(uint Id, bool IsExtended, byte[] Data)> _waiting = new();

            public double TimeS { get; set; }

            public long Sent { get; private set; }

            public uint Lost { get; private set; }

            public int SocCentiPct { get; private set; } = SignalValue.NotAvailable;

            public List<FaultChange> Faults { get; } = [];

            public override uint ReceiveOverflowCount => Lost;

            public void Put(uint id, bool isExtended, ReadOnlySpan<byte> data)
            {
                if (_waiting.Count == Room)
                {
                    Lost++;
                    return;
                }

                _waiting.Enqueue((id, isExtended, data.ToArray()));
            }

            public override bool TryReceive(CanFrame frame)
            {
                if (!_waiting.TryDequeue(out (uint Id, bool IsExtended, byte[] Data) next))
                {
                    return false;
                }

                frame.Id = next.Id;
                frame.IsExtended = next.IsExtended;
                frame.Length = next.Data.Length;
                next.Data.CopyTo(frame.Data, 0);
                return true;
            }

            public override bool TrySend(CanFrame frame)
            {
                Sent++;
                if (frame.Id == StateEstimates.Id && !frame.IsExtended)
                {
                    SocCentiPct = StateEstimates.UnpackSocCentiPct(frame.Data);
                }
                else if (frame.Id == FaultEvent.Id && !frame.IsExtended)
                {
                    Faults.Add(new FaultChange((long)(TimeS * 1e9), FaultEvent.UnpackFaultId(frame.Data), FaultEvent.UnpackFaultSeverity(frame.Data), FaultEvent.UnpackValue(frame.Data)));
                }

                return true;
            }
        }
    }
}
