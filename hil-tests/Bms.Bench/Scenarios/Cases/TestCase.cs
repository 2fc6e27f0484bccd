namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>Place in a file.</summary>
    /// <param name="File">Name of the file.</param>
    /// <param name="Line">Line from 1; 0 for a case that no file holds.</param>
    /// <param name="Column">Column from 1.</param>
    public readonly record struct FilePlace(string File, int Line, int Column)
    {
        /// <inheritdoc/>
        public override string ToString() => Line == 0 ? File : $"{File}:{Line}:{Column}";
    }

    /// <summary>A scenario file that cannot be used: file, line, what is wrong and what would be right.</summary>
    public sealed class CaseFileException(FilePlace place, string message) : Exception($"{place}: {message}")
    {
        /// <summary>Where.</summary>
        public FilePlace Place { get; } = place;
    }

    /// <summary>How a case begins: what the host asks for before time 0.</summary>
    public enum CaseStart
    {
        /// <summary>Nothing: 2 s after power-on, contactors open.</summary>
        Standby,

        /// <summary>Closed for driving.</summary>
        Drive,

        /// <summary>Closed for charging.</summary>
        Charge,

        /// <summary>Nothing at all: time 0 is power-on.</summary>
        Cold,
    }

    /// <summary>What must be true after the case.</summary>
    public enum CaseRecovery
    {
        /// <summary>Nothing opened: the contactors are where the case began.</summary>
        RunsOn,

        /// <summary>The fault goes with its cause. The pack does not close by itself, but after standby and a new wish.</summary>
        Self,

        /// <summary>The fault stays after its cause, through standby and a new wish, until it is cleared; then the pack closes.</summary>
        Latched,

        /// <summary>Neither standby nor clearing lets the pack close again.</summary>
        Held,

        /// <summary>The case says itself what it expects.</summary>
        NotChecked,
    }

    /// <summary>What a step of the timeline does.</summary>
    public enum StepKind
    {
        /// <summary>Brings an electrical error in.</summary>
        Inject,

        /// <summary>Takes one away, or all.</summary>
        Clear,

        /// <summary>Writes a signal of the plant, at once or along a ramp.</summary>
        Set,

        /// <summary>The host asks for another mode.</summary>
        Host,

        /// <summary>The host asks to clear faults.</summary>
        ClearFaults,

        /// <summary>Disturbs frames on the bus.</summary>
        Disturb,

        /// <summary>Ends all disturbances.</summary>
        Calm,

        /// <summary>The tester sends a frame.</summary>
        Send,

        /// <summary>The controller starts anew.</summary>
        Restart,

        /// <summary>The controller hangs for a time.</summary>
        Stall,
    }

    /// <summary>Frames to disturb.</summary>
    /// <param name="Kind">What happens to them.</param>
    /// <param name="FirstId">Lowest identifier.</param>
    /// <param name="LastId">Highest identifier.</param>
    /// <param name="Count">How many frames; null for all until calm.</param>
    /// <param name="Percent">Share of the frames in %.</param>
    /// <param name="Mask">Exclusive-or of the payload.</param>
    /// <param name="DelayMs">Delay.</param>
    public sealed record CaseDisturbance(FrameFaultKind Kind, uint FirstId, uint LastId, long? Count, double Percent, ulong Mask, double DelayMs);

    /// <summary>One step of the timeline.</summary>
    public sealed record CaseStep
    {
        /// <summary>Where it stands.</summary>
        public FilePlace Place { get; init; }

        /// <summary>Time in s from time 0 of the case.</summary>
        public required Quantity AtS { get; init; }

        /// <summary>What it does.</summary>
        public required StepKind Kind { get; init; }

        /// <summary>Error, signal or mode; empty where there is none.</summary>
        public string Name { get; init; } = "";

        /// <summary>Cell, sensor, module or contactor, from 1.</summary>
        public Quantity? Element { get; init; }

        /// <summary>How much.</summary>
        public Quantity? Value { get; init; }

        /// <summary>Length of the ramp in s; null sets at once.</summary>
        public Quantity? RampS { get; init; }

        /// <summary>Times the step is done.</summary>
        public int Times { get; init; } = 1;

        /// <summary>Time between two repetitions in s.</summary>
        public double EveryS { get; init; }

        /// <summary>True where reaction times count from here.</summary>
        public bool IsEvent { get; init; }

        /// <summary>Frames to disturb.</summary>
        public CaseDisturbance? Disturbance { get; init; }

        /// <summary>Identifier to send.</summary>
        public uint Id { get; init; }

        /// <summary>Payload to send.</summary>
        public byte[] Data { get; init; } = [];
    }

    /// <summary>What an expectation is about.</summary>
    public enum ExpectKind
    {
        /// <summary>A row of the fault table reaches a severity, as told on the bus.</summary>
        Fault,

        /// <summary>Both main contactors are told to open.</summary>
        Opens,

        /// <summary>A condition on a signal holds at every cycle of a window.</summary>
        Always,

        /// <summary>A condition on a signal holds at least once in a window.</summary>
        Eventually,

        /// <summary>State that the controller tells at the end of the timeline.</summary>
        State,

        /// <summary>The invariants of the campaign hold at every cycle.</summary>
        Invariants,
    }

    /// <summary>One expectation.</summary>
    public sealed record CaseExpect
    {
        /// <summary>Where it stands.</summary>
        public FilePlace Place { get; init; }

        /// <summary>What it is about.</summary>
        public required ExpectKind Kind { get; init; }

        /// <summary>Row of the fault table, signal or state.</summary>
        public string Name { get; init; } = "";

        /// <summary>Severity of the row, 1..3.</summary>
        public int Severity { get; init; } = 3;

        /// <summary>Cell, sensor or module that the event must name, from 1.</summary>
        public Quantity? Element { get; init; }

        /// <summary>Longest time from the event in ms.</summary>
        public Quantity? WithinMs { get; init; }

        /// <summary>Shortest time from the event in ms.</summary>
        public Quantity? NotBeforeMs { get; init; }

        /// <summary>The signal must be above this.</summary>
        public Quantity? Above { get; init; }

        /// <summary>The signal must be below this.</summary>
        public Quantity? Below { get; init; }

        /// <summary>The signal must equal this, by number.</summary>
        public Quantity? EqualTo { get; init; }

        /// <summary>The signal must equal this word of its value table.</summary>
        public string? Word { get; init; }

        /// <summary>The signal must be as this other signal.</summary>
        public string? Near { get; init; }

        /// <summary>Largest difference for <see cref="EqualTo"/> and <see cref="Near"/>.</summary>
        public Quantity? Tolerance { get; init; }

        /// <summary>Multiplies the signal before it is compared; null for 1.</summary>
        public Quantity? Scale { get; init; }

        /// <summary>True where the signal must not be available.</summary>
        public bool IsUnavailable { get; init; }

        /// <summary>True where the signal must never fall.</summary>
        public bool NeverFalls { get; init; }

        /// <summary>Start of the window in s.</summary>
        public Quantity? FromS { get; init; }

        /// <summary>End of the window in s.</summary>
        public Quantity? UntilS { get; init; }
    }

    /// <summary>A row of the fault table that may appear without being expected.</summary>
    /// <param name="Fault">Row.</param>
    /// <param name="Severity">Highest severity that is fine.</param>
    public readonly record struct AllowedFault(int Fault, int Severity);

    /// <summary>Event that follows from the plant: reaction times count from its first cycle.</summary>
    /// <param name="Signal">Signal of the plant.</param>
    /// <param name="Above">Event above this.</param>
    /// <param name="Below">Event below this.</param>
    public sealed record CaseEvent(string Signal, Quantity? Above, Quantity? Below);

    /// <summary>One case of the catalogue: a pack, a timeline, what is expected, and what must be true afterwards.</summary>
    public sealed record TestCase
    {
        /// <summary>Where it stands.</summary>
        public FilePlace Place { get; init; }

        /// <summary>Number in the catalogue, such as B02-charge.</summary>
        public required string Id { get; init; }

        /// <summary>What it shows, as a sentence.</summary>
        public required string Title { get; init; }

        /// <summary>Requirements it shows.</summary>
        public IReadOnlyList<string> Requirements { get; init; } = [];

        /// <summary>The bench and its pack.</summary>
        public BenchOptions Bench { get; init; } = new();

        /// <summary>True where the case names the kind of its modules or of its sensor, and so holds for no other.</summary>
        public bool NamesProfile { get; init; }

        /// <summary>Parameters that differ from the preset.</summary>
        public IReadOnlyList<(int Parameter, int Value)> Parameters { get; init; } = [];

        /// <summary>Names and values; the case runs for each combination.</summary>
        public IReadOnlyList<(string Name, IReadOnlyList<double> Values)> Vary { get; init; } = [];

        /// <summary>Runs with other seeds, each 10 ms later against the bus.</summary>
        public int Phases { get; init; } = 1;

        /// <summary>How it begins.</summary>
        public CaseStart Start { get; init; } = CaseStart.Drive;

        /// <summary>Current asked for from 1 s before time 0, in A; positive charges.</summary>
        public Quantity? LoadA { get; init; }

        /// <summary>End of the timeline in s; null for 2 s after its last step and window.</summary>
        public Quantity? DurationS { get; init; }

        /// <summary>Event that follows from the plant; null for the step marked, or the first error or write.</summary>
        public CaseEvent? Event { get; init; }

        /// <summary>What is done.</summary>
        public IReadOnlyList<CaseStep> Timeline { get; init; } = [];

        /// <summary>What is expected.</summary>
        public IReadOnlyList<CaseExpect> Expect { get; init; } = [];

        /// <summary>Rows that may appear besides.</summary>
        public IReadOnlyList<AllowedFault> Allow { get; init; } = [];

        /// <summary>What must be true afterwards.</summary>
        public CaseRecovery Recovery { get; init; } = CaseRecovery.RunsOn;

        /// <summary>Time for causes to go and release times to pass, in s.</summary>
        public double RecoveryWaitS { get; init; } = 3;

        /// <summary>Temperature to which the chamber brings the coolant in that time, in degC; null leaves it.</summary>
        public double? RecoveryDegC { get; init; }

        /// <summary>Kinds of modules or sensors with which it cannot hold, and why.</summary>
        public IReadOnlyDictionary<string, string> NotWith { get; init; } = new Dictionary<string, string>();

        /// <summary>True where it was written for the reference and runs with modules or a sensor of another kind.</summary>
        public bool IsAdapted { get; init; }

        /// <summary>Letter of its group.</summary>
        public string Group => Id[..1];
    }
}
