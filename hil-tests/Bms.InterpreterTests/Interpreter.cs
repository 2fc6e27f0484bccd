using System.Diagnostics;
using Mono.Cecil;

namespace Bms.InterpreterTests
{
    /// <summary>The device's interpreter and its converter, where they are installed. Speaks the command lines of the official tools.</summary>
    /// <remarks>
    /// NANOCLR: path of <c>nanoclr</c>; else the global tool of that name is used.
    /// NANOFRAMEWORK_MDP: path of the converter <c>nanoFramework.Tools.MetadataProcessor</c>.
    /// NANOFRAMEWORK_LIB: folder with the .dll and the .pe of mscorlib, nanoFramework.Runtime.Native, nanoFramework.TestFramework and nanoFramework.UnitTestLauncher.
    /// </remarks>
    internal sealed class Interpreter
    {
        private const int TimeoutMs = 1_200_000;

        private readonly string _nanoclr;
        private readonly string _converter;
        private readonly string _libraries;

        private Interpreter(string nanoclr, string converter, string libraries)
        {
            _nanoclr = nanoclr;
            _converter = converter;
            _libraries = libraries;
        }

        /// <summary>The interpreter of this machine. Without one the test that asks ends as skipped, and says how to get it.</summary>
        public static Interpreter Get()
        {
            string? nanoclr = FromEnvironment("NANOCLR") ?? GlobalTool("nanoclr");
            string? converter = FromEnvironment("NANOFRAMEWORK_MDP");
            string? libraries = FromEnvironment("NANOFRAMEWORK_LIB");
            string missing = nanoclr == null
                ? "no nanoFramework interpreter: `dotnet tool install -g nanoclr`, or set NANOCLR to its path"
                : converter == null
                    ? "no metadata processor: unpack the NuGet package nanoFramework.Tools.MetadataProcessor.CLI and set NANOFRAMEWORK_MDP to the path of nanoFramework.Tools.MetadataProcessor"
                    : libraries == null
                        ? "no nanoFramework libraries: put the .dll and .pe files of the NuGet packages nanoFramework.CoreLibrary, .System.Math, .Runtime.Native and .TestFramework into one folder and set NANOFRAMEWORK_LIB to it"
                        : "";
            if (missing.Length > 0)
            {
                Assert.Inconclusive($"skipped: {missing}. See docs/firmware/interpreter.md.");
            }

            return new Interpreter(nanoclr!, converter!, libraries!);
        }

        /// <summary>A file of the nanoFramework libraries.</summary>
        public string Library(string file)
        {
            string path = Path.Combine(_libraries, file);
            Assert.IsTrue(File.Exists(path), $"{path} is missing: NANOFRAMEWORK_LIB names a folder without {file}; see docs/firmware/interpreter.md.");
            return path;
        }

        /// <summary>Converts an assembly for the interpreter.</summary>
        /// <param name="assembly">Compiled assembly.</param>
        /// <param name="folder">Folder that takes the result.</param>
        /// <param name="references">Assemblies of ours that it refers to.</param>
        /// <returns>Path of the .pe file.</returns>
        /// <remarks>
        /// The contract build declares no versions; the interpreter links by name and the first two numbers of the version. So the references are set to
        /// the versions of the libraries at hand, which changes no instruction.
        /// </remarks>
        public string Convert(string assembly, string folder, params string[] references)
        {
            string name = Path.GetFileNameWithoutExtension(assembly);
            string linked = Path.Combine(folder, Path.GetFileName(assembly));
            var arguments = new List<string>();
            using (ModuleDefinition module = ModuleDefinition.ReadModule(new MemoryStream(File.ReadAllBytes(assembly))))
            {
                foreach (AssemblyNameReference reference in module.AssemblyReferences)
                {
                    string? ours = Array.Find(references, r => Path.GetFileNameWithoutExtension(r) == reference.Name);
                    string path = ours ?? Library(reference.Name + ".dll");
                    if (ours == null)
                    {
                        using ModuleDefinition library = ModuleDefinition.ReadModule(path);
                        reference.Version = library.Assembly.Name.Version;
                        reference.PublicKeyToken = library.Assembly.Name.PublicKeyToken;
                    }

                    arguments.AddRange(["-loadHints", reference.Name, path]);
                }

                module.Write(linked);
            }

            string pe = Path.Combine(folder, name + ".pe");
            arguments.AddRange(["-parse", linked, "-compile", pe, "false"]);
            (int code, string output) = Start(_converter, arguments);
            Assert.IsTrue(code == 0 && File.Exists(pe), $"The metadata processor gave exit code {code} for {name}:\n{output}");
            return pe;
        }

        /// <summary>Runs .pe files, one of them with an entry point, and gives the lines that came out.</summary>
        /// <remarks>The exit code of the official tool says only whether the interpreter itself ran: the lines are for the caller to judge.</remarks>
        public string[] Run(IEnumerable<string> assemblies)
        {
            (int code, string output) = Start(_nanoclr, ["run", "--assemblies", .. assemblies]);
            Assert.AreEqual(0, code, $"nanoclr gave exit code {code}:\n{output}");
            return output.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        }

        /// <summary>Plays a recording and gives the lines that came out.</summary>
        /// <param name="recording">The recording.</param>
        /// <param name="player">The contract project, and assembly, that plays it.</param>
        /// <param name="libraries">Libraries that it needs beside mscorlib.</param>
        public string[] Play(Recording recording, string player, params string[] libraries)
        {
            using var work = new WorkFolder();
            using var converted = new WorkFolder();
            string core = Repository.Contract(player, "Bms.Core.dll");
            string messages = Repository.Contract(player, "Bms.Core.Messages.dll");
            IReadOnlyList<string> data = RecordingAssemblies.Write(recording, work.Path);
            string[] references = [.. data, core, messages];
            return Run(
            [
                Library("mscorlib.pe"),
                .. libraries.Select(name => Library(name + ".pe")),
                .. data.Select(assembly => Convert(assembly, converted.Path, references)),
                Convert(messages, converted.Path),
                Convert(core, converted.Path, messages),
                Convert(Repository.Contract(player, player + ".dll"), converted.Path, references),
            ]);
        }

        private static (int Code, string Output) Start(string program, IEnumerable<string> arguments)
        {
            bool isAssembly = program.EndsWith(".dll", StringComparison.OrdinalIgnoreCase);
            var start = new ProcessStartInfo(isAssembly ? "dotnet" : program)
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                RedirectStandardInput = true,
            };
            if (isAssembly)
            {
                start.ArgumentList.Add(program);
            }

            foreach (string argument in arguments)
            {
                start.ArgumentList.Add(argument);
            }

            using Process process = Process.Start(start) ?? throw new InvalidOperationException($"{program} does not start.");
            process.StandardInput.Close();
            Task<string> error = process.StandardError.ReadToEndAsync();
            Task<string> output = process.StandardOutput.ReadToEndAsync();
            if (!process.WaitForExit(TimeoutMs))
            {
                process.Kill(entireProcessTree: true);
                Assert.Fail($"{program} did not end within {TimeoutMs / 1000} s.");
            }

            return (process.ExitCode, output.GetAwaiter().GetResult() + error.GetAwaiter().GetResult());
        }

        private static string? FromEnvironment(string name)
        {
            string? value = Environment.GetEnvironmentVariable(name);
            if (string.IsNullOrWhiteSpace(value))
            {
                return null;
            }

            Assert.IsTrue(File.Exists(value) || Directory.Exists(value), $"{name} is set to {value}, which does not exist: correct it, or unset it to skip these tests.");
            return value;
        }

        private static string? GlobalTool(string name)
        {
            string file = OperatingSystem.IsWindows() ? name + ".exe" : name;
            IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
                .Append(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".dotnet", "tools"));
            return folders.Select(folder => Path.Combine(folder, file)).FirstOrDefault(File.Exists);
        }
    }
}
