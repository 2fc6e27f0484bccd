using Bms.Bench.Chips;
using Bms.Core.Measurement;

namespace Bms.Bench
{
    /// <summary>A driver whose frames take the interpreter its time: the bus runs on while the firmware computes.</summary>
    internal sealed class TimedPort : CanPort
    {
        private readonly CanPort _driver;
        private readonly VirtualCanBus _bus;
        private readonly InterpreterTime _time;
        private readonly SpiCanChip _chip;
        private double _owedUs;
        private int _part;

        /// <param name="driver">The driver.</param>
        /// <param name="bus">Its bus.</param>
        /// <param name="time">What the firmware costs.</param>
        /// <param name="chip">The chip under the driver.</param>
        public TimedPort(CanPort driver, VirtualCanBus bus, InterpreterTime time, SpiCanChip chip)
        {
            _driver = driver;
            _bus = bus;
            _time = time;
            _chip = chip;
        }

        /// <inheritdoc/>
        public override uint ReceiveOverflowCount => _driver.ReceiveOverflowCount;

        /// <inheritdoc/>
        public override bool IsBusOff => _driver.IsBusOff;

        /// <inheritdoc/>
        public override bool TryReceive(CanBatch batch)
        {
            if (!_driver.TryReceive(batch))
            {
                return false;
            }

            Spend(batch.Left * _time.ReceivedIl);
            return true;
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            if (!_driver.TryReceive(frame))
            {
                return false;
            }

            Spend(_time.ReceivedIl);
            return true;
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            Spend(_time.SentIl);
            return _driver.TrySend(frame);
        }

        /// <summary>Always: the time of a part passes here.</summary>
        public override bool NeedsCollect => true;

        /// <summary>One part of the cycle is over, and a driver with small buffers looks at its chip.</summary>
        public override void Collect()
        {
            Spend(InterpreterTime.PartShares[_part++] * _time.CycleIl);
            CollectNow();
        }

        /// <summary>The driver looks at its chip, from wherever it is called.</summary>
        public void CollectNow()
        {
            long transfers = _chip.TransferCount;
            _driver.Collect();
            transfers = _chip.TransferCount - transfers;
            if (transfers > 0)
            {
                // A look is one transfer, with a frame two, with two frames four.
                Spend(InterpreterTime.CollectIl + (transfers / 2 * InterpreterTime.CollectedIl));
            }
        }

        /// <summary>The last part of the cycle is over.</summary>
        public void EndCycle()
        {
            Spend(InterpreterTime.PartShares[_part] * _time.CycleIl);
            _part = 0;
        }

        /// <summary>Lets time pass for an amount of work.</summary>
        public void Spend(double il)
        {
            _owedUs += il * _time.UsPerIl;
            long us = (long)_owedUs;
            _owedUs -= us;
            _bus.AdvanceTo(_bus.TimeUs + us);
        }
    }
}
