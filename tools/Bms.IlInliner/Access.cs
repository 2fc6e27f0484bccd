using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlInliner
{
    /// <summary>Opens private members to the rest of their assembly, where code that uses them has moved to another type.</summary>
    internal static class Access
    {
        public static void Widen(MethodBody moved)
        {
            foreach (Instruction instruction in moved.Instructions)
            {
                switch (instruction.Operand)
                {
                    case FieldReference reference when reference.Resolve() is { } field && field.Module == moved.Method.Module:
                        WidenField(field);
                        Widen(field.DeclaringType);
                        break;
                    case MethodReference reference when reference.Resolve() is { } method && method.Module == moved.Method.Module:
                        WidenMethod(method);
                        Widen(method.DeclaringType);
                        break;
                }
            }
        }

        private static void WidenField(FieldDefinition field)
        {
            if (field.IsPrivate)
            {
                field.IsAssembly = true;
            }
            else if (field.IsFamily)
            {
                field.IsFamilyOrAssembly = true;
            }
        }

        // A virtual one keeps its access: those that override it must have the same.
        private static void WidenMethod(MethodDefinition method)
        {
            if (method.IsPrivate)
            {
                method.IsAssembly = true;
            }
        }

        private static void Widen(TypeDefinition type)
        {
            if (type.IsNestedPrivate)
            {
                type.IsNestedAssembly = true;
            }
        }
    }
}
