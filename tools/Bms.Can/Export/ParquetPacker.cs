using System.Collections.Concurrent;
using Bms.Can.Dbc;
using Bms.Can.Decoding;

namespace Bms.Can.Export;

/// <summary>Packs groups of rows on a few threads, with one set of arrays each, however many files are written: all messages of a log tend to have their groups full at the same time.</summary>
/// <param name="threads">Groups that are packed at the same time.</param>
internal sealed class ParquetPacker(int threads)
{
    private readonly TaskScheduler _scheduler = new ConcurrentExclusiveSchedulerPair(TaskScheduler.Default, threads).ConcurrentScheduler;
    private readonly SemaphoreSlim _places = new(threads * 2);
    private readonly ConcurrentBag<ParquetRoom> _rooms = [];
    private readonly ConcurrentBag<MessageFrames> _worn = [];

    /// <summary>An empty set of frames, in the room of one that has been packed where there is one.</summary>
    public MessageFrames Fresh(DbcMessage message) => _worn.TryTake(out MessageFrames? worn) ? MessageFrames.InRoomOf(worn, message) : new MessageFrames(message);

    /// <summary>Begins to pack a group; waits while too many are under way.</summary>
    /// <param name="frames">What is packed; its room goes to another group afterwards.</param>
    /// <param name="pack">Packs it.</param>
    public Task Start(MessageFrames frames, Action<ParquetRoom> pack)
    {
        _places.Wait();
        return Task.Factory.StartNew(
            () =>
            {
                if (!_rooms.TryTake(out ParquetRoom? room))
                {
                    room = new ParquetRoom();
                }

                try
                {
                    pack(room);
                }
                finally
                {
                    _rooms.Add(room);
                    _worn.Add(frames);
                    _places.Release();
                }
            },
            CancellationToken.None,
            TaskCreationOptions.DenyChildAttach | TaskCreationOptions.HideScheduler,
            _scheduler);
    }
}
