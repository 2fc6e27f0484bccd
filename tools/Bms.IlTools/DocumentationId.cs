using System.Text;
using Mono.Cecil;

namespace Bms.IlTools
{
    /// <summary>Documentation ids of definitions, as the C# compiler writes them into documentation files (C# standard, annex D).</summary>
    internal static class DocumentationId
    {
        public static string Of(TypeDefinition type)
        {
            return "T:" + NameOf(type);
        }

        public static string Of(FieldDefinition field)
        {
            return $"F:{NameOf(field.DeclaringType)}.{field.Name}";
        }

        public static string Of(EventDefinition @event)
        {
            return $"E:{NameOf(@event.DeclaringType)}.{@event.Name}";
        }

        public static string Of(PropertyDefinition property)
        {
            return $"P:{NameOf(property.DeclaringType)}.{property.Name}{ParametersOf(property.Parameters)}";
        }

        public static string Of(MethodDefinition method)
        {
            string name = method.Name.Replace('.', '#');
            string arity = method.HasGenericParameters ? "``" + method.GenericParameters.Count : string.Empty;
            string result = method.Name is "op_Implicit" or "op_Explicit" ? "~" + NameOf(method.ReturnType) : string.Empty;
            return $"M:{NameOf(method.DeclaringType)}.{name}{arity}{ParametersOf(method.Parameters)}{result}";
        }

        private static string ParametersOf(ICollection<ParameterDefinition> parameters)
        {
            return parameters.Count == 0 ? string.Empty : "(" + string.Join(",", parameters.Select(p => NameOf(p.ParameterType))) + ")";
        }

        private static string NameOf(TypeReference type)
        {
            switch (type)
            {
                case ByReferenceType reference:
                    return NameOf(reference.ElementType) + "@";
                case PointerType pointer:
                    return NameOf(pointer.ElementType) + "*";
                case ArrayType array:
                    return NameOf(array.ElementType) + (array.Rank == 1 ? "[]" : "[" + string.Join(",", Enumerable.Repeat("0:", array.Rank)) + "]");
                case GenericParameter parameter:
                    return (parameter.Type == GenericParameterType.Method ? "``" : "`") + parameter.Position;
                case RequiredModifierType or OptionalModifierType:
                    return NameOf(((TypeSpecification)type).ElementType);
                case GenericInstanceType generic:
                    var name = new StringBuilder(NameOf(generic.ElementType));
                    int tick = name.ToString().LastIndexOf('`');
                    name.Length = tick < 0 ? name.Length : tick;
                    return name.Append('{').AppendJoin(',', generic.GenericArguments.Select(NameOf)).Append('}').ToString();
                default:
                    return type.FullName.Replace('/', '.');
            }
        }
    }
}
