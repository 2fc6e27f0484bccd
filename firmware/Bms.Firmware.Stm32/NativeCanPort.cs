using System;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Drivers;
using Bms.Drivers.Can;
using nanoFramework.Device.Can;

namespace Bms.Firmware
{
    /// <summary>The firmware's CAN port over the controller that is built into the chip.</summary>
    /// <remarks>
    /// For boards whose image carries a native CAN driver (STM32); the ESP32 images carry none and need a controller on SPI.
    /// The library's API makes garbage: every received and every sent frame is an object with an array of its own. At 200 frames a second that is
    /// some 20 kB of garbage, hence a garbage collection every few seconds. A board that must not pause takes the controller on SPI.
    /// </remarks>
    public sealed class NativeCanPort : BoardCanPort, IDisposable
    {
        // 127 frames: all that 500 kbit/s can bring in 25 ms, two and a half cycles.
        private const int FifoSizeExponent = 7;

        private readonly string _controllerId;
        private readonly CanBitTiming _timing;
        private readonly FrameFifo _fifo = new FrameFifo(FifoSizeExponent);

        private CanController _controller;
        private uint _sendFailureCount;

        /// <param name="controllerId">Name of the controller, "CAN1" for the first.</param>
        /// <param name="clockHz">Peripheral clock of the controller, in Hz.</param>
        /// <param name="bitRate">Bits per second.</param>
        public NativeCanPort(string controllerId, int clockHz, int bitRate)
        {
            _controllerId = controllerId;
            _timing = CanBitTiming.ForBxCan(clockHz, bitRate);

            // The library tells neither error counters nor bus-off.
            TransmitErrors = SignalValue.NotAvailable;
            ReceiveErrors = SignalValue.NotAvailable;
        }

        /// <inheritdoc/>
        public override bool Start()
        {
            if (!_timing.IsReachable)
            {
                State = CanPortState.BitRateUnreachable;
                return false;
            }

            // The library writes these into the controller's register as they are, and there each stands for one more.
            CanSettings settings = new CanSettings((byte)(_timing.Prescaler - 1), (byte)(_timing.Segment1 - 1), (byte)(_timing.Segment2 - 1), (byte)(_timing.JumpWidth - 1));
            _controller = CanController.FromId(_controllerId, settings);
            _controller.MessageReceived += OnMessageReceived;
            State = CanPortState.Running;
            return true;
        }

        /// <inheritdoc/>
        public override void Update(uint nowMs)
        {
        }

        /// <inheritdoc/>
        public override uint ReceiveOverflowCount
        {
            get { return _fifo.OverflowCount; }
        }

        /// <summary>Frames that the controller refused, since start; wraps.</summary>
        public uint SendFailureCount
        {
            get { return _sendFailureCount; }
        }

        /// <inheritdoc/>
        public override bool TryReceive(CanFrame frame)
        {
            return _fifo.TryTake(frame);
        }

        /// <inheritdoc/>
        public override bool TrySend(CanFrame frame)
        {
            if (_controller == null)
            {
                return false;
            }

            byte[] payload = new byte[frame.Length];
            Array.Copy(frame.Data, payload, frame.Length);
            try
            {
                _controller.WriteMessage(new CanMessage(
                    frame.Id,
                    frame.IsExtended ? CanMessageIdType.EID : CanMessageIdType.SID,
                    CanMessageFrameType.Data,
                    payload));
                return true;
            }
            catch (Exception)
            {
                // A bus without a partner or in bus-off: the caller counts the frame as lost and goes on.
                _sendFailureCount++;
                return false;
            }
        }

        /// <summary>Gives the controller back.</summary>
        public void Dispose()
        {
            if (_controller != null)
            {
                _controller.MessageReceived -= OnMessageReceived;
                _controller.Dispose();
                _controller = null;
            }
        }

        // Runs on the event dispatcher's thread, never on the control thread.
        private void OnMessageReceived(object sender, CanMessageReceivedEventArgs e)
        {
            for (CanMessage message = _controller.GetMessage(); message != null; message = _controller.GetMessage())
            {
                byte[] payload = message.Message;
                if (message.FrameType != CanMessageFrameType.Data || payload == null || payload.Length > 8)
                {
                    continue;
                }

                CanFrame slot = _fifo.Reserve();
                if (slot == null)
                {
                    continue;
                }

                slot.Id = message.Id;
                slot.IsExtended = message.IdentifierType == CanMessageIdType.EID;
                slot.Length = payload.Length;
                Array.Copy(payload, slot.Data, payload.Length);
                _fifo.Commit();
            }
        }
    }
}
