using Bms.Core.Measurement;

namespace Bms.Bench
{
    /// <summary>A driver whose frames take the interpreter its time: the bus runs on while the firmware computes.</summary>
    internal sealed class TimedPort : CanPort
    {
        private readonly CanPort _driver;
        private readonly VirtualCanBus _bus;
        private readonly InterpreterTime _time;
        private double _owedUs;

        /// <param name="driver">The driver.</param>
        /// <param name="bus">Its bus.</param>
        /// <param name="time">What the firmware costs.</param>
        public TimedPort(CanPort driver, VirtualCanBus bus, InterpreterTime time)
        {
            _driver = driver;
            _bus = bus;
            _time = time;
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
