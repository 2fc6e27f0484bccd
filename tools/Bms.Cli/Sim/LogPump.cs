using System.Buffers.Binary;
using System.Collections.Concurrent;
using Bms.Bench;
using Bms.Can.Candump;
using Bms.Can.Log;

namespace Bms.Cli.Sim
{
    /// <summary>Writes every frame into a candump log on a thread of its own, so that the simulation does not wait for text and disk.</summary>
    /// <remarks>Blocks of frames go to and fro between the two threads; nothing is allocated per frame. A fault of the disk ends the simulation at its next block.</remarks>
    internal sealed class LogPump : ICanTap, IDisposable
    {
        private const int BlockFrames = 8192;
        private const int Blocks = 8;
        private const string InterfaceName = "can0";

        private struct Frame
        {
            public long TimeUs;
            public ulong Payload;
            public uint Id;
            public byte Length;
            public bool IsExtended;
        }

        private sealed class Block
        {
            public readonly Frame[] Frames = new Frame[BlockFrames];
            public int Count;
        }

        private readonly CandumpWriter _writer;
        private readonly BlockingCollection<Block> _full = new(Blocks);
        private readonly BlockingCollection<Block> _empty = new(Blocks);
        private readonly Thread _thread;
        private Block _block;
        private volatile Exception? _fault;
        private bool _isDone;

        /// <param name="path">Where the log shall stand; .gz compresses.</param>
        /// <exception cref="IOException">The place is not writable.</exception>
        public LogPump(string path)
        {
            Path = path;
            _writer = new CandumpWriter(path);
            for (int i = 0; i < Blocks - 1; i++)
            {
                _empty.Add(new Block());
            }

            _block = new Block();
            _thread = new Thread(WriteBlocks) { Name = "log writer", IsBackground = true };
            _thread.Start();
        }

        /// <summary>Where the log shall stand.</summary>
        public string Path { get; }

        /// <inheritdoc/>
        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            Block block = _block;
            ref Frame frame = ref block.Frames[block.Count];
            frame.TimeUs = timeUs;
            frame.Payload = BinaryPrimitives.ReadUInt64LittleEndian(data);
            frame.Id = id;
            frame.Length = (byte)length;
            frame.IsExtended = isExtended;
            if (++block.Count == BlockFrames)
            {
                HandOver();
            }
        }

        /// <summary>Waits for the last frame and moves the file to its place.</summary>
        /// <exception cref="IOException">The disk is full or the place not writable.</exception>
        public void Complete()
        {
            HandOver();
            Finish();
            Throw();
            _writer.Complete();
        }

        /// <summary>Closes; without <see cref="Complete"/> before, nothing is left.</summary>
        public void Dispose()
        {
            Finish();
            _writer.Dispose();
            _full.Dispose();
            _empty.Dispose();
        }

        private void HandOver()
        {
            Throw();
            _full.Add(_block);
            _block = _empty.Take();
            _block.Count = 0;
        }

        private void Finish()
        {
            if (!_isDone)
            {
                _isDone = true;
                _full.CompleteAdding();
                _thread.Join();
            }
        }

        private void Throw()
        {
            if (_fault is not null)
            {
                throw new IOException(_fault.Message, _fault);
            }
        }

        private void WriteBlocks()
        {
            foreach (Block block in _full.GetConsumingEnumerable())
            {
                try
                {
                    if (_fault is null)
                    {
                        foreach (ref readonly Frame f in block.Frames.AsSpan(0, block.Count))
                        {
                            _writer.Write(f.TimeUs, InterfaceName, f.Id, f.IsExtended ? CanFrameFlags.Extended : CanFrameFlags.None, f.Length, f.Payload);
                        }
                    }
                }
                catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
                {
                    _fault = fault;
                }

                _empty.Add(block);
            }
        }
    }
}
