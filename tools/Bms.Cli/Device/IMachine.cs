namespace Bms.Cli.Device
{
    /// <summary>What the device commands see and do of the machine that they run on; tests put their own in its place.</summary>
    internal interface IMachine
    {
        /// <summary>True on Linux, where devices and interfaces can be looked at as files.</summary>
        public bool IsLinux { get; }

        /// <summary>Path of a program, or null where it is neither on the search path nor among the .NET tools of the user.</summary>
        public string? FindProgram(string name);

        /// <summary>Runs a program with its output on the console.</summary>
        /// <returns>Its exit code.</returns>
        public int Run(string program, IReadOnlyList<string> arguments);

        /// <summary>Runs a program and keeps what it prints; an empty text where it cannot be started or fails.</summary>
        public string Output(string program, IReadOnlyList<string> arguments);

        /// <summary>True where a file or device of that path exists.</summary>
        public bool Exists(string path);

        /// <summary>True where the user may read and write a path. It is not opened: opening a serial port resets many boards.</summary>
        public bool MayUse(string path);

        /// <summary>All bytes of a file.</summary>
        /// <exception cref="IOException">It cannot be read.</exception>
        public byte[] ReadBytes(string path);

        /// <summary>Text of a small file, or null.</summary>
        public string? ReadText(string path);

        /// <summary>Lets some time pass, for what can only be counted over time.</summary>
        public void Watch(TimeSpan time);

        /// <summary>Paths in a folder, sorted; none where it does not exist.</summary>
        public IReadOnlyList<string> List(string folder, string pattern);
    }
}
