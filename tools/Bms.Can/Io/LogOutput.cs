using System.IO.Compression;

namespace Bms.Can.Io;

/// <summary>Where a log is written: a file that appears when complete, or a stream that stays open; packed where its name says so.</summary>
internal sealed class LogOutput : IDisposable
{
    private const int BlockSize = 1 << 17;

    private readonly AtomicFile? _file;
    private readonly Stream? _target;
    private readonly Stream _sink;
    private byte[] _block = new byte[BlockSize];
    private int _used;
    private long _written;
    private bool _isDone;

    /// <summary>Writes a file; a text whose name ends in .gz or .zst is packed.</summary>
    /// <param name="path">Where it shall stand; "-" is standard output.</param>
    /// <param name="isBinary">True for formats whose head is written last: they need a file to jump in, and are never packed.</param>
    public LogOutput(string path, bool isBinary = false)
    {
        Name = path == "-" ? "standard output" : path;
        if (path == "-")
        {
            _target = Console.OpenStandardOutput();
            _sink = isBinary ? TemporaryFile.Create() : _target;
            return;
        }

        _file = new AtomicFile(path);
        _sink = isBinary ? _file
            : path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? new GZipStream(_file, CompressionLevel.Fastest, leaveOpen: true)
            : path.EndsWith(".zst", StringComparison.OrdinalIgnoreCase) ? new ZstdSharp.CompressionStream(_file, level: 3, leaveOpen: true)
            : _file;
    }

    /// <summary>Writes into a stream, which stays open.</summary>
    public LogOutput(Stream target, string name, bool isBinary = false)
    {
        Name = name;
        _target = target;
        _sink = isBinary ? TemporaryFile.Create() : target;
    }

    /// <summary>Name for error messages.</summary>
    public string Name { get; }

    /// <summary>Bytes written so far.</summary>
    public long Position => _written + _used;

    /// <summary>Room for what comes next; <see cref="Advance"/> says how much of it was used.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_block.Length - _used < count)
        {
            Flush();
            if (_block.Length < count)
            {
                _block = new byte[count];
            }
        }

        return _block.AsSpan(_used);
    }

    /// <summary>Keeps so many of the reserved bytes.</summary>
    public void Advance(int count) => _used += count;

    /// <summary>Writes bytes.</summary>
    public void Write(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        _used += bytes.Length;
    }

    /// <summary>Writes over what was written before, in binary formats.</summary>
    public void Patch(long position, ReadOnlySpan<byte> bytes)
    {
        Flush();
        try
        {
            _sink.Position = position;
            _sink.Write(bytes);
            _sink.Position = _written;
        }
        catch (IOException fault) when (_file is null)
        {
            throw DiskFull.Explain(Name, fault);
        }
    }

    /// <summary>Writes what is left and, of a file, moves it to its place.</summary>
    public void Complete()
    {
        if (_isDone)
        {
            return;
        }

        Flush();
        try
        {
            if (_sink != _file && _sink != _target && _file is not null)
            {
                _sink.Dispose();
            }

            if (_file is null)
            {
                if (_sink != _target)
                {
                    _sink.Position = 0;
                    _sink.CopyTo(_target!);
                }

                _target!.Flush();
            }
        }
        catch (IOException fault) when (_file is null)
        {
            throw DiskFull.Explain(Name, fault);
        }

        _file?.Complete();
        _isDone = true;
    }

    public void Dispose()
    {
        if (_file is null && _sink != _target)
        {
            _sink.Dispose();
        }

        _file?.Dispose();
    }

    private void Flush()
    {
        try
        {
            _sink.Write(_block, 0, _used);
        }
        catch (IOException fault) when (_file is null)
        {
            throw DiskFull.Explain(Name, fault);
        }

        _written += _used;
        _used = 0;
    }
}
