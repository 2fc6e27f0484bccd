namespace Bms.Can.Log;

/// <summary>Format of a CAN log.</summary>
public enum CanLogFormat
{
    /// <summary>candump of can-utils, all styles.</summary>
    Candump,

    /// <summary>Vector ASC.</summary>
    Asc,

    /// <summary>Vector BLF.</summary>
    Blf,

    /// <summary>PEAK PCAN trace, 1.0 to 2.1.</summary>
    Trc,

    /// <summary>GVRET CSV, as SavvyCAN writes it.</summary>
    Gvret,

    /// <summary>CRTD of OVMS.</summary>
    Crtd,

    /// <summary>BusMaster log.</summary>
    BusMaster,

    /// <summary>Log of Microchip's CAN Bus Analyzer.</summary>
    Microchip,

    /// <summary>ASAM MDF4 with bus logging.</summary>
    Mdf4,

    /// <summary>pcap with SocketCAN frames.</summary>
    Pcap,

    /// <summary>pcapng with SocketCAN frames.</summary>
    Pcapng,

    /// <summary>Any other CSV, by a map of its columns.</summary>
    Csv,
}
