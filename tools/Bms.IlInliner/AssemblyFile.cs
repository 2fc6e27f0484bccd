using Mono.Cecil;

namespace Bms.IlInliner
{
    /// <summary>Reads an assembly, has it worked on, and puts it back whole or not at all.</summary>
    public static class AssemblyFile
    {
        /// <summary>Puts methods in the place of their calls.</summary>
        /// <param name="path">Assembly; changed, and its .pdb with it where there is one.</param>
        /// <param name="references">Paths of what it needs.</param>
        /// <param name="borderPath">Assembly whose types stand apart, or null.</param>
        /// <param name="roots">Methods that have to be fast; every one where there are none.</param>
        /// <returns>A line that says what was done.</returns>
        /// <exception cref="ArgumentException">A root names no method.</exception>
        /// <exception cref="IOException">A file cannot be read or written.</exception>
        /// <exception cref="BadImageFormatException">A file is no assembly.</exception>
        /// <exception cref="AssemblyResolutionException">A reference is not at hand.</exception>
        public static string Inline(string path, IReadOnlyList<string> references, string? borderPath, IReadOnlyList<string> roots)
        {
            using var resolver = new DefaultAssemblyResolver();
            foreach (string folder in references.Append(path).Select(r => Path.GetDirectoryName(Path.GetFullPath(r))!).Distinct())
            {
                resolver.AddSearchDirectory(folder);
            }

            bool hasSymbols = File.Exists(Path.ChangeExtension(path, ".pdb"));
            var border = new HashSet<string>();
            if (borderPath is not null)
            {
                using ModuleDefinition apart = ModuleDefinition.ReadModule(borderPath);
                border.UnionWith(apart.GetTypes().Select(t => t.FullName));
            }

            using ModuleDefinition module = ModuleDefinition.ReadModule(path, new ReaderParameters { AssemblyResolver = resolver, InMemory = true, ReadSymbols = hasSymbols });
            Inliner done = Inliner.Run(module, border, roots);

            // The name of the .pdb is in the assembly: both are written beside their places under their own names.
            DirectoryInfo folderOfNew = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, "inlined"));
            string written = Path.Combine(folderOfNew.FullName, Path.GetFileName(path));
            module.Write(written, new WriterParameters { WriteSymbols = hasSymbols, DeterministicMvid = true });
            if (hasSymbols)
            {
                File.Move(Path.ChangeExtension(written, ".pdb"), Path.ChangeExtension(path, ".pdb"), overwrite: true);
            }

            File.Move(written, path, overwrite: true);
            folderOfNew.Delete(recursive: true);
            return $"{Path.GetFileName(path)}: {done.InlinedCalls} calls inlined, {done.RemovedMethods} methods gone";
        }
    }
}
