using System.Runtime.ExceptionServices;
using Bms.Can.Candump;
using Bms.Can.Dbc;
using Bms.Can.Log;

namespace Bms.Can.Decoding;

/// <summary>How a log goes through a <see cref="LogPipeline"/>.</summary>
public sealed class LogPipelineOptions
{
    /// <summary>How the log is read, or null for strict reading.</summary>
    public CanLogReadOptions? Read { get; init; }

    /// <summary>Which frames are looked at.</summary>
    public LogWindow Window { get; init; } = new();

    /// <summary>Signals whose messages are wanted, or null for all.</summary>
    public SignalSelection? Selection { get; init; }

    /// <summary>Threads that parse and decode; the log is shared out where it is an unpacked candump file.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Batches under way or waiting to be taken, for each thread: more of them bridge longer pauses of a thread, and take more memory.</summary>
    internal int BatchesPerThread { get; init; } = 4;

    /// <summary>Ends the work early.</summary>
    public CancellationToken Stop { get; init; }

    /// <summary>Is told now and then how much is done, 0..1; NaN where the length of the log is not known.</summary>
    public Action<double>? Progress { get; init; }
}

/// <summary>What went through a <see cref="LogPipeline"/>.</summary>
/// <param name="Frames">Frames read, within the window.</param>
/// <param name="DecodedFrames">Frames of messages of the DBC file.</param>
/// <param name="UnknownIds">Identifiers that are not in the DBC file.</param>
/// <param name="SkippedRecords">Broken records skipped (lenient).</param>
public sealed record LogPipelineResult(long Frames, long DecodedFrames, int UnknownIds, long SkippedRecords);

/// <summary>Some ten thousand frames of a log, sorted by message.</summary>
public sealed class FrameBatch
{
    internal FrameBatch(DbcDatabase database, bool[]? isWanted) => Groups = new FrameGroups(database, isWanted, keepOrder: true);

    /// <summary>The frames.</summary>
    public FrameGroups Groups { get; }

    /// <summary>Names of the buses; the frames' bus is a place in it.</summary>
    public IReadOnlyList<string> Buses { get; internal set; } = [];

    internal List<CanFrameBlock> Blocks { get; } = [];

    internal int UsedBlocks { get; set; }

    internal long Skipped { get; set; }

    internal double Progress { get; set; }
}

/// <summary>Takes a log of any length through decoding in constant memory, on several threads, and hands out the results in the order of the log.</summary>
public static class LogPipeline
{
    private const int BlocksOfBatch = 2;
    private const long BytesOfBatch = 1 << 18;

    /// <summary>Runs a log through.</summary>
    /// <typeparam name="TWorker">What each thread works with.</typeparam>
    /// <typeparam name="TResult">What becomes of a batch.</typeparam>
    /// <param name="path">The log; "-" is standard input.</param>
    /// <param name="database">The messages.</param>
    /// <param name="options">How.</param>
    /// <param name="makeWorker">Makes what a thread works with.</param>
    /// <param name="work">Makes a result of a batch, on any thread; the batch is good until what it gives has been taken.</param>
    /// <param name="take">Takes the results, in the order of the log, on the calling thread.</param>
    /// <exception cref="CanLogException">The log is broken (strict); what stands before the fault has been taken.</exception>
    /// <exception cref="IOException">The log cannot be read.</exception>
    /// <exception cref="ArgumentException">A pattern of the selection matches no signal.</exception>
    /// <exception cref="OperationCanceledException">The work was stopped.</exception>
    public static LogPipelineResult Run<TWorker, TResult>(
        string path, DbcDatabase database, LogPipelineOptions options, Func<TWorker> makeWorker, Func<TWorker, FrameBatch, TResult> work, Action<TResult> take)
    {
        bool[]? isWanted = options.Selection?.WantedMessages(database);
        int threads = Math.Max(1, options.Threads);
        using Source source = Source.Open(path, options, threads > 1);
        var tally = new Tally();
        if (threads == 1)
        {
            var batch = new FrameBatch(database, isWanted);
            TWorker worker = makeWorker();
            CandumpReader? none = null;
            for (long number = 0; source.TryTake(batch, number, ref none); number++)
            {
                options.Stop.ThrowIfCancellationRequested();
                TResult result = work(worker, batch);
                tally.Add(batch);
                take(result);
                options.Progress?.Invoke(batch.Progress);
            }

            return tally.Result();
        }

        using var run = new ParallelRun<TWorker, TResult>(source, database, isWanted, options, makeWorker, work, threads);
        run.TakeAll(take, tally);
        return tally.Result();
    }

    private sealed class Tally
    {
        private readonly HashSet<uint> _unknown = [];
        private long _frames;
        private long _known;
        private long _skipped;

        public void Add(FrameBatch batch)
        {
            _frames += batch.Groups.FrameCount;
            _known += batch.Groups.KnownCount;
            _skipped += batch.Skipped;
            if (_unknown.Count < 65536)
            {
                _unknown.UnionWith(batch.Groups.UnknownIds);
            }
        }

        public LogPipelineResult Result() => new(_frames, _known, _unknown.Count, _skipped);
    }

    /// <summary>Where batches come from: one reader that threads take turns with, or ranges of a file.</summary>
    private sealed class Source : IDisposable
    {
        private readonly string _path;
        private readonly LogPipelineOptions _options;
        private readonly CanLogReader? _reader;
        private readonly long _length;
        private readonly List<string> _buses = [];
        private readonly Lock _gate = new();
        private readonly List<CandumpReader> _opened = [];
        private long _firstNs;
        private bool _hasFirst;
        private long _skippedBefore;

        private Source(string path, LogPipelineOptions options, long length)
        {
            _path = path;
            _options = options;
            _length = length;
            if (length == 0)
            {
                _reader = CanLogReader.Open(path, options.Read);
                return;
            }

            using CanLogReader first = CanLogReader.Open(path, new CanLogReadOptions { Lenient = true });
            var block = new CanFrameBlock(1);
            _hasFirst = first.Read(block);
            _firstNs = block.TimeNs[0];
        }

        public static Source Open(string path, LogPipelineOptions options, bool isShared)
            => new(path, options, isShared ? CandumpRanges.SharedLength(path, options.Read) : 0);

        /// <summary>Fills a batch. Called with numbers 0, 1, 2..., by any thread; false at the end.</summary>
        public bool TryTake(FrameBatch batch, long number, ref CandumpReader? reader)
        {
            batch.UsedBlocks = 0;
            batch.Groups.Clear();
            if (_reader is null)
            {
                return TakeRange(batch, number, ref reader);
            }

            return TakeBlocks(batch) && Sort(batch);
        }

        public CanLogException Explained(CanLogException fault) => _length > 0 ? CandumpRanges.WithLine(_path, fault) : fault;

        public void Dispose()
        {
            _reader?.Dispose();
            _opened.ForEach(reader => reader.Dispose());
        }

        /// <summary>True where batches can be taken by several threads at the same time; else the caller sees to it that they take turns.</summary>
        public bool IsShared => _reader is null;

        /// <summary>The serial part: reads blocks.</summary>
        public bool TakeBlocks(FrameBatch batch)
        {
            batch.UsedBlocks = 0;
            batch.Groups.Clear();
            CanLogException? fault = null;
            while (batch.UsedBlocks < BlocksOfBatch)
            {
                CanFrameBlock block = NextBlock(batch);
                try
                {
                    if (!_reader!.Read(block))
                    {
                        break;
                    }
                }
                catch (CanLogException broken) when (batch.UsedBlocks > 0)
                {
                    // Told again at the next call, after what stands before has been taken.
                    fault = broken;
                    break;
                }

                if (!_hasFirst)
                {
                    _hasFirst = true;
                    _firstNs = block.TimeNs[0];
                }

                batch.UsedBlocks++;
                if (_reader.IsSlow)
                {
                    break;
                }
            }

            batch.Buses = [.. _reader!.Channels];
            batch.Skipped = _reader.SkippedRecords - _skippedBefore;
            _skippedBefore = _reader.SkippedRecords;
            batch.Progress = _reader.TotalBytes > 0 ? (double)_reader.BytesRead / _reader.TotalBytes : double.NaN;
            return batch.UsedBlocks > 0 || fault is not null;
        }

        /// <summary>The parallel part: sorts the blocks by message.</summary>
        public bool Sort(FrameBatch batch)
        {
            for (int index = 0; index < batch.UsedBlocks; index++)
            {
                CanFrameBlock block = batch.Blocks[index];
                _options.Window.Cut(block, _firstNs, batch.Buses);
                batch.Groups.Add(block);
            }

            return true;
        }

        private static CanFrameBlock NextBlock(FrameBatch batch)
        {
            if (batch.UsedBlocks == batch.Blocks.Count)
            {
                batch.Blocks.Add(new CanFrameBlock());
            }

            return batch.Blocks[batch.UsedBlocks];
        }

        private bool TakeRange(FrameBatch batch, long number, ref CandumpReader? reader)
        {
            long start = number * BytesOfBatch;
            if (start >= _length)
            {
                return false;
            }

            long end = Math.Min(_length, start + BytesOfBatch);

            if (reader is null)
            {
                reader = new CandumpReader(_path, start, end, _options.Read?.Lenient ?? false);
                lock (_gate)
                {
                    _opened.Add(reader);
                }
            }
            else
            {
                reader.MoveTo(start, end);
            }

            long skippedBefore = reader.SkippedRecords;
            CanFrameBlock block = NextBlock(batch);
            while (reader.Read(block))
            {
                _options.Window.Cut(block, _firstNs, reader.Channels);
                batch.Groups.Add(block, BusesOf(reader.Channels));
            }

            batch.Skipped = reader.SkippedRecords - skippedBefore;
            batch.Progress = (double)end / _length;
            lock (_gate)
            {
                batch.Buses = [.. _buses];
            }

            return true;
        }

        private byte[] BusesOf(IReadOnlyList<string> channels)
        {
            byte[] numbers = new byte[channels.Count];
            lock (_gate)
            {
                for (int index = 0; index < numbers.Length; index++)
                {
                    int number = _buses.IndexOf(channels[index]);
                    if (number < 0)
                    {
                        number = Math.Min(_buses.Count, CanLogReader.MostChannels - 1);
                        _buses.Add(channels[index]);
                    }

                    numbers[index] = (byte)number;
                }
            }

            return numbers;
        }
    }

    /// <summary>Threads that work on batches. The calling one takes the results in order, and works too where there is none to take: a thread that only takes would push the others off their cores.
    /// It only takes where one reader serves all: it might wait there for a recording that goes on, with results at hand.</summary>
    private sealed class ParallelRun<TWorker, TResult> : IDisposable
    {
        private readonly Source _source;
        private readonly LogPipelineOptions _options;
        private readonly Func<TWorker> _makeWorker;
        private readonly Func<TWorker, FrameBatch, TResult> _work;
        private readonly DbcDatabase _database;
        private readonly bool[]? _isWanted;
        private readonly Thread[] _helpers;
        private readonly Lock _turn = new();
        private readonly Dictionary<long, Outcome> _done = [];
        private readonly object _gate = new();
        private readonly int _mostWaiting;
        private int _sleepers;
        private long _claimed;
        private long _nextNumber;
        private long _taken;
        private bool _isOver;

        private sealed record Outcome(TResult? Result, FrameBatch? Batch, Lane? Lane, Exception? Fault);

        /// <summary>What one thread works with. Batches come back to their thread: in the cache of another core they would be far away.</summary>
        private sealed class Lane
        {
            public CandumpReader? Reader;

            public TWorker? Worker { get; set; }

            public bool HasWorker { get; set; }

            public Stack<FrameBatch> Free { get; } = [];
        }

        public ParallelRun(
            Source source, DbcDatabase database, bool[]? isWanted, LogPipelineOptions options, Func<TWorker> makeWorker, Func<TWorker, FrameBatch, TResult> work, int threads)
        {
            _source = source;
            _database = database;
            _isWanted = isWanted;
            _options = options;
            _makeWorker = makeWorker;
            _work = work;
            _mostWaiting = threads * options.BatchesPerThread;
            _helpers = [.. Enumerable.Range(0, source.IsShared ? threads - 1 : threads).Select(number => new Thread(Help) { IsBackground = true, Name = $"log {number}" })];
        }

        public void TakeAll(Action<TResult> take, Tally tally)
        {
            foreach (Thread helper in _helpers)
            {
                helper.Start();
            }

            var lane = new Lane();
            for (long number = 0; ; number++)
            {
                Outcome outcome = Await(number, lane);
                if (outcome.Fault is CanLogException fault)
                {
                    throw _source.Explained(fault);
                }

                if (outcome.Fault is not null)
                {
                    ExceptionDispatchInfo.Throw(outcome.Fault);
                }

                if (outcome.Batch is null)
                {
                    return;
                }

                tally.Add(outcome.Batch);
                take(outcome.Result!);
                _options.Progress?.Invoke(outcome.Batch.Progress);
                Release(outcome);
            }
        }

        public void Dispose()
        {
            lock (_gate)
            {
                _isOver = true;
                Monitor.PulseAll(_gate);
            }

            foreach (Thread helper in _helpers)
            {
                helper.Join();
            }
        }

        /// <summary>The outcome of a batch; works on others until it is there.</summary>
        private Outcome Await(long number, Lane lane)
        {
            while (true)
            {
                FrameBatch? batch;
                lock (_gate)
                {
                    _options.Stop.ThrowIfCancellationRequested();
                    if (_done.Remove(number, out Outcome? outcome))
                    {
                        return outcome;
                    }

                    batch = _source.IsShared ? TryClaim(lane) : null;
                    if (batch is null)
                    {
                        Sleep(100);
                    }
                }

                if (batch is not null)
                {
                    Work(batch, lane);
                }
            }
        }

        private void Release(Outcome outcome)
        {
            lock (_gate)
            {
                outcome.Lane!.Free.Push(outcome.Batch!);
                _taken++;
                WakeAll();
            }
        }

        private void Help()
        {
            var lane = new Lane();
            while (true)
            {
                FrameBatch? batch;
                lock (_gate)
                {
                    while ((batch = TryClaim(lane)) is null)
                    {
                        if (_isOver)
                        {
                            return;
                        }

                        Sleep(Timeout.Infinite);
                    }
                }

                Work(batch, lane);
            }
        }

        /// <summary>A batch to fill, or null where too many wait to be taken or the log is at its end.</summary>
        private FrameBatch? TryClaim(Lane lane)
        {
            if (_isOver || _claimed - _taken >= _mostWaiting)
            {
                return null;
            }

            _claimed++;
            return lane.Free.TryPop(out FrameBatch? batch) ? batch : new FrameBatch(_database, _isWanted);
        }

        private void Work(FrameBatch batch, Lane lane)
        {
            long number = -1;
            Outcome outcome;
            try
            {
                bool isTaken;
                if (_source.IsShared)
                {
                    number = Interlocked.Increment(ref _nextNumber) - 1;
                    isTaken = _source.TryTake(batch, number, ref lane.Reader);
                }
                else
                {
                    lock (_turn)
                    {
                        number = Interlocked.Increment(ref _nextNumber) - 1;
                        isTaken = _source.TakeBlocks(batch);
                    }

                    isTaken = isTaken && _source.Sort(batch);
                }

                if (isTaken && !lane.HasWorker)
                {
                    lane.Worker = _makeWorker();
                    lane.HasWorker = true;
                }

                outcome = isTaken ? new Outcome(_work(lane.Worker!, batch), batch, lane, null) : new Outcome(default, null, null, null);
            }
            catch (Exception fault)
            {
                outcome = new Outcome(default, null, null, fault);
            }

            lock (_gate)
            {
                // At the end, or behind a fault, there is nothing to begin any more.
                _isOver |= outcome.Batch is null;
                _done[number] = outcome;
                WakeAll();
            }
        }

        private void Sleep(int longestMs)
        {
            _sleepers++;
            Monitor.Wait(_gate, longestMs);
            _sleepers--;
        }

        private void WakeAll()
        {
            if (_sleepers > 0)
            {
                Monitor.PulseAll(_gate);
            }
        }
    }
}
