namespace Bms.Can.Dbc;

/// <summary>Refuses messages that cannot be: a signal that leaves the payload, two signals in the same bits of one frame.</summary>
internal static class DbcLayout
{
    /// <exception cref="DbcException">The message is impossible; the line is that of the signal to move.</exception>
    public static void Check(DbcMessage message, string fileName)
    {
        var owners = new List<DbcSignal>?[message.Length * 8];
        foreach (DbcSignal signal in message.Signals)
        {
            if (signal.BytesNeeded > message.Length)
            {
                throw new DbcException(
                    fileName,
                    signal.Line,
                    signal.Column,
                    $"signal {signal.Name} ({signal.StartBit}|{signal.Length}) needs {signal.BytesNeeded} bytes, but message {message.Name} has {message.Length}",
                    "Correct the start bit or the length of the signal, or the length of the message");
            }

            for (int bit = 0; bit < signal.Length; bit++)
            {
                int position = signal.PositionOf(bit);
                List<DbcSignal> others = owners[position] ??= [];
                foreach (DbcSignal other in others)
                {
                    if (message.CanCoexist(signal, other))
                    {
                        throw new DbcException(
                            fileName,
                            signal.Line,
                            signal.Column,
                            $"signals {other.Name} (line {other.Line}) and {signal.Name} of message {message.Name} both use bit {position}",
                            "Move or shorten one of them, or multiplex them");
                    }
                }

                others.Add(signal);
            }
        }
    }
}
