using System.IO.Compression;
using Bms.Can.Log;

namespace Bms.Can.Io;

/// <summary>Bytes of a log: a file or stream, unpacked on the way, with a window over what comes next.</summary>
/// <remarks>The window grows to at most <see cref="LargestWindow"/>. A damaged or cut archive is a fault of the log, said once, after all bytes before it were delivered.</remarks>
internal sealed class LogInput : IDisposable
{
    /// <summary>Most bytes that <see cref="Ensure"/> can be asked for.</summary>
    public const int LargestWindow = 1 << 26;

    private const int FirstWindow = 1 << 14;
    // What is read at once behind a range; less than this at once comes from no file.
    private const int BehindRange = 1 << 12;
    private const int WaitMs = 20;
    private const int UsualWindow = 1 << 18;

    private readonly CountingStream _raw;
    private Stream? _unpacked;
    private byte[] _window = new byte[FirstWindow];
    private int _start;
    private int _end;
    private long _windowOffset;
    private long _rangeEnd = long.MaxValue / 2;
    private bool _isAtEnd;

    public LogInput(Stream stream, string name)
    {
        Name = name;
        _raw = new CountingStream(stream);
        TotalBytes = stream.CanSeek ? stream.Length - stream.Position : -1;
    }

    /// <summary>The log as the caller named it.</summary>
    public string Name { get; }

    /// <summary>Bytes taken from the file or stream.</summary>
    public long RawBytesRead => _raw.BytesRead;

    /// <summary>Bytes of the file, or -1.</summary>
    public long TotalBytes { get; }

    /// <summary>Offset of the window's first byte in the unpacked log.</summary>
    public long Offset => _windowOffset + _start;

    /// <summary>The bytes at hand.</summary>
    public ReadOnlySpan<byte> Window => _window.AsSpan(_start, _end - _start);

    /// <summary>The archive's fault, where it is damaged or cut off; null until the reader meets it.</summary>
    public Exception? ArchiveFault { get; private set; }

    /// <summary>True where no byte will come beyond the window.</summary>
    public bool IsAtEnd => _isAtEnd;

    /// <summary>True where the last bytes came from a pipe that had to be waited for, such as a recording under way: what is at hand is better handed out than kept until there is more.</summary>
    public bool IsSlow { get; private set; }

    /// <summary>The file itself, where it is neither packed nor a pipe: for formats that need to jump. Null otherwise.</summary>
    public Stream? Seekable => _unpacked == _raw && _raw.CanSeek ? _raw : null;

    public static LogInput Open(string path)
    {
        if (path == "-")
        {
            return new LogInput(Console.OpenStandardInput(), "standard input");
        }

        if (Directory.Exists(path))
        {
            throw new IOException($"{path}: is a folder. Name a log file in it.");
        }

        try
        {
            return new LogInput(new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 0, FileOptions.SequentialScan), path);
        }
        catch (Exception fault) when (fault is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FileNotFoundException($"{path}: there is no such file. Check the name.", path, fault);
        }
        catch (UnauthorizedAccessException fault)
        {
            throw new IOException($"{path}: you may not read this file. Check its rights.", fault);
        }
    }

    /// <summary>A file from one byte before <paramref name="start"/> on, never unpacked; <see cref="Offset"/> counts in the file.</summary>
    public static LogInput OpenRange(string path, long start, long end)
    {
        LogInput input = Open(path);
        if (!input._raw.CanSeek)
        {
            input.Dispose();
            throw new IOException($"{path}: only a file can be read in parts. Read it whole.");
        }

        input._unpacked = input._raw;
        input.MoveTo(start, end);
        return input;
    }

    /// <summary>Goes to one byte before <paramref name="start"/> of a file opened by <see cref="OpenRange"/>, and keeps the window's room. Behind <paramref name="end"/> it reads in small pieces.</summary>
    public void MoveTo(long start, long end)
    {
        _rangeEnd = end;
        _windowOffset = Math.Max(0, start - 1);
        _raw.Position = _windowOffset;
        _start = 0;
        _end = 0;
        _isAtEnd = false;
    }

    /// <summary>Drops bytes from the front of the window.</summary>
    public void Advance(int count) => _start += count;

    /// <summary>Makes the window hold at least so many bytes; false where the log ends before.</summary>
    public bool Ensure(int count)
    {
        while (_end - _start < count)
        {
            if (!Fill(count))
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Reads at least one byte more into the window; false at the end of the log.</summary>
    public bool Fill() => Fill(_end - _start + 1);

    /// <summary>Drops bytes that may lie beyond the window; false where the log ends before.</summary>
    public bool Skip(long count)
    {
        while (count > 0)
        {
            int here = (int)Math.Min(count, _end - _start);
            _start += here;
            count -= here;
            if (count > 0 && !Fill())
            {
                return false;
            }
        }

        return true;
    }

    public void Dispose()
    {
        _unpacked?.Dispose();
        _raw.Dispose();
    }

    private bool Fill(int wanted)
    {
        if (_isAtEnd)
        {
            return false;
        }

        if (wanted > LargestWindow)
        {
            throw new ArgumentOutOfRangeException(nameof(wanted));
        }

        if (_start > 0)
        {
            _window.AsSpan(_start, _end - _start).CopyTo(_window);
            _windowOffset += _start;
            _end -= _start;
            _start = 0;
        }

        if (_windowOffset > 0 && _window.Length < UsualWindow)
        {
            Array.Resize(ref _window, UsualWindow);
        }

        if (_end == _window.Length)
        {
            Array.Resize(ref _window, Math.Min(_window.Length * 2, LargestWindow));
        }

        try
        {
            long askedMs = Environment.TickCount64;
            _unpacked ??= Unpack();
            long toEnd = _rangeEnd - _windowOffset - _end;
            int count = _unpacked.Read(_window, _end, (int)Math.Min(_window.Length - _end, Math.Max(0, toEnd) + BehindRange));
            IsSlow = TotalBytes < 0 && (Environment.TickCount64 - askedMs >= WaitMs || (IsSlow && count < BehindRange));
            _end += count;
            _isAtEnd = count == 0;
            if (_isAtEnd && _raw.Gzip is { } gzip && !gzip.IsWhole(_windowOffset + _end))
            {
                ArchiveFault = new InvalidDataException("The gzip file does not end where it should.");
            }
        }
        catch (Exception fault) when (IsOfArchive(fault))
        {
            ArchiveFault = fault;
            _isAtEnd = true;
        }

        return !_isAtEnd;
    }

    /// <summary>True for damage of what is packed; the runtime's own exception for it is an IOException that only its namespace tells from a failing disk.</summary>
    private static bool IsOfArchive(Exception fault)
        => fault is InvalidDataException or ZstdSharp.ZstdException or EndOfStreamException || (fault is IOException && fault.GetType().Namespace == "System.IO.Compression");

    /// <summary>Looks at the first four bytes: 1F 8B is gzip, 28 B5 2F FD Zstandard.</summary>
    private Stream Unpack()
    {
        Span<byte> magic = stackalloc byte[4];
        int count = _raw.Peek(magic);
        if (count >= 2 && magic[0] == 0x1F && magic[1] == 0x8B)
        {
            _raw.Gzip = new GzipEnd();
            return new GZipStream(_raw, CompressionMode.Decompress, leaveOpen: true);
        }

        return count == 4 && magic.SequenceEqual((ReadOnlySpan<byte>)[0x28, 0xB5, 0x2F, 0xFD])
            ? new ZstdSharp.DecompressionStream(_raw, leaveOpen: true)
            : _raw;
    }

    /// <summary>Counts what is read and lets one look at the first bytes.</summary>
    private sealed class CountingStream(Stream inner) : Stream
    {
        private readonly byte[] _peeked = new byte[4];
        private int _peekedCount;
        private int _peekedStart;

        public long BytesRead { get; private set; }

        public GzipEnd? Gzip { get; set; }

        public override bool CanRead => true;

        public override bool CanSeek => inner.CanSeek;

        public override bool CanWrite => false;

        public override long Length => inner.Length;

        public override long Position
        {
            get => inner.Position - (_peekedCount - _peekedStart);
            set
            {
                _peekedStart = _peekedCount;
                inner.Position = value;
            }
        }

        public int Peek(Span<byte> bytes)
        {
            while (_peekedCount < bytes.Length)
            {
                int count = inner.Read(_peeked, _peekedCount, _peeked.Length - _peekedCount);
                if (count == 0)
                {
                    break;
                }

                _peekedCount += count;
            }

            _peeked.AsSpan(0, _peekedCount).CopyTo(bytes);
            return _peekedCount;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            int count;
            if (_peekedStart < _peekedCount)
            {
                count = Math.Min(buffer.Length, _peekedCount - _peekedStart);
                _peeked.AsSpan(_peekedStart, count).CopyTo(buffer);
                _peekedStart += count;
            }
            else
            {
                count = inner.Read(buffer);
            }

            BytesRead += count;
            Gzip?.Take(buffer[..count]);
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin)
        {
            Position = origin == SeekOrigin.Begin ? offset : origin == SeekOrigin.Current ? Position + offset : Length + offset;
            return Position;
        }

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                inner.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
