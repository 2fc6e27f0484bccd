using Bms.IlInliner;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Bms.IlTools
{
    /// <summary>What a scan is told about the assembly.</summary>
    public sealed class ContractScanOptions
    {
        /// <summary>Full names of types in which double is allowed, because they never run in the cycle. Nested types count as theirs.</summary>
        public IReadOnlyCollection<string> DoubleAllowedIn { get; init; } = [];

        /// <summary>Methods at which the control cycle enters, as <c>Namespace.Type::Method</c>; all overloads. Empty: nothing is held to the rules of the cycle.</summary>
        public IReadOnlyCollection<string> CycleRoots { get; init; } = [];
    }

    /// <summary>Reads the IL of a contract-built assembly and names every place that the device cannot take.</summary>
    /// <remarks>
    /// The compiler stops what the reference assemblies do not declare; this finds what compiles without a library and fails on the device all the same.
    /// References are looked up beside the assembly, so that a struct can be told from an enum.
    /// </remarks>
    public sealed class ContractScan
    {
        private readonly List<ContractFinding> _findings = [];
        private readonly HashSet<ContractFinding> _seen = [];
        private readonly ContractScanOptions _options;
        private readonly ModuleDefinition _module;

        private ContractScan(ModuleDefinition module, ContractScanOptions options)
        {
            _module = module;
            _options = options;
        }

        /// <summary>Scans one assembly.</summary>
        /// <param name="assemblyPath">The assembly; its portable debug file is read where it stands beside it.</param>
        /// <param name="options">Exceptions and entry points.</param>
        /// <returns>All findings in the order of the code; empty where the device can take the assembly.</returns>
        /// <exception cref="FileNotFoundException">There is no such file.</exception>
        /// <exception cref="BadImageFormatException">The file is no assembly.</exception>
        /// <exception cref="ArgumentException">A cycle root names no method of the assembly: a renamed entry point must not switch the check off.</exception>
        public static IReadOnlyList<ContractFinding> Scan(string assemblyPath, ContractScanOptions? options = null)
        {
            using ModuleDefinition module = Assemblies.Read(assemblyPath);
            var scan = new ContractScan(module, options ?? new ContractScanOptions());
            foreach (TypeDefinition type in module.GetTypes())
            {
                scan.ScanType(type);
            }

            scan.ScanCycle();
            return scan._findings;
        }

        private void ScanType(TypeDefinition type)
        {
            if (type.HasGenericParameters)
            {
                Report(ContractRule.Generic, $"generic type {type.FullName}", type);
            }

            ScanAttributes(type, type);
            if (type.BaseType is not null)
            {
                ScanReference(type.BaseType, "base type", type);
            }

            foreach (InterfaceImplementation implemented in type.Interfaces)
            {
                ScanReference(implemented.InterfaceType, "interface", type);
            }

            foreach (FieldDefinition field in type.Fields)
            {
                ScanReference(field.FieldType, $"field {field.Name}", field);
                ScanAttributes(field, field);
            }

            foreach (PropertyDefinition property in type.Properties)
            {
                ScanAttributes(property, property);
            }

            foreach (MethodDefinition method in type.Methods)
            {
                ScanMethod(method);
            }
        }

        private void ScanAttributes(ICustomAttributeProvider provider, IMemberDefinition member)
        {
            foreach (CustomAttribute attribute in provider.CustomAttributes)
            {
                ScanReference(attribute.AttributeType, "attribute", member);
            }
        }

        private void ScanMethod(MethodDefinition method)
        {
            if (method.HasGenericParameters)
            {
                Report(ContractRule.Generic, "generic method", method);
            }

            if (method.DeclaringType.IsInterface)
            {
                if (method.IsStatic && (method.IsAbstract || method.IsVirtual))
                {
                    Report(ContractRule.StaticAbstract, "static interface member without a fixed body", method);
                }
                else if (!method.IsStatic && method.HasBody)
                {
                    Report(ContractRule.DefaultInterfaceMethod, "interface member with a body", method);
                }
            }

            ScanAttributes(method, method);
            ScanReference(method.ReturnType, "result", method);
            foreach (ParameterDefinition parameter in method.Parameters)
            {
                ScanReference(parameter.ParameterType, $"parameter {parameter.Name}", method);
            }

            if (!method.HasBody)
            {
                return;
            }

            foreach (VariableDefinition variable in method.Body.Variables)
            {
                ScanReference(variable.VariableType, "local variable", method);
            }

            foreach (ExceptionHandler handler in method.Body.ExceptionHandlers)
            {
                if (handler.CatchType is not null)
                {
                    ScanReference(handler.CatchType, "catch clause", method);
                }
            }

            foreach (Instruction instruction in method.Body.Instructions)
            {
                ScanInstruction(instruction, method);
            }
        }

        private void ScanInstruction(Instruction instruction, MethodDefinition method)
        {
            switch (instruction.OpCode.Code)
            {
                case Code.Localloc:
                    Report(ContractRule.Pointer, "stackalloc", method, instruction);
                    break;
                case Code.Cpblk:
                case Code.Initblk:
                    Report(ContractRule.Pointer, "block copy through pointers", method, instruction);
                    break;
                case Code.Calli:
                    Report(ContractRule.IndirectCall, "call through a function pointer", method, instruction);
                    break;
                case Code.Ldc_R8:
                case Code.Conv_R8:
                    if (!IsDoubleAllowed(method) && !FeedsMath(instruction))
                    {
                        Report(ContractRule.Double, instruction.OpCode.Code == Code.Ldc_R8 ? "double constant" : "conversion to double", method, instruction);
                    }

                    break;
                case Code.Ldelem_R8:
                case Code.Stelem_R8:
                case Code.Ldind_R8:
                case Code.Stind_R8:
                    if (!IsDoubleAllowed(method))
                    {
                        Report(ContractRule.Double, "access to a double", method, instruction);
                    }

                    break;
                default:
                    if (instruction.OpCode.Name.Contains(".ovf", StringComparison.Ordinal))
                    {
                        Report(ContractRule.Checked, $"overflow check {instruction.OpCode.Name}", method, instruction);
                    }

                    break;
            }

            switch (instruction.Operand)
            {
                case MethodReference called:
                    ScanCall(called, method, instruction);
                    break;
                case FieldReference field:
                    ScanReference(field.DeclaringType, "use of a field of", method, instruction);
                    ScanReference(field.FieldType, $"use of field {field.Name} of", method, instruction);
                    break;
                case TypeReference type:
                    ScanReference(type, "use of", method, instruction);
                    break;
            }
        }

        private void ScanCall(MethodReference called, MethodDefinition method, Instruction instruction)
        {
            if (called is GenericInstanceMethod)
            {
                Report(ContractRule.Generic, $"call of generic method {called.Name}", method, instruction);
            }

            ScanReference(called.DeclaringType, "call into", method, instruction);
            foreach (ParameterDefinition parameter in called.Parameters)
            {
                // A double argument was made by an instruction of its own, and is reported there.
                if (!IsDouble(parameter.ParameterType))
                {
                    ScanReference(parameter.ParameterType, $"argument of {called.Name}", method, instruction);
                }
            }

            if (!IsDouble(called.ReturnType))
            {
                ScanReference(called.ReturnType, $"result of {called.Name}", method, instruction);
            }
            else if (!IsDoubleAllowed(method) && !(IsMath(called) && ReturnsToFloat(instruction)))
            {
                Report(ContractRule.Double, $"double result of {called.Name}", method, instruction);
            }
        }

        private void ScanReference(TypeReference reference, string place, IMemberDefinition member, Instruction? instruction = null)
        {
            switch (reference)
            {
                case GenericInstanceType generic:
                    Report(ContractRule.Generic, $"{place} {generic.FullName}", member, instruction);
                    return;
                case GenericParameter parameter:
                    Report(ContractRule.Generic, $"{place} {parameter.Name}", member, instruction);
                    return;
                case ArrayType { Rank: > 1 } array:
                    Report(ContractRule.MultiDimensionalArray, $"{place} {array.FullName}", member, instruction);
                    return;
                case PointerType or PinnedType or FunctionPointerType:
                    Report(ContractRule.Pointer, $"{place} {reference.FullName}", member, instruction);
                    return;
                case TypeSpecification specification:
                    ScanReference(specification.ElementType, place, member, instruction);
                    return;
            }

            if (reference.HasGenericParameters)
            {
                Report(ContractRule.Generic, $"{place} {reference.FullName}", member, instruction);
            }
            else if (IsDouble(reference) && !IsDoubleAllowed(member))
            {
                Report(ContractRule.Double, $"{place} {reference.FullName}", member, instruction);
            }
            else if (reference.FullName == "System.Decimal")
            {
                Report(ContractRule.Decimal, $"{place} {reference.FullName}", member, instruction);
            }
        }

        private static bool IsDouble(TypeReference type)
        {
            return type.MetadataType == MetadataType.Double || type.FullName == "System.Double";
        }

        private bool IsDoubleAllowed(IMemberDefinition member)
        {
            TypeDefinition? type = member as TypeDefinition ?? member.DeclaringType;
            while (type is not null)
            {
                if (_options.DoubleAllowedIn.Contains(type.FullName))
                {
                    return true;
                }

                type = type.DeclaringType;
            }

            return false;
        }

        private static bool IsMath(MethodReference method)
        {
            return method.DeclaringType.FullName == "System.Math";
        }

        private static bool ReturnsToFloat(Instruction call)
        {
            return call.Next is not null && call.Next.OpCode.Code == Code.Conv_R4;
        }

        // System.Math has few float overloads on the device. The way in is allowed where the value goes nowhere but into such a call,
        // whose result becomes a float at once: the double then lives for one native call.
        private static bool FeedsMath(Instruction producer)
        {
            int above = 0;
            for (Instruction? next = producer.Next; next is not null; next = next.Next)
            {
                if (next.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw)
                {
                    return false;
                }

                int taken = StackEffect.Pops(next);
                if (taken > above)
                {
                    return next.Operand is MethodReference method && IsMath(method) && (!IsDouble(method.ReturnType) || ReturnsToFloat(next));
                }

                above += StackEffect.Pushes(next) - taken;
            }

            return false;
        }

        private void ScanCycle()
        {
            if (_options.CycleRoots.Count == 0)
            {
                return;
            }

            foreach (MethodDefinition method in CallGraph.ReachableFrom(_module, _options.CycleRoots))
            {
                foreach (string place in AllocationRules.OfEntry(method))
                {
                    Report(ContractRule.CycleAllocation, place, method);
                }

                foreach (Instruction instruction in method.Body.Instructions)
                {
                    string? what = AllocationRules.OfInstruction(instruction);
                    if (what is not null)
                    {
                        Report(ContractRule.CycleAllocation, what, method, instruction);
                    }
                }
            }
        }

        private void Report(string rule, string message, IMemberDefinition member, Instruction? instruction = null)
        {
            SequencePoint? point = SourceOf(member, instruction);
            var finding = new ContractFinding(rule, message, point?.Document.Url, point?.StartLine ?? 0, member.FullName);
            if (_seen.Add(finding))
            {
                _findings.Add(finding);
            }
        }

        private static SequencePoint? SourceOf(IMemberDefinition member, Instruction? instruction)
        {
            if (member is MethodDefinition { HasBody: true } method)
            {
                SequencePoint? best = null;
                foreach (SequencePoint point in method.DebugInformation.SequencePoints)
                {
                    if (!point.IsHidden && (best is null || (instruction is not null && point.Offset <= instruction.Offset)))
                    {
                        best = point;
                    }
                }

                if (best is not null)
                {
                    return best;
                }
            }

            TypeDefinition? type = member as TypeDefinition ?? member.DeclaringType;
            return type?.Methods.SelectMany(m => m.DebugInformation.SequencePoints).Where(p => !p.IsHidden).OrderBy(p => p.StartLine).FirstOrDefault();
        }
    }
}
