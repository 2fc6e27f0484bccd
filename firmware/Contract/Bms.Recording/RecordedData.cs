namespace Bms.Recording
{
    /// <summary>What <c>Bms.Replay</c> plays. This one is empty: the interpreter's tests put an assembly of this name in its place that knows a recording.</summary>
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
    }
}
