namespace Bms.Drivers.Boards
{
    /// <summary>How a board reaches the bus.</summary>
    public enum CanControllerKind
    {
        /// <summary>MCP2518FD on SPI.</summary>
        Mcp2518fd,

        /// <summary>MCP2515 or MCP25625 on SPI.</summary>
        Mcp2515,

        /// <summary>Controller inside the processor, driven by the image.</summary>
        Native,
    }
}
