using System.Buffers.Binary;
using Bms.Can.Asc;
using Bms.Can.Blf;
using Bms.Can.Candump;
using Bms.Can.Csv;
using Bms.Can.Io;
using Bms.Can.Mdf;
using Bms.Can.Pcap;
using Bms.Can.Trc;

namespace Bms.Can.Log;

/// <summary>Writes frames as a log of any format that can be written. The file is there only after <see cref="Complete"/>; disposed before, it leaves nothing.</summary>
public abstract class CanLogWriter : IDisposable
{
    private readonly LogOutput _output;
    private readonly CanLogWriteOptions _options;

    private protected CanLogWriter(LogOutput output, CanLogWriteOptions? options)
    {
        _output = output;
        _options = options ?? new CanLogWriteOptions();
    }

    /// <summary>Format that is written.</summary>
    public abstract CanLogFormat Format { get; }

    /// <summary>Frames written.</summary>
    public long FrameCount { get; private protected set; }

    /// <summary>Frames left out because the format cannot hold them (<see cref="CanLogWriteOptions.SkipWhatDoesNotFit"/>).</summary>
    public long SkippedFrames { get; private set; }

    /// <summary>Why the first of them was left out, or null.</summary>
    public string? FirstSkipped { get; private set; }

    private protected LogOutput Output => _output;

    private protected CanLogWriteOptions Options => _options;

    /// <summary>Begins a file. Texts whose names end in .gz or .zst are packed.</summary>
    /// <param name="path">Where the log shall stand; "-" is standard output.</param>
    /// <param name="format">Its format.</param>
    /// <param name="options">How to write, or null for the usual.</param>
    /// <exception cref="IOException">The place is not writable.</exception>
    /// <exception cref="NotSupportedException">The format or version is not written by this library.</exception>
    public static CanLogWriter Create(string path, CanLogFormat format, CanLogWriteOptions? options = null)
        => Create(new LogOutput(path, IsBinary(format)), format, options ?? new CanLogWriteOptions());

    /// <summary>Begins a log in a stream, which stays open.</summary>
    /// <param name="output">Takes the bytes.</param>
    /// <param name="name">Name for error messages.</param>
    /// <param name="format">Its format.</param>
    /// <param name="options">How to write, or null for the usual.</param>
    /// <exception cref="NotSupportedException">The format or version is not written by this library.</exception>
    public static CanLogWriter Create(Stream output, string name, CanLogFormat format, CanLogWriteOptions? options = null)
        => Create(new LogOutput(output, name, IsBinary(format)), format, options ?? new CanLogWriteOptions());

    /// <summary>The format that a file's name stands for: .log candump, .asc, .blf, .trc, .csv GVRET, .mf4 and .mdf MDF4, .pcapng; behind .gz or .zst the ending before. Null for others.</summary>
    /// <param name="path">Name of the file to write.</param>
    public static CanLogFormat? FormatOfName(string path)
    {
        string ending = Path.GetExtension(path).ToLowerInvariant();
        if (ending is ".gz" or ".zst")
        {
            ending = Path.GetExtension(Path.GetFileNameWithoutExtension(path)).ToLowerInvariant();
        }

        return ending switch
        {
            ".log" or ".candump" => CanLogFormat.Candump,
            ".asc" => CanLogFormat.Asc,
            ".blf" => CanLogFormat.Blf,
            ".trc" => CanLogFormat.Trc,
            ".csv" => CanLogFormat.Gvret,
            ".mf4" or ".mdf" => CanLogFormat.Mdf4,
            ".pcapng" => CanLogFormat.Pcapng,
            _ => null,
        };
    }

    /// <summary>Writes one frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <exception cref="IOException">The disk is full or the output gone.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold the frame.</exception>
    public abstract void Write(in CanFrameView frame);

    /// <summary>Writes one frame.</summary>
    /// <param name="frame">The frame.</param>
    /// <exception cref="IOException">The disk is full or the output gone.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold the frame.</exception>
    public void Write(in CanLogFrame frame)
    {
        Span<byte> data = stackalloc byte[8];
        scoped ReadOnlySpan<byte> payload = frame.LongPayload;
        if (payload.IsEmpty)
        {
            BinaryPrimitives.WriteUInt64LittleEndian(data, frame.Payload);
            payload = data[..frame.DataLength];
        }

        Write(new CanFrameView(frame.TimeNs, frame.Interface, frame.Id, frame.Flags, frame.Length, payload));
    }

    /// <summary>Writes all frames of a block.</summary>
    /// <param name="block">The frames.</param>
    /// <param name="channels">Names of the buses: <see cref="CanLogReader.Channels"/> of the reader that filled the block.</param>
    /// <exception cref="IOException">The disk is full or the output gone.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold a frame.</exception>
    public void Write(CanFrameBlock block, IReadOnlyList<string> channels)
    {
        for (int index = 0; index < block.Count; index++)
        {
            Write(block, index, channels);
        }
    }

    /// <summary>Writes one frame of a block.</summary>
    /// <param name="block">The frames.</param>
    /// <param name="index">Which, from 0.</param>
    /// <param name="channels">Names of the buses.</param>
    /// <exception cref="IOException">The disk is full or the output gone.</exception>
    /// <exception cref="NotSupportedException">The format cannot hold the frame.</exception>
    public void Write(CanFrameBlock block, int index, IReadOnlyList<string> channels)
        => Write(new CanFrameView(block.TimeNs[index], channels[block.Channel[index]], block.Id[index], block.Flags[index], block.Length[index], block.Data(index)));

    /// <summary>Writes what is left and, of a file, moves it to its place.</summary>
    /// <exception cref="IOException">The disk is full or the output gone.</exception>
    public void Complete()
    {
        Finish();
        _output.Complete();
    }

    /// <summary>Closes; without <see cref="Complete"/> before, a file is discarded.</summary>
    public void Dispose()
    {
        _output.Dispose();
        GC.SuppressFinalize(this);
    }

    /// <summary>Writes what the format has behind its frames.</summary>
    private protected abstract void Finish();

    /// <summary>Reports a frame that the format cannot hold.</summary>
    private protected void DoesNotFit(string reason)
    {
        if (!_options.SkipWhatDoesNotFit)
        {
            throw new NotSupportedException($"{_output.Name}: frame {FrameCount + SkippedFrames + 1} {reason}. Choose another format, or have such frames left out.");
        }

        FirstSkipped ??= reason;
        SkippedFrames++;
    }

    private static bool IsBinary(CanLogFormat format) => format is CanLogFormat.Blf or CanLogFormat.Mdf4;

    private static CanLogWriter Create(LogOutput output, CanLogFormat format, CanLogWriteOptions options)
    {
        try
        {
            return format switch
            {
                CanLogFormat.Candump => new CandumpWriter(output, options),
                CanLogFormat.Asc => new AscWriter(output, options),
                CanLogFormat.Blf => new BlfWriter(output, options),
                CanLogFormat.Trc => new TrcWriter(output, options),
                CanLogFormat.Gvret => new GvretWriter(output, options),
                CanLogFormat.Mdf4 => new MdfWriter(output, options),
                CanLogFormat.Pcapng => new PcapngWriter(output, options),
                _ => throw new NotSupportedException($"{output.Name}: {format} is only read, not written. Choose candump, ASC, BLF, TRC, GVRET, MDF4 or pcapng."),
            };
        }
        catch
        {
            output.Dispose();
            throw;
        }
    }
}
