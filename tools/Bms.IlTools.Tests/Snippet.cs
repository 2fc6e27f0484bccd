using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Microsoft.CodeAnalysis.Emit;
using Microsoft.CodeAnalysis.Text;

namespace Bms.IlTools.Tests
{
    /// <summary>Compiles a few lines of C# the way the contract build does, into a folder of its own.</summary>
    internal sealed class Snippet : IDisposable
    {
        public const string FileName = "Snippet.cs";

        private readonly string _folder = Directory.CreateTempSubdirectory("bms-snippet-").FullName;

        private Snippet(string name)
        {
            AssemblyPath = Path.Combine(_folder, name + ".dll");
        }

        public string AssemblyPath { get; }

        public string Folder => _folder;

        /// <summary>Against the device's declared libraries.</summary>
        public static Snippet ForDevice(string source)
        {
            string[] references = ["mscorlib.dll", "System.Math.dll"];
            var snippet = new Snippet("Device");
            foreach (string reference in references)
            {
                File.Copy(Path.Combine(Repository.ContractFolder, reference), Path.Combine(snippet._folder, reference));
            }

            return snippet.Compile(source, references.Select(r => Path.Combine(snippet._folder, r)));
        }

        /// <summary>Against .NET itself: for what the device's declared libraries already keep from compiling.</summary>
        public static Snippet ForPc(string source)
        {
            return new Snippet("Pc").Compile(source, [typeof(object).Assembly.Location]);
        }

        public void Dispose()
        {
            Directory.Delete(_folder, recursive: true);
        }

        private Snippet Compile(string source, IEnumerable<string> references)
        {
            SourceText text = SourceText.From(source, System.Text.Encoding.UTF8);
            CSharpCompilation compilation = CSharpCompilation.Create(
                Path.GetFileNameWithoutExtension(AssemblyPath),
                [CSharpSyntaxTree.ParseText(text, new CSharpParseOptions(LanguageVersion.CSharp14).WithFeatures([new("noRefSafetyRulesAttribute", "true")]), FileName)],
                references.Select(r => MetadataReference.CreateFromFile(r)),
                new CSharpCompilationOptions(OutputKind.DynamicallyLinkedLibrary, optimizationLevel: OptimizationLevel.Release, allowUnsafe: true));

            string pdb = Path.ChangeExtension(AssemblyPath, ".pdb");
            using FileStream dllStream = File.Create(AssemblyPath);
            using FileStream pdbStream = File.Create(pdb);
            EmitResult result = compilation.Emit(dllStream, pdbStream, options: new EmitOptions(debugInformationFormat: DebugInformationFormat.PortablePdb, pdbFilePath: pdb));
            Assert.IsTrue(result.Success, string.Join(Environment.NewLine, result.Diagnostics));
            return this;
        }
    }
}
