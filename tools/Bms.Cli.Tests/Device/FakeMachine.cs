using Bms.Cli.Device;

namespace Bms.Cli.Tests.Device
{
    /// <summary>A machine made of dictionaries, which writes down what is run on it.</summary>
    internal sealed class FakeMachine : IMachine
    {
        public Dictionary<string, string> Programs { get; } = [];

        public Dictionary<string, byte[]> Files { get; } = [];

        public Dictionary<string, string> Texts { get; } = [];

        public HashSet<string> Locked { get; } = [];

        public List<string> Ran { get; } = [];

        public Action<IReadOnlyList<string>>? OnRun { get; set; }

        public Queue<int> ExitCodes { get; } = new();

        public string Sdks { get; set; } = "8.0.100 [/usr/lib/dotnet/sdk]\n10.0.103 [/usr/lib/dotnet/sdk]\n";

        public bool IsLinux { get; set; } = true;

        public string? FindProgram(string name) => Programs.GetValueOrDefault(name);

        public int Run(string program, IReadOnlyList<string> arguments)
        {
            Ran.Add(program + " " + string.Join(' ', arguments));
            OnRun?.Invoke(arguments);
            return ExitCodes.TryDequeue(out int code) ? code : 0;
        }

        public string Output(string program, IReadOnlyList<string> arguments) => Sdks;

        public bool Exists(string path) => Files.ContainsKey(path);

        public bool MayUse(string path) => !Locked.Contains(path);

        public byte[] ReadBytes(string path) => Files[path];

        public string? ReadText(string path) => Texts.GetValueOrDefault(path);

        public Action? OnWatch { get; set; }

        public void Watch(TimeSpan time) => OnWatch?.Invoke();

        public IReadOnlyList<string> List(string folder, string pattern)
        {
            string start = folder + "/" + pattern.TrimEnd('*');
            return [.. Files.Keys.Where(f => f.StartsWith(start, StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
        }
    }
}
