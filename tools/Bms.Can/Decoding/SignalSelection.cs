using System.IO.Enumeration;
using Bms.Can.Dbc;

namespace Bms.Can.Decoding;

/// <summary>Which signals are wanted, by patterns: <c>Message.Signal</c>, <c>Message</c> or <c>.Signal</c>, with * and ?; case does not matter.</summary>
public sealed class SignalSelection
{
    private readonly string[] _patterns;

    /// <param name="patterns">The patterns; a signal is wanted where one of them matches.</param>
    public SignalSelection(IEnumerable<string> patterns)
    {
        _patterns = [.. patterns.Select(pattern => !pattern.Contains('.') ? pattern + ".*" : pattern.StartsWith('.') ? "*" + pattern : pattern)];
    }

    /// <summary>True where a pattern matches the signal.</summary>
    public bool Contains(DbcMessage message, DbcSignal signal)
    {
        string name = $"{message.Name}.{signal.Name}";
        return Array.Exists(_patterns, pattern => FileSystemName.MatchesSimpleExpression(pattern, name));
    }

    /// <summary>True where a pattern names the signal itself, without * or ? in the signal's part.</summary>
    public bool Names(DbcMessage message, DbcSignal signal)
    {
        string name = $"{message.Name}.{signal.Name}";
        return Array.Exists(_patterns, pattern => pattern.AsSpan(pattern.LastIndexOf('.') + 1).IndexOfAny('*', '?') < 0 && FileSystemName.MatchesSimpleExpression(pattern, name));
    }

    /// <summary>Which messages have a wanted signal, by their place in the database.</summary>
    /// <exception cref="ArgumentException">A pattern matches no signal.</exception>
    public bool[] WantedMessages(DbcDatabase database)
    {
        foreach (string pattern in _patterns)
        {
            if (!database.Messages.Any(message => message.Signals.Any(signal => FileSystemName.MatchesSimpleExpression(pattern, $"{message.Name}.{signal.Name}"))))
            {
                throw new ArgumentException($"No signal of {database.FileName} matches {pattern}. Patterns are Message.Signal, Message or .Signal, with * and ?.");
            }
        }

        return [.. database.Messages.Select(message => message.Signals.Any(signal => Contains(message, signal)))];
    }
}
