using System;
using Bms.Core.Messages;

namespace Bms.Drivers.Boards
{
    /// <summary>Memory of a board.</summary>
    /// <remarks>
    /// The device's libraries count no garbage collections. So an object that nobody holds is left behind: where it is gone, there was a collection. Two between two looks count as one.
    /// </remarks>
    public abstract class BoardMemory
    {
        private readonly WeakReference _canary = new WeakReference(new object());

        /// <summary>Collects garbage and tells what is free then. Stops everything for milliseconds: at start and in standby only.</summary>
        /// <returns>Free bytes of the managed heap.</returns>
        public abstract int CollectAndMeasure();

        /// <summary>Garbage collections noticed since start.</summary>
        public int Collections { get; private set; }

        /// <summary>Looks whether there was a collection since the last look; makes an object only after one.</summary>
        public void LookForCollection()
        {
            if (!_canary.IsAlive)
            {
                Collections++;
                _canary.Target = new object();
            }
        }

        /// <summary>Free memory outside of the managed heap, in bytes, or not available.</summary>
        public int FreeNativeBytes { get; protected set; } = SignalValue.NotAvailable;

        /// <summary>Largest piece of it, in bytes, or not available.</summary>
        public int LargestNativeBytes { get; protected set; } = SignalValue.NotAvailable;

        /// <summary>Reads the two of them; allocates nothing.</summary>
        public virtual void ReadNative()
        {
        }
    }
}
