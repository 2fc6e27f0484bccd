namespace Bms.Bench
{
    /// <summary>What a cycle of the firmware costs the device's interpreter, as a formula, and what an IL equivalent takes on a board.</summary>
    /// <remarks>
    /// cost = <see cref="CycleIl"/> + <see cref="ReceivedIl"/> for each received frame + <see cref="SentIl"/> for each sent one, controller and driver together. The default figures are
    /// the fit to the metered contract build on a minute of driving with 96 cells (<c>bms bench</c> prints it and how good it is) and the metered driver of the MCP2518FD; tests hold them to both.
    /// They are means: a single cycle may cost half as much again.
    /// </remarks>
    /// <param name="UsPerIl">Time of an IL equivalent in us: planning value 0.5 at 240 MHz, conservative 1.0; half as much again at 160 MHz.</param>
    /// <param name="CycleIl">Cost of a cycle without frames.</param>
    /// <param name="ReceivedIl">Cost of a received frame more.</param>
    /// <param name="SentIl">Cost of a sent frame more.</param>
    public sealed record InterpreterTime(
        double UsPerIl,
        double CycleIl = InterpreterTime.FirmwareCycleIl + InterpreterTime.DriverCycleIl,
        double ReceivedIl = InterpreterTime.FirmwareReceivedIl + InterpreterTime.DriverReceivedIl,
        double SentIl = InterpreterTime.FirmwareSentIl + InterpreterTime.DriverSentIl)
    {
        /// <summary>Fitted cost of a cycle without frames, without driver.</summary>
        public const double FirmwareCycleIl = 2150;

        /// <summary>Fitted cost of a received frame, without driver.</summary>
        public const double FirmwareReceivedIl = 200;

        /// <summary>Fitted cost of a sent frame, without driver.</summary>
        public const double FirmwareSentIl = 295;

        /// <summary>How a cycle without frames divides among its parts, between which <c>CanPort.Collect</c> is called: driver and reception, ages and extremes, estimation, protection, control, reports.</summary>
        /// <remarks>After the metered means of the stages less their frames; where the first two divide the measurement is estimated.</remarks>
        public static IReadOnlyList<double> PartShares { get; } = [0.25, 0.18, 0.13, 0.18, 0.10, 0.16];

        /// <summary>Supervision and poll of the MCP2518FD's driver in a cycle.</summary>
        public const double DriverCycleIl = 450;

        /// <summary>A turn of the idle loop (<c>ControlLoop.Wait</c>) without its look at the chip: the clock, and what is left until the next cycle. Counted by hand with the weights of the contract build.</summary>
        public const double IdleTurnIl = 65;

        /// <summary>A look at an MCP2515 that holds nothing, between two parts of a cycle or in the idle loop.</summary>
        public const double CollectIl = 90;

        /// <summary>A frame more that such a look brings into memory.</summary>
        public const double CollectedIl = 95;

        /// <summary>Its cost of a received frame.</summary>
        public const double DriverReceivedIl = 60;

        /// <summary>Its cost of a sent frame.</summary>
        public const double DriverSentIl = 235;

        /// <summary>Time between two looks of the idle loop at an MCP2515, in us, the looks' own time not counted.</summary>
        public int IdleTurnUs => Math.Max(10, (int)(IdleTurnIl * UsPerIl));
    }
}
