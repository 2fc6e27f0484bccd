namespace Bms.Can.Dbc;

/// <summary>Refuses messages that cannot be: a signal that leaves the payload, two signals in the same bits of one frame.</summary>
internal static class DbcLayout
{
    /// <param name="message">The message.</param>
    /// <param name="fileName">Name for faults.</param>
    /// <param name="warnings">Null refuses the message at its first fault. Else it takes the faults: signals that leave the payload are dropped, those that share bits are kept, as both can be read.</param>
    /// <exception cref="DbcException">The message is impossible, or nothing is left of it; the line is that of the signal to move.</exception>
    public static void Check(DbcMessage message, string fileName, List<DbcException>? warnings = null)
    {
        var owners = new List<DbcSignal>?[message.Length * 8];
        for (int index = 0; index < message.SignalStore.Count; index++)
        {
            DbcSignal signal = message.SignalStore[index];
            if (signal.BytesNeeded > message.Length)
            {
                var fault = new DbcException(
                    fileName,
                    signal.Line,
                    signal.Column,
                    $"signal {signal.Name} ({signal.StartBit}|{signal.Length}) needs {signal.BytesNeeded} bytes, but message {message.Name} has {message.Length}",
                    "Correct the start bit or the length of the signal, or the length of the message");

                // Without its multiplexor no other signal can be told; without any signal the message says nothing.
                bool isNeeded = message.SignalStore.Count == 1 || message.SignalStore.Exists(other => other.Multiplexing?.Multiplexor == signal.Name);
                if (warnings is null || isNeeded)
                {
                    throw fault;
                }

                warnings.Add(fault);
                message.SignalStore.RemoveAt(index--);
                continue;
            }

            Place(message, signal, owners, fileName, warnings);
        }
    }

    private static void Place(DbcMessage message, DbcSignal signal, List<DbcSignal>?[] owners, string fileName, List<DbcException>? warnings)
    {
        bool isTold = false;
        for (int bit = 0; bit < signal.Length; bit++)
        {
            int position = signal.PositionOf(bit);
            List<DbcSignal> others = owners[position] ??= [];
            DbcSignal? other = isTold ? null : others.Find(candidate => message.CanCoexist(signal, candidate));
            if (other is not null)
            {
                var fault = new DbcException(
                    fileName,
                    signal.Line,
                    signal.Column,
                    $"signals {other.Name} (line {other.Line}) and {signal.Name} of message {message.Name} both use bit {position}",
                    "Move or shorten one of them, or multiplex them");
                if (warnings is null)
                {
                    throw fault;
                }

                warnings.Add(fault);
                isTold = true;
            }

            others.Add(signal);
        }
    }
}
