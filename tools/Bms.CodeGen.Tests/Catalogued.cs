using Bms.Can.Dbc;
using Bms.Core.Measurement;

namespace Bms.CodeGen.Tests;

/// <summary>Counter and CRC where the catalogue of a message has them.</summary>
internal static class Catalogued
{
    /// <summary>Writes both into a payload of at least the message's length.</summary>
    public static void Protect(DbcMessage message, byte[] data, int dataId, int counter)
    {
        if (message.FindSignal("Counter")!.StartBit == 8)
        {
            E2eProfile1.Protect(data, message.Length, dataId, counter);
        }
        else
        {
            E2eProfile1.ProtectAtEnd(data, message.Length, E2eProfile1.SeedOf(dataId), counter);
        }
    }
}
