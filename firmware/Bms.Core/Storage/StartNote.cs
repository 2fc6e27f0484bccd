using Bms.Core.Supervision;

namespace Bms.Core.Storage
{
    /// <summary>Counts the starts and carries the reason of a restart from one run to the next.</summary>
    /// <remarks>Two slots. A run begins by storing that it has begun without a reason to end; only a restart on purpose leaves one. Not for the control cycle.</remarks>
    public sealed class StartNote
    {
        /// <summary>Bytes that a slot must hold.</summary>
        public const int BlockLength = DataLength + Journal.Overhead;

        /// <summary>Layout of the note.</summary>
        public const int Version = 1;

        private const int DataLength = 12;

        private readonly Journal _journal;
        private readonly byte[] _data;

        /// <param name="store">Slots of at least <see cref="BlockLength"/> bytes.</param>
        /// <param name="firstBlock">First of the two slots.</param>
        public StartNote(BlockStore store, int firstBlock)
        {
            _journal = new Journal(store, firstBlock, Version);
            _data = new byte[_journal.MaxLength];
        }

        /// <summary>Number of this start, from 1; wraps.</summary>
        public uint StartNumber { get; private set; }

        /// <summary>Why the run before ended, one of <see cref="ResetCause"/>.</summary>
        public int Cause { get; private set; }

        /// <summary>Runs in a row, up to the last one, that ended by a failure.</summary>
        public int FailuresInARow { get; private set; }

        /// <summary>Reads the note of the last run and stores that a new one has begun.</summary>
        /// <returns>False where the medium did not take it.</returns>
        public bool Begin()
        {
            int status = _journal.Load(_data);
            bool isKnown = (status == StorageStatus.Ok || status == StorageStatus.OneSlotDamaged) && _journal.Length == DataLength;
            StartNumber = isKnown ? LittleEndian.GetUInt(_data, 0) + 1 : 1;
            int cause = isKnown ? (int)LittleEndian.GetUInt(_data, 4) : ResetCause.PowerOrReset;
            Cause = cause < ResetCause.Unknown || cause > ResetCause.Requested ? ResetCause.PowerOrReset : cause;
            bool failed = Cause == ResetCause.CycleFailed || Cause == ResetCause.StartFailed;
            int failures = isKnown ? (int)LittleEndian.GetUInt(_data, 8) : 0;
            FailuresInARow = failed && failures > 0 && failures < 1000000 ? failures : 0;
            return Write(ResetCause.PowerOrReset, FailuresInARow);
        }

        /// <summary>Leaves the reason of a restart that is about to happen.</summary>
        /// <param name="cause">One of <see cref="ResetCause"/>.</param>
        /// <returns>False where the medium did not take it.</returns>
        public bool End(int cause)
        {
            bool failed = cause == ResetCause.CycleFailed || cause == ResetCause.StartFailed;
            return Write(cause, failed ? FailuresInARow + 1 : 0);
        }

        private bool Write(int cause, int failures)
        {
            LittleEndian.PutUInt(_data, 0, StartNumber);
            LittleEndian.PutUInt(_data, 4, (uint)cause);
            LittleEndian.PutUInt(_data, 8, (uint)failures);
            return _journal.Save(_data, DataLength);
        }
    }
}
