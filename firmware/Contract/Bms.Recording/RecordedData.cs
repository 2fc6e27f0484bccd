namespace Bms.Recording
{
    /// <summary>What <c>Bms.Replay</c> and <c>Bms.DriverReplay</c> play. This one is empty: the interpreter's tests put an assembly of this name in its place that knows a recording.</summary>
    public static class RecordedData
    {
        public static int PartCount()
        {
            return 0;
        }

        public static byte[] Part(int part)
        {
            return null;
        }

        public static byte[] Parameters()
        {
            return null;
        }

        public static byte[] Inputs()
        {
            return null;
        }

        public static int StartMs()
        {
            return 0;
        }

        public static int Seconds()
        {
            return 0;
        }

        // How often the recording is played again, to look at the heap.
        public static int FurtherRounds()
        {
            return 0;
        }

        // Of traffic with a chip: which chip, 0 the MCP2518FD, 1 the MCP2515; its oscillator in Hz; how often the idle loop collected in each cycle.
        public static int Chip()
        {
            return 0;
        }

        public static int OscillatorHz()
        {
            return 0;
        }

        public static byte[] Collects()
        {
            return null;
        }
    }
}
