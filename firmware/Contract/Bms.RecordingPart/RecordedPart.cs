namespace Bms.Recording
{
    /// <summary>The form of an assembly that carries bytes: the tests copy it for each part of a recording and put the part's bytes in the place of these.</summary>
    /// <remarks>An interpreter has no files, and an assembly holds less than 64 KiB of constants: so a recording is several of these.</remarks>
    public static class RecordedPart
    {
        public static byte[] Bytes()
        {
            return new byte[]
            {
                1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17, 18, 19, 20, 21, 22, 23, 24,
                25, 26, 27, 28, 29, 30, 31, 32, 33, 34, 35, 36, 37, 38, 39, 40, 41, 42, 43, 44, 45, 46, 47,
            };
        }
    }
}
