using Bms.Core.Control;
using Bms.Core.Measurement.Profiles;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>What may stand behind a key.</summary>
    internal enum KeyKind
    {
        Text,
        TextList,
        Number,
        Whole,
        Flag,
        Quantity,
        Choice,
        Map,
        Object,
        ObjectList,
    }

    /// <summary>One key of a scenario file: the reader, the schema for editors and the page are made from these.</summary>
    internal sealed record CaseKey(string Name, KeyKind Kind, string Description, string[]? Choices = null, bool IsRequired = false, CaseKey[]? Keys = null);

    /// <summary>All keys of a scenario file.</summary>
    internal static class CaseKeys
    {
        public static readonly string[] Modules = [.. Enumerable.Range(0, ModuleProfile.Count).Select(ModuleProfile.NameOf)];

        public static readonly string[] Sensors = [.. Enumerable.Range(0, SensorProfile.Count).Select(SensorProfile.NameOf)];

        public static readonly string[] InsulationMonitors = [.. Enumerable.Range(0, InsulationProfile.Count).Select(InsulationProfile.NameOf)];

        public static readonly string[] Severities = ["none", "warning", "limit", "trip"];

        public static readonly string[] Starts = ["cold", "standby", "drive", "charge"];

        public static readonly string[] Modes = ["standby", "drive", "charge"];

        public static readonly string[] Recoveries = ["runs-on", "self", "latched", "held", "not-checked"];

        public static readonly string[] States = [.. Enumerable.Range(0, ContactorState.Count).Select(ContactorState.NameOf)];

        public static readonly CaseKey[] Pack =
        [
            new("cell", KeyKind.Text, "Name of a cell the plant knows, or path of a cell file. Default lg-18650hg2 (NMC)."),
            new("cells", KeyKind.Whole, "Cells in series, 1..192. Default 96."),
            new("parallel", KeyKind.Whole, "Cells in parallel. Default 20."),
            new("soc", KeyKind.Number, "State of charge at the start, 0..1. Default 0.6."),
            new("soc_spread", KeyKind.Number, "Standard deviation of it over the cells. Default 0.005."),
            new("capacity_health", KeyKind.Number, "Capacity that ageing has left of the rated one, 0.1..1.2. Default 1."),
            new("resistance_growth", KeyKind.Number, "Resistance over that of new cells, 0.1..10. Default 1."),
            new("temperature_deg_c", KeyKind.Number, "Temperature of cells and coolant at the start. Default 25."),
            new("ambient_deg_c", KeyKind.Number, "Temperature around the pack. Default: that of the cells."),
            new("seed", KeyKind.Whole, "Seed of spread and noise. Default 1."),
            new("sensors", KeyKind.Choice, "ideal: without error but quantisation. Default normal.", ["normal", "ideal"]),
            new("sensor_errors", KeyKind.Number, "Factor on all errors of the sensors. Default 1."),
            new("cell_noise_v", KeyKind.Number, "Noise of a measured cell voltage, standard deviation. Default 0.0005."),
            new("modules", KeyKind.Choice, "Kind of the cell modules. Default Reference, or what --profile names.", Modules),
            new("cells_per_module", KeyKind.Whole, "Cells of a full module. Default: the usual ones of the kind."),
            new("sensor", KeyKind.Choice, "Kind of the current sensor. Default Reference, or what --profile names.", Sensors),
            new("insulation_monitor", KeyKind.Choice, "Kind of the insulation monitor. Default None.", InsulationMonitors),
            new("back_to_back", KeyKind.Flag, "All modules send at the same moment."),
            new("precharge_ohm", KeyKind.Number, "Precharge resistor. Default 100."),
            new("link_f", KeyKind.Number, "Capacitor on the load side in F. Default 0.001."),
            new("contactor_open_ms", KeyKind.Number, "Time from the command to the open contact. Default 15."),
        ];

        public static readonly CaseKey[] Controller =
        [
            new("cycle_ms", KeyKind.Whole, "Period of the control cycle. Default 10."),
            new("start_ms", KeyKind.Number, "Value of the controller's clock at power-on, to bring its roll-over into the case."),
            new("receive_queue", KeyKind.Whole, "Frames the receiver holds between two cycles. Default 64."),
            new("sleeps", KeyKind.Flag, "The board sleeps when the controller asks for it, and wakes by its timer or by the host's frames."),
            new("stores", KeyKind.Flag, "The board stores what outlives the supply, and a restarted controller finds it."),
        ];

        public static readonly CaseKey[] Event =
        [
            new("signal", KeyKind.Text, "Signal of the plant.", IsRequired: true),
            new("above", KeyKind.Quantity, "The event is the first cycle in which it is above this."),
            new("below", KeyKind.Quantity, "The event is the first cycle in which it is below this."),
        ];

        public static readonly CaseKey[] Step =
        [
            new("at_s", KeyKind.Quantity, "Time from time 0, when the pack runs as start asks.", IsRequired: true),
            new("inject", KeyKind.Choice, "Brings an electrical error in; with element and value as the error needs.", Enum.GetNames<PackFault>()),
            new("clear", KeyKind.Choice, "Takes an electrical error away; all for every one.", [.. Enum.GetNames<PackFault>(), "all"]),
            new("set", KeyKind.Text, "Writes a signal of the plant to value, along a ramp where ramp_s stands."),
            new("host", KeyKind.Choice, "The host asks for another mode.", Modes),
            new("clear_faults", KeyKind.Flag, "The host asks to clear faults."),
            new("disturb", KeyKind.Choice, "Disturbs frames on the bus: drop, alter the payload, make errors on the wire, delay.", ["drop", "alter", "bus-error", "delay"]),
            new("calm", KeyKind.Flag, "Ends all disturbances."),
            new("send", KeyKind.Text, "The tester sends a frame with this identifier (0x123) and the bytes of data."),
            new("restart", KeyKind.Flag, "The controller starts anew: outputs off, its memory empty but for what it stored."),
            new("stall", KeyKind.Flag, "The controller hangs: no cycle for value seconds, its outputs as they are."),
            new("element", KeyKind.Quantity, "Cell, sensor, module (from 1), contactor: 1 main positive, 2 main negative, 3 precharge, or end of the pack: 1 positive, 2 negative."),
            new("value", KeyKind.Quantity, "How much: in the unit of the error or signal; of restart, the time until the first cycle in s; of stall, its length in s."),
            new("ramp_s", KeyKind.Quantity, "Length of the ramp: of set from the present value, of inject from 0."),
            new("times", KeyKind.Whole, "How often the step is done. Default 1."),
            new("every_s", KeyKind.Number, "Time between two repetitions."),
            new("event", KeyKind.Flag, "Reaction times count from this step. Default: the first error, disturbance or write."),
            new("frames", KeyKind.Text, "Frames to disturb: a message of the catalogue, an identifier, or a range 0x200..0x20F."),
            new("count", KeyKind.Whole, "How many frames are hit. Default: all until calm."),
            new("percent", KeyKind.Number, "Share of the frames that is hit, chosen by a fixed pattern. Default 100."),
            new("mask", KeyKind.Text, "Exclusive-or of the payload, byte 0 in the least significant place. Default 0x10000."),
            new("delay_ms", KeyKind.Number, "Delay of the frames."),
            new("data", KeyKind.Text, "Bytes to send, as hex pairs."),
        ];

        public static readonly CaseKey[] Expect =
        [
            new("fault", KeyKind.Text, "This row of the fault table reaches the severity, as told on the bus."),
            new("severity", KeyKind.Choice, "Severity of the row. Default trip.", Severities[1..]),
            new("element", KeyKind.Quantity, "Cell, sensor or module that the event names."),
            new("opens_within_ms", KeyKind.Quantity, "Both main contactors are told to open within this time from the event, and are open 60 ms later."),
            new("always", KeyKind.Text, "The condition on this signal holds at every cycle of the window."),
            new("eventually", KeyKind.Text, "The condition on this signal holds at least once in the window, or within_ms from the event."),
            new("state", KeyKind.Choice, "State that the controller tells at the end of the timeline.", States),
            new("invariants", KeyKind.Flag, "The invariants of the campaign hold at every cycle."),
            new("within_ms", KeyKind.Quantity, "Longest time from the event."),
            new("not_before_ms", KeyKind.Quantity, "Shortest time from the event."),
            new("above", KeyKind.Quantity, "The signal is above this."),
            new("below", KeyKind.Quantity, "The signal is below this."),
            new("equals", KeyKind.Text, "The signal equals this quantity, or this word of its value table."),
            new("never_falls", KeyKind.Flag, "The signal is never below what it was before in the window."),
            new("scale", KeyKind.Quantity, "The signal is multiplied by this before it is compared. Default 1."),
            new("near", KeyKind.Text, "The signal is as this other signal."),
            new("tolerance", KeyKind.Quantity, "Largest difference for equals and near. Default 0."),
            new("unavailable", KeyKind.Flag, "The signal has no value."),
            new("from_s", KeyKind.Quantity, "Start of the window. Default 0."),
            new("until_s", KeyKind.Quantity, "End of the window. Default: end of the timeline."),
        ];

        public static readonly CaseKey[] Case =
        [
            new("id", KeyKind.Text, "Number in the catalogue, such as B02-charge; unique.", IsRequired: true),
            new("title", KeyKind.Text, "What the case shows, as a sentence.", IsRequired: true),
            new("requirements", KeyKind.TextList, "Requirements it shows, from docs/requirements.md."),
            new("pack", KeyKind.Object, "The pack on the bench.", Keys: Pack),
            new("controller", KeyKind.Object, "The controller on the bench.", Keys: Controller),
            new("parameters", KeyKind.Map, "Parameters that differ from the preset of the chemistry, by name; thresholds may be never."),
            new("vary", KeyKind.Map, "Names and their values, [1, 2, 5] or 1..96: the case runs for each combination, with $name in its quantities."),
            new("phases", KeyKind.Whole, "Runs with other seeds, each 10 ms later against the bus; the worst one counts. Default 1."),
            new("start", KeyKind.Choice, "What the host asks for before time 0. Default drive. cold: time 0 is power-on.", Starts),
            new("load", KeyKind.Quantity, "Current asked for from 1 s before time 0; positive charges."),
            new("duration_s", KeyKind.Quantity, "End of the timeline. Default: 2 s after its last step and window."),
            new("event", KeyKind.Object, "Reaction times count from the first cycle in which this holds.", Keys: Event),
            new("timeline", KeyKind.ObjectList, "What is done.", Keys: Step),
            new("expect", KeyKind.ObjectList, "What is expected.", IsRequired: true, Keys: Expect),
            new("allow", KeyKind.TextList, "Rows of the fault table that may appear besides those expected, such as OverTemperature.Warning; any other is a false secondary fault."),
            new("recovery", KeyKind.Choice, "What must be true after the causes are gone. Default runs-on.", Recoveries),
            new("recovery_wait_s", KeyKind.Number, "Time for causes to go and release times to pass. Default 3."),
            new("recovery_deg_c", KeyKind.Number, "Temperature to which the chamber brings the coolant in that time."),
            new("not_with", KeyKind.Map, "Kinds of modules or sensors with which the case cannot hold, each with the reason: --profile leaves it out and gives it."),
        ];

        public static readonly CaseKey[] File =
        [
            new("cases", KeyKind.ObjectList, "The cases.", IsRequired: true, Keys: Case),
        ];
    }
}
