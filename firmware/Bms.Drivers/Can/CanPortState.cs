namespace Bms.Drivers.Can
{
    /// <summary>What a CAN controller on SPI is doing.</summary>
    public enum CanPortState
    {
        /// <summary>Not started yet.</summary>
        Stopped,

        /// <summary>On the bus.</summary>
        Running,

        /// <summary>No chip answers: SPI reads all ones or all zeros, or what was written does not come back. Check wiring, supply, chip select. Tried again by Update.</summary>
        Absent,

        /// <summary>The chip answers, but with the bytes of every word exchanged: the board's SPI sends 16-bit words low byte first.</summary>
        WrongByteOrder,

        /// <summary>Oscillator and chip cannot give the bit rate. A matter of the settings: not tried again.</summary>
        BitRateUnreachable,

        /// <summary>The chip is there but does not enter its mode: no quiet bus within the time allowed (dominant line, no transceiver). Tried again by Update.</summary>
        NoBus,

        /// <summary>The chip switched itself off the bus after too many transmit errors. Tried again by Update, with growing intervals.</summary>
        BusOff,

        /// <summary>The chip left its mode by itself, as after a dip of its supply. Started anew by Update.</summary>
        Lost,
    }
}
