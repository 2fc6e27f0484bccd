namespace Bms.Can.Io;

/// <summary>A file that appears complete or not at all: written beside its place as <c>X.tmp</c>, moved there by <see cref="Complete"/>.</summary>
/// <remarks>Disposed without <see cref="Complete"/>, it leaves neither the file nor its temporary, and what stood there before is untouched.</remarks>
public sealed class AtomicFile : Stream
{
    private readonly string _path;
    private readonly string _temporaryPath;
    private readonly FileStream _file;
    private bool _isClosed;
    private bool _isComplete;

    /// <param name="path">Where the file shall stand; an existing one is replaced at the end.</param>
    /// <exception cref="IOException">The folder is missing or not writable.</exception>
    public AtomicFile(string path)
    {
        _path = path;
        _temporaryPath = path + ".tmp";
        if (Directory.Exists(path))
        {
            throw new IOException($"{path}: is a folder. Name a file in it.");
        }

        try
        {
            // Unbuffered: those who write here bring large blocks.
            _file = new FileStream(_temporaryPath, FileMode.Create, FileAccess.Write, FileShare.Read, bufferSize: 0);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new IOException($"{path}: cannot be written ({fault.Message.TrimEnd('.')}). Choose a folder that exists and that you may write to.", fault);
        }
    }

    /// <summary>Ends the writing and gives the file's handle back; <see cref="Complete"/> moves it to its place later.</summary>
    /// <exception cref="IOException">The disk is full.</exception>
    public void EndWriting()
    {
        try
        {
            Close(flush: true);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Explained(fault);
        }
    }

    /// <summary>Closes the file and moves it to its place.</summary>
    /// <exception cref="IOException">The disk is full, or the place is not writable.</exception>
    public void Complete()
    {
        EndWriting();
        try
        {
            File.Move(_temporaryPath, _path, overwrite: true);
            _isComplete = true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw Explained(fault);
        }
    }

    /// <inheritdoc/>
    public override void Write(ReadOnlySpan<byte> buffer)
    {
        try
        {
            _file.Write(buffer);
        }
        catch (IOException fault)
        {
            throw Explained(fault);
        }
    }

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

    // Those of the base class hand each write to another thread and wait for it.
    /// <inheritdoc/>
    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Write(buffer.Span);
        return ValueTask.CompletedTask;
    }

    /// <inheritdoc/>
    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken)
    {
        Write(buffer.AsSpan(offset, count));
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isComplete)
        {
            Close(flush: false);
            File.Delete(_temporaryPath);
        }

        base.Dispose(disposing);
    }

    private void Close(bool flush)
    {
        if (_isClosed)
        {
            return;
        }

        _isClosed = true;
        try
        {
            if (flush)
            {
                // A disk over quota or a network drive tells only now.
                _file.Flush(flushToDisk: false);
            }
        }
        finally
        {
            _file.Dispose();
        }
    }

    private IOException Explained(Exception fault) => DiskFull.Explain(_path, fault);

    /// <inheritdoc/>
    public override bool CanRead => false;

    /// <inheritdoc/>
    public override bool CanSeek => true;

    /// <inheritdoc/>
    public override bool CanWrite => true;

    /// <inheritdoc/>
    public override long Length => _file.Length;

    /// <inheritdoc/>
    public override long Position { get => _file.Position; set => _file.Position = value; }

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => _file.Seek(offset, origin);

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();
}

/// <summary>Says a failed write in words that help.</summary>
internal static class DiskFull
{
    public static IOException Explain(string path, Exception fault)
    {
        // ENOSPC and EDQUOT on Unix; ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL on Windows.
        bool full = fault.HResult is 28 or 122 or unchecked((int)0x80070070) or unchecked((int)0x80070027);
        return full
            ? new IOException($"{path}: the disk is full; nothing was left behind. Free space or choose another place.", fault)
            : new IOException($"{path}: writing failed ({fault.Message.TrimEnd('.')}); nothing was left behind. Check the disk and your rights there.", fault);
    }
}
