namespace Bms.Plant.Pack
{
    /// <summary>Where a node hands over its frames.</summary>
    public interface ICanSender
    {
        /// <summary>Queues a copy of a frame with a standard identifier.</summary>
        /// <param name="id">Identifier.</param>
        /// <param name="data">Payload.</param>
        /// <param name="length">Number of bytes, 0..8.</param>
        /// <param name="notBeforeUs">Virtual time at which the node hands it to its controller.</param>
        /// <returns>False where the frame is lost.</returns>
        public bool Send(uint id, byte[] data, int length, long notBeforeUs);

        /// <summary>Queues a copy of a frame with a standard or an extended identifier.</summary>
        /// <param name="id">Identifier, 11 or 29 bits.</param>
        /// <param name="isExtended">True for a 29-bit identifier.</param>
        /// <param name="data">Payload.</param>
        /// <param name="length">Number of bytes, 0..8.</param>
        /// <param name="notBeforeUs">Virtual time at which the node hands it to its controller.</param>
        /// <returns>False where the frame is lost.</returns>
        public bool Send(uint id, bool isExtended, byte[] data, int length, long notBeforeUs);
    }

    /// <summary>A simulated device on the bus besides the controller: samples the plant, sends frames, hears frames.</summary>
    public abstract class PackNode
    {
        /// <param name="name">Name for reports.</param>
        protected PackNode(string name)
        {
            Name = name;
        }

        /// <summary>Name for reports.</summary>
        public string Name { get; }

        /// <summary>The bus it is joined to; null while not.</summary>
        public ICanSender? Bus { get; set; }

        /// <summary>True: the node sends nothing.</summary>
        public bool IsSilent { get; set; }

        /// <summary>True: every CRC the node sends is wrong.</summary>
        public bool HasWrongCrc { get; set; }

        /// <summary>True: the counters of the node's frames stand still.</summary>
        public bool HasStuckCounter { get; set; }

        /// <summary>True where the node hears extended identifiers, all of them.</summary>
        public virtual bool HearsExtended => false;

        /// <summary>Hears a frame with an extended identifier.</summary>
        /// <param name="timeUs">End of the frame in us.</param>
        /// <param name="id">Identifier, 29 bits.</param>
        /// <param name="data">Payload; valid during the call only.</param>
        /// <param name="length">Number of valid bytes.</param>
        public virtual void OnExtendedFrame(long timeUs, uint id, byte[] data, int length)
        {
        }

        /// <summary>Chooses the identifiers it hears.</summary>
        public virtual bool Accepts(uint id) => false;

        /// <summary>Hears a frame of an identifier it accepts.</summary>
        /// <param name="timeUs">End of the frame in us.</param>
        /// <param name="id">Identifier.</param>
        /// <param name="data">Payload; valid during the call only.</param>
        /// <param name="length">Number of valid bytes.</param>
        public virtual void OnFrame(long timeUs, uint id, byte[] data, int length)
        {
        }

        /// <summary>Queues the frames that are due in a stretch of time, from the state of the plant at its start.</summary>
        /// <param name="fromUs">Start in us.</param>
        /// <param name="untilUs">End in us, not included.</param>
        public abstract void Run(long fromUs, long untilUs);

        /// <summary>Seals and queues a frame, with the faults of the node.</summary>
        private protected void Send(SealedFrame frame, long notBeforeUs)
        {
            if (IsSilent || Bus == null)
            {
                return;
            }

            frame.Seal(HasStuckCounter);
            if (HasWrongCrc)
            {
                frame.Data[0] ^= 0x5A;
            }

            Bus.Send(frame.Id, frame.Data, frame.Length, notBeforeUs);
        }
    }
}
