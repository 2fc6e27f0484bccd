using Bms.Bench;

namespace Bms.InterpreterTests
{
    /// <summary>Records the pins that the controller saw, in the form that RecordedRun reads.</summary>
    internal sealed class PinRecorder(VirtualBench bench)
    {
        private readonly ChangeList _changes = new();

        /// <summary>Comes after each step of the bench.</summary>
        public void Note()
        {
            var inputs = bench.Controller.Inputs;
            int pins = (inputs.InterlockClosed ? 1 : 0) | (inputs.MainPositiveClosed ? 2 : 0) | (inputs.MainNegativeClosed ? 4 : 0) | (inputs.PrechargeClosed ? 8 : 0);
            _changes.Note((int)bench.StepCount - 1, pins);
        }

        /// <summary>What was recorded.</summary>
        public byte[] Bytes() => _changes.Bytes();
    }

    /// <summary>A small number that changes now and then: cycle (2 bytes, low first), value; in force until the next.</summary>
    internal sealed class ChangeList
    {
        private readonly List<byte> _bytes = [];
        private int _value = -1;

        /// <summary>Notes the value of a cycle.</summary>
        public void Note(int cycle, int value)
        {
            Assert.IsTrue(cycle is >= 0 and <= ushort.MaxValue && value is >= 0 and <= byte.MaxValue, $"cycle {cycle}, value {value}: too large for a recording");
            if (value != _value)
            {
                _value = value;
                _bytes.AddRange([(byte)cycle, (byte)(cycle >> 8), (byte)value]);
            }
        }

        /// <summary>What was noted.</summary>
        public byte[] Bytes() => _bytes.ToArray();
    }
}
