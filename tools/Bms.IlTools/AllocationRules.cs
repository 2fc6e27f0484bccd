using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlTools
{
    /// <summary>What the interpreter allocates: one account for the scan, which forbids it in the cycle, and for the meter, which counts it.</summary>
    internal static class AllocationRules
    {
        /// <summary>The objects that merely entering a method makes: one for each struct among its locals, arguments and result.</summary>
        public static IEnumerable<string> OfEntry(MethodDefinition method)
        {
            if (method.HasBody)
            {
                foreach (VariableDefinition variable in method.Body.Variables)
                {
                    if (Assemblies.IsHeapStruct(variable.VariableType))
                    {
                        yield return $"struct local {variable.VariableType.FullName}";
                    }
                }
            }

            foreach (ParameterDefinition parameter in method.Parameters)
            {
                if (Assemblies.IsHeapStruct(parameter.ParameterType))
                {
                    yield return $"struct argument {parameter.ParameterType.FullName}";
                }
            }

            if (Assemblies.IsHeapStruct(method.ReturnType))
            {
                yield return $"struct result {method.ReturnType.FullName}";
            }
        }

        /// <summary>Number of objects that one execution of an instruction makes, the callee's own not among them.</summary>
        public static int CountOf(Instruction instruction)
        {
            switch (instruction.OpCode.Code)
            {
                case Code.Newobj:
                case Code.Newarr:
                case Code.Box:
                    return 1;
                case Code.Call:
                case Code.Callvirt:
                    return OfExternalCall((MethodReference)instruction.Operand);
                default:
                    return 0;
            }
        }

        /// <summary>What an instruction allocates, or null. An exception on its way to be thrown does not count: it ends the cycle anyway.</summary>
        public static string? OfInstruction(Instruction instruction)
        {
            if (CountOf(instruction) == 0)
            {
                return null;
            }

            switch (instruction.OpCode.Code)
            {
                case Code.Newobj:
                    return instruction.Next?.OpCode.Code == Code.Throw ? null : $"new {((MethodReference)instruction.Operand).DeclaringType.FullName}";
                case Code.Newarr:
                    return $"new {((TypeReference)instruction.Operand).FullName}[]";
                case Code.Box:
                    return $"boxing of {((TypeReference)instruction.Operand).FullName}";
                default:
                    return $"object made by {((MethodReference)instruction.Operand).FullName}";
            }
        }

        /// <summary>Number of structs among the arguments and the result of a method.</summary>
        public static int StructsOf(MethodReference called)
        {
            return called.Parameters.Count(p => Assemblies.IsHeapStruct(p.ParameterType)) + (Assemblies.IsHeapStruct(called.ReturnType) ? 1 : 0);
        }

        // What a library call makes cannot be read from the reference assembly. A string, an array or a struct that comes out of a method is new;
        // what a property gives is taken to exist already, unless it is a struct.
        private static int OfExternalCall(MethodReference called)
        {
            if (called.DeclaringType.Scope is not AssemblyNameReference)
            {
                return 0;
            }

            bool isGetter = called.Name.StartsWith("get_", StringComparison.Ordinal);
            bool makesObject = !isGetter && (called.ReturnType.MetadataType == MetadataType.String || called.ReturnType.IsArray);
            return StructsOf(called) + (makesObject ? 1 : 0);
        }
    }
}
