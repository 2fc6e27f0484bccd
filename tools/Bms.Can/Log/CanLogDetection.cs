using Bms.Can.Candump;
using Bms.Can.Io;

namespace Bms.Can.Log;

/// <summary>Tells the format of a log from its first bytes.</summary>
internal static class CanLogDetection
{
    public static CanLogReader Open(LogInput input, CanLogReadOptions options)
    {
        return new CandumpReader(input, options.Lenient);
    }
}
