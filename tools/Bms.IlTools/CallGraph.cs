using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Bms.IlTools
{
    /// <summary>Which methods of a module a set of entry points can reach. Virtual calls reach every override in the module.</summary>
    internal static class CallGraph
    {
        /// <summary>All methods with a body that the roots reach, the roots first.</summary>
        /// <exception cref="ArgumentException">A root names no method.</exception>
        public static IReadOnlyList<MethodDefinition> ReachableFrom(ModuleDefinition module, IEnumerable<string> roots)
        {
            MethodDefinition[] all = module.GetTypes().SelectMany(t => t.Methods).ToArray();
            var overriders = OverridersOf(all);
            var found = new List<MethodDefinition>();
            var seen = new HashSet<MethodDefinition>();
            var waiting = new Queue<MethodDefinition>();

            foreach (string root in roots)
            {
                MethodDefinition[] entries = all.Where(m => NameOf(m) == root).ToArray();
                if (entries.Length == 0)
                {
                    throw new ArgumentException($"{module.Name} has no method {root}; correct the list of entry points.", nameof(roots));
                }

                foreach (MethodDefinition entry in entries)
                {
                    waiting.Enqueue(entry);
                }
            }

            while (waiting.TryDequeue(out MethodDefinition? method))
            {
                if (!seen.Add(method))
                {
                    continue;
                }

                if (overriders.TryGetValue(method, out List<MethodDefinition>? overriding))
                {
                    overriding.ForEach(waiting.Enqueue);
                }

                if (!method.HasBody)
                {
                    continue;
                }

                found.Add(method);
                foreach (Instruction instruction in method.Body.Instructions)
                {
                    if (instruction.Operand is MethodReference reference && reference.DeclaringType.Scope == module && Assemblies.TryResolve(reference) is { } called)
                    {
                        waiting.Enqueue(called);
                    }
                }
            }

            return found;
        }

        /// <summary>Name of a method as entry points and stages are written: <c>Namespace.Type::Method</c>.</summary>
        public static string NameOf(MethodDefinition method)
        {
            return $"{method.DeclaringType.FullName}::{method.Name}";
        }

        private static Dictionary<MethodDefinition, List<MethodDefinition>> OverridersOf(IEnumerable<MethodDefinition> methods)
        {
            var result = new Dictionary<MethodDefinition, List<MethodDefinition>>();
            foreach (MethodDefinition method in methods.Where(m => m.IsVirtual && !m.DeclaringType.IsInterface))
            {
                foreach (MethodDefinition overridden in OverriddenBy(method))
                {
                    if (!result.TryGetValue(overridden, out List<MethodDefinition>? list))
                    {
                        result.Add(overridden, list = []);
                    }

                    list.Add(method);
                }
            }

            return result;
        }

        private static IEnumerable<MethodDefinition> OverriddenBy(MethodDefinition method)
        {
            MethodDefinition current = method;
            while (true)
            {
                MethodDefinition next = current.GetBaseMethod();
                if (next == current)
                {
                    break;
                }

                yield return next;
                current = next;
            }

            for (TypeDefinition? type = method.DeclaringType; type is not null; type = type.BaseType is null ? null : Assemblies.TryResolve(type.BaseType))
            {
                foreach (InterfaceImplementation implemented in type.Interfaces)
                {
                    TypeDefinition? contract = Assemblies.TryResolve(implemented.InterfaceType);
                    foreach (MethodDefinition declared in contract?.Methods ?? [])
                    {
                        bool isExplicit = method.Overrides.Any(o => Assemblies.TryResolve(o) == declared);
                        if (isExplicit || (method.Name == declared.Name && method.Parameters.Count == declared.Parameters.Count))
                        {
                            yield return declared;
                        }
                    }
                }
            }
        }
    }
}
