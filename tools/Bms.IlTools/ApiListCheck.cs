using Mono.Cecil;
using Mono.Cecil.Rocks;

namespace Bms.IlTools
{
    /// <summary>Holds the reference assemblies against lists of what the device's libraries really have.</summary>
    /// <remarks>
    /// A list is a text file named after the assembly, with one documentation id a line. The reference assemblies may declare less than the list, never more:
    /// a member too many would let code compile here that the device does not have.
    /// </remarks>
    public static class ApiListCheck
    {
        /// <summary>Public and protected members that an assembly declares and its list lacks.</summary>
        /// <param name="assemblyPath">A reference assembly.</param>
        /// <param name="listFolder">Folder with the lists.</param>
        /// <returns>Documentation ids in order; empty where every member is listed.</returns>
        /// <exception cref="FileNotFoundException">The assembly or its list is missing.</exception>
        public static IReadOnlyList<string> FindUnlisted(string assemblyPath, string listFolder)
        {
            using ModuleDefinition module = Assemblies.Read(assemblyPath);
            string list = ListOf(module.Assembly.Name.Name, listFolder);
            var listed = File.ReadLines(list).Select(line => line.Trim()).Where(line => line.Length > 0).ToHashSet(StringComparer.Ordinal);
            return DeclaredIn(module).Where(id => !listed.Contains(id)).Order(StringComparer.Ordinal).ToList();
        }

        /// <summary>Documentation ids of all public and protected members that an assembly declares.</summary>
        /// <param name="assemblyPath">Any assembly.</param>
        public static IReadOnlyList<string> ReadDeclared(string assemblyPath)
        {
            using ModuleDefinition module = Assemblies.Read(assemblyPath);
            return DeclaredIn(module).Order(StringComparer.Ordinal).ToList();
        }

        // A list may bear the name of the package, which has the family's name before that of the assembly.
        private static string ListOf(string assemblyName, string listFolder)
        {
            string path = Path.Combine(listFolder, assemblyName + ".txt");
            string prefixed = Path.Combine(listFolder, "nanoFramework." + assemblyName + ".txt");
            if (!File.Exists(path) && !File.Exists(prefixed))
            {
                throw new FileNotFoundException($"{path}: there is no API list for {assemblyName}; a reference assembly without one cannot be checked.", path);
            }

            return File.Exists(path) ? path : prefixed;
        }

        private static IEnumerable<string> DeclaredIn(ModuleDefinition module)
        {
            foreach (TypeDefinition type in module.GetTypes().Where(IsVisible))
            {
                yield return DocumentationId.Of(type);

                // The compiler gives every enum one field of its own for the value.
                foreach (FieldDefinition field in type.Fields.Where(f => (f.IsPublic || f.IsFamily || f.IsFamilyOrAssembly) && !f.IsSpecialName))
                {
                    yield return DocumentationId.Of(field);
                }

                foreach (PropertyDefinition property in type.Properties.Where(p => IsVisible(p.GetMethod) || IsVisible(p.SetMethod)))
                {
                    yield return DocumentationId.Of(property);
                }

                foreach (EventDefinition @event in type.Events.Where(e => IsVisible(e.AddMethod)))
                {
                    yield return DocumentationId.Of(@event);
                }

                foreach (MethodDefinition method in type.Methods.Where(m => IsVisible(m) && !m.IsGetter && !m.IsSetter && !m.IsAddOn && !m.IsRemoveOn))
                {
                    yield return DocumentationId.Of(method);
                }
            }
        }

        private static bool IsVisible(TypeDefinition type)
        {
            bool isVisible = type.IsPublic || type.IsNestedPublic || type.IsNestedFamily || type.IsNestedFamilyOrAssembly;
            return isVisible && (type.DeclaringType is null || IsVisible(type.DeclaringType));
        }

        private static bool IsVisible(MethodDefinition? method)
        {
            return method is not null && (method.IsPublic || method.IsFamily || method.IsFamilyOrAssembly);
        }
    }
}
