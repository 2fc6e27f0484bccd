using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Bms.Cli.Tests
{
    /// <summary>A serial line without hardware: the test holds one end, the program opens the other by its name. Linux alone; elsewhere the test is inconclusive.</summary>
    internal sealed class PseudoTerminal : IDisposable
    {
        private const int ReadWriteNoTerminal = 0x2 | 0x100;

        private readonly FileStream _end;
        private readonly FileStream _other;

        public PseudoTerminal()
        {
            if (!OperatingSystem.IsLinux() || !File.Exists("/dev/ptmx"))
            {
                Assert.Inconclusive("skipped: this system has no /dev/ptmx");
            }

            int handle = OpenTerminal(ReadWriteNoTerminal);
            Assert.IsGreaterThanOrEqualTo(0, handle);
            Assert.AreEqual(0, Grant(handle));
            Assert.AreEqual(0, Unlock(handle));
            byte[] name = new byte[64];
            Assert.AreEqual(0, NameOf(handle, name, (nuint)name.Length));
            Name = System.Text.Encoding.ASCII.GetString(name).TrimEnd('\0');

            // Held open, so that reading waits for the program instead of ending before it comes.
            _other = new FileStream(Name, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
            _end = new FileStream(new SafeFileHandle(handle, ownsHandle: true), FileAccess.ReadWrite, bufferSize: 0);
        }

        /// <summary>Path of the end that the program opens.</summary>
        public string Name { get; }

        /// <summary>Writes as the adapter would.</summary>
        public void Write(ReadOnlySpan<byte> bytes) => _end.Write(bytes);

        /// <summary>Reads what the program sent, until it holds a text; waits for it.</summary>
        public string ReadUntil(string last)
        {
            var text = new System.Text.StringBuilder();
            byte[] one = new byte[1];
            while (!text.ToString().EndsWith(last, StringComparison.Ordinal) && _end.Read(one) == 1)
            {
                text.Append((char)one[0]);
            }

            return text.ToString();
        }

        /// <summary>Unplugs.</summary>
        public void Dispose()
        {
            _end.Dispose();
            _other.Dispose();
        }

        [DllImport("libc", EntryPoint = "posix_openpt")]
        private static extern int OpenTerminal(int flags);

        [DllImport("libc", EntryPoint = "grantpt")]
        private static extern int Grant(int handle);

        [DllImport("libc", EntryPoint = "unlockpt")]
        private static extern int Unlock(int handle);

        [DllImport("libc", EntryPoint = "ptsname_r")]
        private static extern int NameOf(int handle, byte[] name, nuint length);
    }
}
