using Mono.Cecil;

namespace Bms.IlTools
{
    /// <summary>Opens assemblies the one way that all tools here need them.</summary>
    internal static class Assemblies
    {
        /// <summary>Reads a module with its debug information where there is any; references resolve beside it and nowhere else.</summary>
        public static ModuleDefinition Read(string path)
        {
            if (!File.Exists(path))
            {
                throw new FileNotFoundException($"{path}: no such assembly; build it first (dotnet build Bms.sln).", path);
            }

            var resolver = new DefaultAssemblyResolver();
            foreach (string directory in resolver.GetSearchDirectories())
            {
                resolver.RemoveSearchDirectory(directory);
            }

            resolver.AddSearchDirectory(Path.GetDirectoryName(Path.GetFullPath(path)));
            return ModuleDefinition.ReadModule(path, new ReaderParameters
            {
                AssemblyResolver = resolver,
                InMemory = true,
                ReadSymbols = File.Exists(Path.ChangeExtension(path, ".pdb")),
            });
        }

        /// <summary>The definition behind a reference, or null where its assembly is not at hand.</summary>
        public static TypeDefinition? TryResolve(TypeReference reference)
        {
            try
            {
                return reference.Resolve();
            }
            catch (AssemblyResolutionException)
            {
                return null;
            }
        }

        /// <summary>The definition behind a reference, or null where its assembly is not at hand.</summary>
        public static MethodDefinition? TryResolve(MethodReference reference)
        {
            try
            {
                return reference.Resolve();
            }
            catch (AssemblyResolutionException)
            {
                return null;
            }
        }

        /// <summary>True for a value type that the interpreter keeps on the heap: neither a primitive nor an enum. In doubt true.</summary>
        public static bool IsHeapStruct(TypeReference type)
        {
            if (type is RequiredModifierType or OptionalModifierType)
            {
                return IsHeapStruct(((TypeSpecification)type).ElementType);
            }

            if (type is TypeSpecification || !type.IsValueType || type.IsPrimitive || type.MetadataType is MetadataType.Void or MetadataType.IntPtr or MetadataType.UIntPtr)
            {
                return false;
            }

            return TryResolve(type) is not { IsEnum: true };
        }
    }
}
