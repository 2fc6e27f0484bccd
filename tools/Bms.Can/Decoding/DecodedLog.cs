using Bms.Can.Candump;
using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Decoding;

/// <summary>The signals of a log in memory. Held are times and payloads, message by message; a signal is decoded for the whole log when it is asked for, at about a billion values a second.</summary>
public sealed class DecodedLog
{
    private DecodedLog(IReadOnlyList<DecodedMessage> messages, IReadOnlyList<FrameGroups> groups)
    {
        Messages = messages;
        FrameCount = groups.Sum(group => group.FrameCount);
        DecodedCount = groups.Sum(group => group.KnownCount);
        UnknownIds = groups.SelectMany(group => group.UnknownIds).Distinct().Count();
    }

    /// <summary>Messages that occur, in the order of the DBC file.</summary>
    public IReadOnlyList<DecodedMessage> Messages { get; }

    /// <summary>Frames of the log, of any kind.</summary>
    public long FrameCount { get; }

    /// <summary>Frames of messages of the DBC file.</summary>
    public long DecodedCount { get; }

    /// <summary>Identifiers that are not in the DBC file.</summary>
    public int UnknownIds { get; }

    /// <summary>Broken records that were skipped (lenient).</summary>
    public long SkippedRecords { get; private init; }

    /// <summary>Reads a log and decodes it.</summary>
    /// <param name="path">The log, of any format.</param>
    /// <param name="database">The messages.</param>
    /// <param name="selection">Signals whose messages are kept, or null for all.</param>
    /// <param name="options">How to read.</param>
    /// <param name="threads">Threads that share the work; the log is shared out where it is an unpacked candump file.</param>
    /// <param name="stop">Ends the work early.</param>
    /// <exception cref="CanLogException">The log is broken (strict).</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    public static DecodedLog Load(string path, DbcDatabase database, SignalSelection? selection = null, CanLogReadOptions? options = null, int threads = 1, CancellationToken stop = default)
    {
        bool[]? isWanted = selection?.WantedMessages(database);
        IReadOnlyList<(long Start, long End)> ranges = threads > 1 ? CandumpRanges.Of(path, options, threads) : [];
        int parts = Math.Max(1, ranges.Count);
        var groups = new FrameGroups[parts];
        long skipped = 0;
        try
        {
            Each(parts, threads, stop, part =>
            {
                var group = new FrameGroups(database, isWanted, isWhole: true);
                using CanLogReader reader = ranges.Count == 0 ? CanLogReader.Open(path, options) : new CandumpReader(path, ranges[part].Start, ranges[part].End, options?.Lenient ?? false);
                var block = new CanFrameBlock();
                while (reader.Read(block))
                {
                    group.Add(block);
                    stop.ThrowIfCancellationRequested();
                }

                groups[part] = group;
                Interlocked.Add(ref skipped, reader.SkippedRecords);
            });
        }
        catch (CanLogException fault) when (ranges.Count > 0)
        {
            throw CandumpRanges.WithLine(path, fault);
        }

        var messages = new List<DecodedMessage>();
        for (int slot = 0; slot < database.Messages.Count; slot++)
        {
            MessageFrames[] frames = [.. groups.SelectMany(group => group.PartsOf(slot))];
            if (frames.Length > 0)
            {
                messages.Add(new DecodedMessage(frames));
            }
        }

        return new DecodedLog(messages, groups) { SkippedRecords = skipped };
    }

    /// <summary>The message of that name, or null where it does not occur.</summary>
    public DecodedMessage? Find(string message) => Messages.FirstOrDefault(candidate => candidate.Message.Name == message);

    private static void Each(int count, int threads, CancellationToken stop, Action<int> work)
    {
        if (threads == 1)
        {
            for (int index = 0; index < count; index++)
            {
                work(index);
            }

            return;
        }

        try
        {
            Parallel.For(0, count, new ParallelOptions { MaxDegreeOfParallelism = threads, CancellationToken = stop }, work);
        }
        catch (AggregateException fault)
        {
            // The fault that stands first in the log is the one to tell.
            throw fault.InnerExceptions.OfType<CanLogException>().OrderBy(inner => inner.Offset).FirstOrDefault() ?? fault.InnerExceptions[0];
        }
    }
}

/// <summary>One message of a <see cref="DecodedLog"/>.</summary>
public sealed class DecodedMessage
{
    private readonly MessageFrames[] _parts;

    internal DecodedMessage(MessageFrames[] parts)
    {
        _parts = parts;
        Message = parts[0].Message;
        Count = parts.Sum(part => part.Count);
    }

    /// <summary>The message.</summary>
    public DbcMessage Message { get; }

    /// <summary>Its frames.</summary>
    public int Count { get; }

    /// <summary>The frames in parts that follow each other.</summary>
    public IReadOnlyList<MessageFrames> Parts => _parts;

    /// <summary>Times of the frames, ns, as a new array.</summary>
    public long[] Times()
    {
        long[] times = new long[Count];
        int start = 0;
        foreach (MessageFrames part in _parts)
        {
            part.TimeNs.CopyTo(times.AsSpan(start));
            start += part.Count;
        }

        return times;
    }

    /// <summary>Physical values of a signal as a new array, one for each frame; NaN where the frame does not carry it.</summary>
    /// <param name="signal">Index of the signal in its message.</param>
    public double[] Values(int signal)
    {
        double[] values = new double[Count];
        var columns = new MessageColumns(Message);
        int start = 0;
        foreach (MessageFrames part in _parts)
        {
            columns.Use(part);
            columns.Decode(signal, values.AsSpan(start, part.Count));
            start += part.Count;
        }

        return values;
    }
}
