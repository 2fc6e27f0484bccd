using System;
using System.IO;
using Bms.Core.Storage;

namespace Bms.Firmware
{
    /// <summary>Slots as files on the board's file system: one file for each slot, so that a cut in one cannot touch another on any file system.</summary>
    /// <remarks>
    /// Drive I: of the ESP32 images is a littlefs partition, which itself keeps the old file until the new one is closed; the journal does not rely on it. Every access opens a
    /// file and makes garbage, and a write stops both cores while the flash is busy: only with open contactors, or by a thread that may delay the cycle.
    /// </remarks>
    public sealed class FileBlockStore : BlockStore
    {
        private readonly string _prefix;
        private readonly int _blockCount;
        private readonly int _blockLength;

        /// <param name="prefix">Path of the files without number and ending, as in I:\param.</param>
        /// <param name="blockCount">Number of slots.</param>
        /// <param name="blockLength">Most bytes that a slot holds.</param>
        public FileBlockStore(string prefix, int blockCount, int blockLength)
        {
            _prefix = prefix;
            _blockCount = blockCount;
            _blockLength = blockLength;
        }

        /// <inheritdoc/>
        public override int BlockCount
        {
            get { return _blockCount; }
        }

        /// <inheritdoc/>
        public override int BlockLength
        {
            get { return _blockLength; }
        }

        /// <inheritdoc/>
        public override int Read(int block, byte[] target)
        {
            try
            {
                string path = PathOf(block);
                if (!File.Exists(path))
                {
                    return 0;
                }

                using (FileStream file = new FileStream(path, FileMode.Open, FileAccess.Read))
                {
                    int read = 0;
                    while (read < _blockLength)
                    {
                        int part = file.Read(target, read, _blockLength - read);
                        if (part <= 0)
                        {
                            break;
                        }

                        read += part;
                    }

                    return read;
                }
            }
            catch (Exception)
            {
                // Whatever the file system says: there are no bytes to be had from this slot.
                return 0;
            }
        }

        /// <inheritdoc/>
        public override bool Write(int block, byte[] source, int length)
        {
            try
            {
                using (FileStream file = new FileStream(PathOf(block), FileMode.Create, FileAccess.Write))
                {
                    file.Write(source, 0, length);
                    file.Flush();
                }

                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        /// <inheritdoc/>
        public override bool Erase(int block)
        {
            try
            {
                string path = PathOf(block);
                if (File.Exists(path))
                {
                    File.Delete(path);
                }

                return true;
            }
            catch (Exception)
            {
                return false;
            }
        }

        private string PathOf(int block)
        {
            return _prefix + block.ToString() + ".bin";
        }
    }
}
