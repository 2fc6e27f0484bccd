using System.Text;
using Bms.Can.Io;

namespace Bms.Cli.CommandLine
{
    /// <summary>A text file that is opened when a command begins, so that a wrong place is known at once, and that appears when it is complete.</summary>
    internal sealed class TextOutput : IDisposable
    {
        private readonly AtomicFile _file;

        /// <param name="path">Where the file shall stand.</param>
        /// <exception cref="IOException">The folder is missing or not writable.</exception>
        public TextOutput(string path)
        {
            Path = path;
            _file = new AtomicFile(path);
        }

        /// <summary>Where the file shall stand.</summary>
        public string Path { get; }

        /// <summary>Opens a place, or nothing where none is asked for.</summary>
        public static TextOutput? Open(string? path)
        {
            return path is null ? null : new TextOutput(path);
        }

        /// <summary>Writes everything and moves the file to its place.</summary>
        public void Complete(string text)
        {
            Complete(new UTF8Encoding(false).GetBytes(text));
        }

        /// <summary>Writes everything and moves the file to its place.</summary>
        public void Complete(byte[] bytes)
        {
            _file.Write(bytes);
            _file.Complete();
        }

        /// <summary>Closes; without <see cref="Complete(string)"/> before, nothing is left.</summary>
        public void Dispose() => _file.Dispose();
    }
}
