using System;
using Bms.Core.Measurement;
using nanoFramework.Device.Can;

namespace Bms.Drivers
{
    /// <summary>The firmware's CAN port over the controller that is built into the chip.</summary>
    /// <remarks>
    /// For boards whose image carries a native CAN driver (STM32); the ESP32 images carry none and need a controller on SPI.
    /// The library's API makes garbage: every received and every sent frame is an object with an array of its own. At 200 frames a second that is
    /// some 20 kB of garbage, hence a garbage collection every few seconds. A board that must not pause takes the controller on SPI.
    /// </remarks>
    public sealed class NativeCanPort : CanPort, IDisposable
    {
        // 127 frames: all that 500 kbit/s can bring in 25 ms, two and a half cycles.
        private const int FifoSizeExponent = 7;

        private readonly CanController _controller;
        private readonly FrameFifo _fifo = new FrameFifo(FifoSizeExponent);

        private uint _sendFailureCount;

        /// <param name="controllerId">Name of the controller, "CAN1" for the first.</param>
        /// <param name="settings">Bit timing for 500 kbit/s at the chip's peripheral clock.</param>
        public NativeCanPort(string controllerId, CanSettings settings)
        {
            _controller = CanController.FromId(controllerId, settings);
            _controller.MessageReceived += OnMessageReceived;
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
            _controller.MessageReceived -= OnMessageReceived;
            _controller.Dispose();
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
