namespace Bms.Core.Storage
{
    /// <summary>A few fixed slots of bytes that outlive the supply: files on the board's file system, an array in tests.</summary>
    /// <remarks>
    /// What a power cut may do to a slot while it is written is anything: nothing, all, a part of the new bytes before old ones or before none. What it may not do
    /// is touch another slot. Everything above relies on this and on nothing else. No method throws for a fault of the medium. Not for the control cycle, unless
    /// <see cref="IsFast"/>: a write to flash may take hundreds of milliseconds.
    /// </remarks>
    public abstract class BlockStore
    {
        /// <summary>Number of slots.</summary>
        public abstract int BlockCount { get; }

        /// <summary>Most bytes that a slot holds.</summary>
        public abstract int BlockLength { get; }

        /// <summary>True where a write takes a small part of a cycle and wears nothing out, as in a FRAM: then it may be written with closed contactors as well.</summary>
        public virtual bool IsFast
        {
            get { return false; }
        }

        /// <summary>Reads a slot from its first byte.</summary>
        /// <param name="block">Slot, 0 to <see cref="BlockCount"/> - 1.</param>
        /// <param name="target">At least <see cref="BlockLength"/> bytes.</param>
        /// <returns>Bytes read; 0 where the slot is empty or cannot be read.</returns>
        public abstract int Read(int block, byte[] target);

        /// <summary>Replaces what a slot holds and returns when the medium has it.</summary>
        /// <param name="block">Slot, 0 to <see cref="BlockCount"/> - 1.</param>
        /// <param name="source">Bytes to write, from the first on.</param>
        /// <param name="length">Number of bytes, 1 to <see cref="BlockLength"/>.</param>
        /// <returns>False where the medium refused.</returns>
        public abstract bool Write(int block, byte[] source, int length);

        /// <summary>Empties a slot.</summary>
        /// <param name="block">Slot, 0 to <see cref="BlockCount"/> - 1.</param>
        /// <returns>False where the medium refused.</returns>
        public abstract bool Erase(int block);
    }
}
