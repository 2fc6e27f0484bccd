using Bms.Core;
using Bms.Core.Storage;
using Bms.Drivers.Boards;

namespace Bms.Bench
{
    /// <summary>The memory of the simulated board that outlives a restart of the controller: the firmware's own storage on slots in memory.</summary>
    /// <remarks>Parameters are not kept there: those of the bench's options hold for every start.</remarks>
    internal sealed class BoardMemory
    {
        private readonly Slots _parameters = new(2, ParameterStore.BlockLength);
        private readonly Slots _state = new(2, PackStateStore.BlockLength);
        private readonly Slots _cells = new(CellStateStore.BlockCount, CellStateStore.BlockLength);
        private readonly Slots _events = new(ControllerStorage.EventCapacity, EventLog.BlockLength);
        private readonly Slots _start = new(2, StartNote.BlockLength);
        private readonly Slots _blackBox = new(BlackBoxStore.BlockCount, BlackBoxStore.BlockLength);
        private ControllerStorage? _storage;

        /// <summary>A controller starts: it finds what was stored.</summary>
        public void Begin(BatteryController controller)
        {
            bool isFirst = _storage is null;
            _storage = new ControllerStorage(_parameters, _state, _cells, _events, _start, _blackBox);
            _storage.Begin(controller, StorageStatus.Empty);

            // A pack on the bench has stood for long: its precharge resistor is cold, though nothing stored says so yet.
            if (isFirst)
            {
                controller.Control.Contactors.Resistor.EnergyMj = 0;
            }
        }

        /// <summary>Stores what waits, after a cycle.</summary>
        public void Step(BatteryController controller, uint nowMs) => _storage!.Step(controller, nowMs);

        /// <summary>Stores what the next wake-up needs; false where the board must not sleep yet.</summary>
        public bool KeepForSleep(BatteryController controller) => _storage!.KeepForSleep(controller);

        /// <summary>Tells a controller that has just begun that its start is the end of a sleep.</summary>
        public void NoteWake(BatteryController controller, int cause) => BoardStart.NoteWake(controller, _storage!, cause);

        private sealed class Slots(int count, int length) : BlockStore
        {
            private readonly byte[][] _slots = [.. Enumerable.Range(0, count).Select(_ => new byte[length])];
            private readonly int[] _lengths = new int[count];

            public override int BlockCount => count;

            public override int BlockLength => length;

            public override int Read(int block, byte[] target)
            {
                _slots[block].AsSpan(0, _lengths[block]).CopyTo(target);
                return _lengths[block];
            }

            public override bool Write(int block, byte[] source, int written)
            {
                source.AsSpan(0, written).CopyTo(_slots[block]);
                _lengths[block] = written;
                return true;
            }

            public override bool Erase(int block)
            {
                _lengths[block] = 0;
                return true;
            }
        }
    }
}
