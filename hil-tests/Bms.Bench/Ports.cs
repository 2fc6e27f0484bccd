using Bms.Core.Configuration;
using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>Port to the plant model (named after ASAM XIL): reads and writes its signals by name. Names end in their unit.</summary>
    public interface IModelPort
    {
        /// <summary>All names, in a fixed order; cells, sensors and modules count from 1.</summary>
        public IReadOnlyList<string> Names { get; }

        /// <summary>True where <see cref="Write"/> takes the name.</summary>
        public bool CanWrite(string name);

        /// <summary>Value now.</summary>
        /// <exception cref="KeyNotFoundException">No such signal.</exception>
        public double Read(string name);

        /// <summary>A reader of one signal, for those who look every cycle.</summary>
        /// <exception cref="KeyNotFoundException">No such signal.</exception>
        public Func<double> Reader(string name);

        /// <summary>Sets an input of the plant.</summary>
        /// <exception cref="KeyNotFoundException">No such signal, or it cannot be written.</exception>
        public void Write(string name, double value);
    }

    /// <summary>Port to the bus (named after ASAM XIL): sends and observes frames.</summary>
    public interface INetworkPort
    {
        /// <summary>Queues a frame of the tester's own node.</summary>
        /// <returns>False where its transmit queue is full.</returns>
        public bool Send(uint id, ReadOnlySpan<byte> data);

        /// <summary>Copies the last frame of a standard identifier.</summary>
        /// <param name="id">Identifier.</param>
        /// <param name="data">Takes the payload; at least 8 bytes.</param>
        /// <param name="timeUs">End of that frame in us.</param>
        /// <returns>Its length, or -1 where none was seen.</returns>
        public int LastFrame(uint id, Span<byte> data, out long timeUs);

        /// <summary>Frames of a standard identifier since start.</summary>
        public long CountOf(uint id);

        /// <summary>Adds an observer of every frame.</summary>
        public void Observe(ICanTap tap);

        /// <summary>Removes an observer.</summary>
        public void Forget(ICanTap tap);

        /// <summary>Disturbs frames on the bus.</summary>
        public void Disturb(FrameFault fault);

        /// <summary>Ends a disturbance.</summary>
        public void Calm(FrameFault fault);
    }

    /// <summary>One change of a row of the fault table, as it came over the bus.</summary>
    /// <param name="TimeUs">End of the frame in us.</param>
    /// <param name="Fault">Row, one of <c>FaultId</c>.</param>
    /// <param name="Severity">0 none, 1 warning, 2 limit, 3 trip.</param>
    /// <param name="Value">Measured value in the unit of the row; int.MinValue where not available.</param>
    /// <param name="Element">Cell, sensor or module concerned, from 1; 0 the pack.</param>
    public readonly record struct FaultChange(long TimeUs, int Fault, int Severity, int Value, int Element);

    /// <summary>Port to the controller's diagnostics (named after ASAM XIL): what it tells on the bus, nothing it does not tell there.</summary>
    public interface IDiagPort
    {
        /// <summary>State of the contactor state machine, one of <c>PackStatus.State...</c>; -1 before the first frame.</summary>
        public int State { get; }

        /// <summary>Highest severity of all faults; -1 before the first frame.</summary>
        public int Severity { get; }

        /// <summary>State of charge as shown to the host, 0..1; NaN while not known.</summary>
        public double Soc { get; }

        /// <summary>Severity of a row of the fault table; 0 before the first frame.</summary>
        public int SeverityOf(int fault);

        /// <summary>Rows that are active now.</summary>
        public IEnumerable<int> ActiveFaults();

        /// <summary>Every change of a row since start, in order.</summary>
        public IReadOnlyList<FaultChange> FaultHistory { get; }

        /// <summary>Asks the controller through the host to clear latched faults.</summary>
        public void ClearFaults();
    }

    /// <summary>Port for electrical errors (named after ASAM XIL): breaks and mends parts of the plant.</summary>
    public interface IEesPort
    {
        /// <summary>Brings a fault in.</summary>
        /// <param name="fault">What breaks.</param>
        /// <param name="element">Which one, from 0.</param>
        /// <param name="value">How much, in the unit of the fault.</param>
        public void Inject(PackFault fault, int element = 0, double value = 0);

        /// <summary>Takes a fault away.</summary>
        public void Clear(PackFault fault, int element = 0);

        /// <summary>Takes all faults away.</summary>
        public void ClearAll();
    }

    /// <summary>A bench that scenarios run on: the four ports, its clock, and the controller's power switch. Whoever implements it can run the same files.</summary>
    public interface ITestBench
    {
        /// <summary>Signals of the plant by name.</summary>
        public IModelPort Model { get; }

        /// <summary>Frames.</summary>
        public INetworkPort Network { get; }

        /// <summary>What the controller tells about itself on the bus.</summary>
        public IDiagPort Diag { get; }

        /// <summary>Electrical errors.</summary>
        public IEesPort Ees { get; }

        /// <summary>Parameter block that the controller was given.</summary>
        public ParameterBlock Parameters { get; }

        /// <summary>Time since the start of the bench in us.</summary>
        public long TimeUs { get; }

        /// <summary>Advances by one cycle of the controller.</summary>
        public void Step();

        /// <summary>Takes the controller's power away and gives it back: outputs off, its clock at zero, its memory empty but for what it stored.</summary>
        /// <param name="bootS">Time until its first cycle in s.</param>
        public void RestartController(double bootS);

        /// <summary>Lets the controller hang: no cycle for a time, its outputs as they are.</summary>
        /// <param name="stallS">Time without a cycle in s.</param>
        public void StallController(double stallS);
    }
}
