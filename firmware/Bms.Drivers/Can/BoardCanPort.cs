using Bms.Core.Configuration;
using Bms.Core.Measurement;

namespace Bms.Drivers.Can
{
    /// <summary>A CAN port as the loop of a board sees it: started once, looked after in every cycle, and telling how it is.</summary>
    public abstract class BoardCanPort : CanPort
    {
        /// <summary>What the controller is doing.</summary>
        public CanPortState State { get; protected set; }

        /// <summary>Transmit error counter when last read, 0..255; not available where the controller does not tell.</summary>
        public int TransmitErrors { get; protected set; }

        /// <summary>Receive error counter when last read, 0..255; not available where the controller does not tell.</summary>
        public int ReceiveErrors { get; protected set; }

        /// <summary>True where either error counter was beyond 127 when last read.</summary>
        public bool IsErrorPassive
        {
            get { return TransmitErrors > 127 || ReceiveErrors > 127; }
        }

        /// <summary>Times the controller went bus-off since start; wraps.</summary>
        public uint BusOffCount { get; protected set; }

        /// <summary>Answers of a chip that cannot be, since start; wraps. Above zero means a bad SPI connection.</summary>
        public uint GarbledAnswers { get; protected set; }

        /// <summary>Sets the acceptance filters that a pack's parameters ask for, where the controller has such. Before <see cref="Start"/>.</summary>
        /// <param name="parameters">A valid block.</param>
        public virtual void UseFilters(ParameterBlock parameters)
        {
        }

        /// <summary>Lets nothing in but the host's frames, so that they and nothing else wake a sleeping board; what was received is forgotten.</summary>
        /// <param name="hostBaseId">First identifier of the host's 16.</param>
        public virtual void ListenForHost(uint hostBaseId)
        {
        }

        /// <summary>Puts the controller on the bus.</summary>
        /// <returns>True where it is running; else <see cref="State"/> tells why not.</returns>
        public abstract bool Start();

        /// <summary>Looks whether the controller is still where it should be. Once in every cycle, before the battery controller's own update.</summary>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public abstract void Update(uint nowMs);
    }
}
