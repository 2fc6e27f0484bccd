namespace Bms.Can.Live;

/// <summary>Reads what an adapter answers, so that its answers never fill the line and stop it, and counts the refusals among them.</summary>
internal sealed class AnswerDrain
{
    private const byte Bell = 7;

    private readonly Stream _stream;
    private long _refused;

    /// <param name="stream">The line. The drain ends when it is closed.</param>
    public AnswerDrain(Stream stream)
    {
        _stream = stream;
        new Thread(Drain) { IsBackground = true, Name = "answers" }.Start();
    }

    /// <summary>Answers that are a bell: how LAWICEL adapters refuse.</summary>
    public long Refused => Interlocked.Read(ref _refused);

    private void Drain()
    {
        byte[] bytes = new byte[1024];
        try
        {
            while (_stream.Read(bytes) is > 0 and int count)
            {
                Interlocked.Add(ref _refused, bytes.AsSpan(0, count).Count(Bell));
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or InvalidOperationException or TimeoutException or OperationCanceledException)
        {
            // The line is closed or gone; who sends tells of it.
        }
    }
}
