using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Bms.IlTools
{
    /// <summary>Rewrites a contract-built assembly so that it counts, while it runs on the PC, what it would cost the device's interpreter.</summary>
    /// <remarks>
    /// Every basic block adds its weight (<see cref="IlWeights"/>) to a counter, and what it allocates to a second one. The counters are static fields of the
    /// type <see cref="CountersType"/> inside the rewritten assembly: read them through <see cref="IlCounters"/>. They are made for one thread.
    /// References to the device's core libraries are turned to those of .NET, where the types of the same names live. The count follows the code: it is
    /// the same on every machine.
    /// </remarks>
    public static class IlMeter
    {
        /// <summary>Full name of the type that holds the counters in a rewritten assembly.</summary>
        public const string CountersType = "Bms.Metering.Counters";

        private static readonly byte[] EcmaKeyToken = [0xb7, 0x7a, 0x5c, 0x56, 0x19, 0x34, 0xe0, 0x89];

        // The device's libraries whose types .NET has under the same names, reachable through its facade "mscorlib".
        private static readonly HashSet<string> CoreLibraries = ["mscorlib", "System.Math", "System.Diagnostics.Stopwatch"];

        /// <summary>Rewrites one assembly.</summary>
        /// <param name="inputPath">A contract-built assembly; its references stand beside it.</param>
        /// <param name="outputPath">Where the rewritten one goes; overwritten.</param>
        /// <param name="stages">Methods whose cost is taken apart, as <c>Namespace.Type::Method</c>; all overloads. A stage inside a stage counts in both.</param>
        /// <exception cref="ArgumentException">A stage names no method with a body.</exception>
        public static void Instrument(string inputPath, string outputPath, IReadOnlyList<string>? stages = null)
        {
            using ModuleDefinition module = Assemblies.Read(inputPath);
            MethodDefinition[] methods = module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody).ToArray();
            string[] stageNames = stages?.ToArray() ?? [];
            foreach (string stage in stageNames)
            {
                if (!methods.Any(m => CallGraph.NameOf(m) == stage))
                {
                    throw new ArgumentException($"{module.Name} has no method {stage}; correct the list of stages.", nameof(stages));
                }
            }

            var counters = new Counters(module, stageNames.Length, methods.Length);
            for (int i = 0; i < methods.Length; i++)
            {
                Rewrite(methods[i], counters, i, Array.IndexOf(stageNames, CallGraph.NameOf(methods[i])));
            }

            counters.AddMethodNames(methods);
            Save(module, outputPath);
        }

        /// <summary>Turns the references of an assembly to .NET without counting anything: for code that drives a rewritten assembly.</summary>
        /// <param name="inputPath">A contract-built assembly.</param>
        /// <param name="outputPath">Where the changed one goes; overwritten.</param>
        public static void Retarget(string inputPath, string outputPath)
        {
            using ModuleDefinition module = Assemblies.Read(inputPath);
            Save(module, outputPath);
        }

        private static void Save(ModuleDefinition module, string outputPath)
        {
            foreach (AssemblyNameReference reference in module.AssemblyReferences.Where(r => CoreLibraries.Contains(r.Name)))
            {
                reference.Name = "mscorlib";
                reference.Version = new Version(4, 0, 0, 0);
                reference.PublicKeyToken = EcmaKeyToken;
            }

            module.Write(outputPath, new WriterParameters { WriteSymbols = false });
        }

        private static void Rewrite(MethodDefinition method, Counters counters, int methodIndex, int stageIndex)
        {
            MethodBody body = method.Body;
            body.SimplifyMacros();
            Instruction[] original = body.Instructions.ToArray();
            HashSet<Instruction> leaders = LeadersOf(body);
            int entryStructs = AllocationRules.OfEntry(method).Count();
            ILProcessor il = body.GetILProcessor();
            var moved = new Dictionary<Instruction, Instruction>();

            for (int i = 0; i < original.Length; i++)
            {
                if (!leaders.Contains(original[i]))
                {
                    continue;
                }

                int cost = i == 0 ? entryStructs * IlWeights.Struct : 0;
                int allocations = i == 0 ? entryStructs : 0;
                for (int j = i; j < original.Length && (j == i || !leaders.Contains(original[j])); j++)
                {
                    cost += IlWeights.Of(original[j]);
                    allocations += AllocationRules.CountOf(original[j]);
                }

                moved[original[i]] = counters.InsertAdditions(il, original[i], cost, allocations, methodIndex);
            }

            Redirect(body, moved);
            if (stageIndex >= 0)
            {
                counters.InsertStage(il, original, stageIndex);
            }

            body.OptimizeMacros();
        }

        private static HashSet<Instruction> LeadersOf(MethodBody body)
        {
            var leaders = new HashSet<Instruction> { body.Instructions[0] };
            foreach (Instruction instruction in body.Instructions)
            {
                if (instruction.Operand is Instruction target)
                {
                    leaders.Add(target);
                }
                else if (instruction.Operand is Instruction[] targets)
                {
                    leaders.UnionWith(targets);
                }

                if (instruction.Next is not null && instruction.OpCode.FlowControl is FlowControl.Branch or FlowControl.Cond_Branch or FlowControl.Return or FlowControl.Throw)
                {
                    leaders.Add(instruction.Next!);
                }
            }

            foreach (ExceptionHandler handler in body.ExceptionHandlers)
            {
                foreach (Instruction? boundary in new[] { handler.TryStart, handler.TryEnd, handler.FilterStart, handler.HandlerStart, handler.HandlerEnd })
                {
                    if (boundary is not null)
                    {
                        leaders.Add(boundary);
                    }
                }
            }

            return leaders;
        }

        private static void Redirect(MethodBody body, Dictionary<Instruction, Instruction> moved)
        {
            Instruction To(Instruction target) => moved.GetValueOrDefault(target, target);

            foreach (Instruction instruction in body.Instructions)
            {
                if (instruction.Operand is Instruction target)
                {
                    instruction.Operand = To(target);
                }
                else if (instruction.Operand is Instruction[] targets)
                {
                    instruction.Operand = Array.ConvertAll(targets, To);
                }
            }

            foreach (ExceptionHandler handler in body.ExceptionHandlers)
            {
                handler.TryStart = To(handler.TryStart);
                handler.TryEnd = To(handler.TryEnd);
                handler.HandlerStart = To(handler.HandlerStart);
                handler.HandlerEnd = handler.HandlerEnd is null ? null : To(handler.HandlerEnd);
                handler.FilterStart = handler.FilterStart is null ? null : To(handler.FilterStart);
            }
        }

        /// <summary>The counters' type in the module, and the code that feeds it.</summary>
        private sealed class Counters
        {
            private readonly ModuleDefinition _module;
            private readonly TypeDefinition _type;
            private readonly FieldDefinition _cost;
            private readonly FieldDefinition _allocations;
            private readonly FieldDefinition _methodCost;
            private readonly FieldDefinition _stageCost;
            private readonly FieldDefinition _stageAllocations;
            private readonly FieldDefinition _stageCalls;
            private readonly ILProcessor _start;

            public Counters(ModuleDefinition module, int stageCount, int methodCount)
            {
                _module = module;
                TypeSystem types = module.TypeSystem;
                string[] name = [CountersType[..CountersType.LastIndexOf('.')], CountersType[(CountersType.LastIndexOf('.') + 1)..]];
                _type = new TypeDefinition(name[0], name[1], TypeAttributes.Public | TypeAttributes.Abstract | TypeAttributes.Sealed, types.Object);
                module.Types.Add(_type);

                var start = new MethodDefinition(".cctor", MethodAttributes.Private | MethodAttributes.Static | MethodAttributes.SpecialName | MethodAttributes.RTSpecialName | MethodAttributes.HideBySig, types.Void);
                _type.Methods.Add(start);
                _start = start.Body.GetILProcessor();
                _cost = AddField(IlCounters.CostField, types.Int64);
                _allocations = AddField(IlCounters.AllocationsField, types.Int64);
                _methodCost = AddArray(IlCounters.MethodCostField, methodCount);
                _stageCost = AddArray(IlCounters.StageCostField, stageCount);
                _stageAllocations = AddArray(IlCounters.StageAllocationsField, stageCount);
                _stageCalls = AddArray(IlCounters.StageCallsField, stageCount);
            }

            public void AddMethodNames(MethodDefinition[] methods)
            {
                TypeSystem types = _module.TypeSystem;
                FieldDefinition names = AddField(IlCounters.MethodNamesField, new ArrayType(types.String));
                _start.Emit(OpCodes.Ldc_I4, methods.Length);
                _start.Emit(OpCodes.Newarr, types.String);
                for (int i = 0; i < methods.Length; i++)
                {
                    _start.Emit(OpCodes.Dup);
                    _start.Emit(OpCodes.Ldc_I4, i);
                    _start.Emit(OpCodes.Ldstr, CallGraph.NameOf(methods[i]));
                    _start.Emit(OpCodes.Stelem_Ref);
                }

                _start.Emit(OpCodes.Stsfld, names);
                _start.Emit(OpCodes.Ret);
            }

            /// <summary>Puts the additions before an instruction, and gives the first of them.</summary>
            public Instruction InsertAdditions(ILProcessor il, Instruction before, int cost, int allocations, int methodIndex)
            {
                Instruction first = il.Create(OpCodes.Ldsfld, _cost);
                il.InsertBefore(before, first);
                InsertSum(il, before, cost);
                il.InsertBefore(before, il.Create(OpCodes.Stsfld, _cost));

                InsertElement(il, before, _methodCost, methodIndex);
                InsertSum(il, before, cost);
                il.InsertBefore(before, il.Create(OpCodes.Stind_I8));

                if (allocations > 0)
                {
                    il.InsertBefore(before, il.Create(OpCodes.Ldsfld, _allocations));
                    InsertSum(il, before, allocations);
                    il.InsertBefore(before, il.Create(OpCodes.Stsfld, _allocations));
                }

                return first;
            }

            /// <summary>Notes the counters at the entry of a stage and books the difference before each of its returns.</summary>
            public void InsertStage(ILProcessor il, Instruction[] original, int stageIndex)
            {
                var costBefore = new VariableDefinition(_module.TypeSystem.Int64);
                var allocationsBefore = new VariableDefinition(_module.TypeSystem.Int64);
                il.Body.Variables.Add(costBefore);
                il.Body.Variables.Add(allocationsBefore);

                foreach (Instruction instruction in original.Where(i => i.OpCode.Code == Code.Ret))
                {
                    InsertDifference(il, instruction, _stageCost, _cost, costBefore, stageIndex);
                    InsertDifference(il, instruction, _stageAllocations, _allocations, allocationsBefore, stageIndex);
                    InsertElement(il, instruction, _stageCalls, stageIndex);
                    InsertSum(il, instruction, 1);
                    il.InsertBefore(instruction, il.Create(OpCodes.Stind_I8));
                }

                // Before the first block's own addition, to which a loop may come back.
                Instruction entry = il.Body.Instructions[0];
                il.InsertBefore(entry, il.Create(OpCodes.Ldsfld, _cost));
                il.InsertBefore(entry, il.Create(OpCodes.Stloc, costBefore));
                il.InsertBefore(entry, il.Create(OpCodes.Ldsfld, _allocations));
                il.InsertBefore(entry, il.Create(OpCodes.Stloc, allocationsBefore));
            }

            private static void InsertDifference(ILProcessor il, Instruction before, FieldDefinition array, FieldDefinition counter, VariableDefinition atEntry, int index)
            {
                InsertElement(il, before, array, index);
                il.InsertBefore(before, il.Create(OpCodes.Ldsfld, counter));
                il.InsertBefore(before, il.Create(OpCodes.Ldloc, atEntry));
                il.InsertBefore(before, il.Create(OpCodes.Sub));
                il.InsertBefore(before, il.Create(OpCodes.Add));
                il.InsertBefore(before, il.Create(OpCodes.Stind_I8));
            }

            // Leaves the address of the element and its value on the stack.
            private static void InsertElement(ILProcessor il, Instruction before, FieldDefinition array, int index)
            {
                il.InsertBefore(before, il.Create(OpCodes.Ldsfld, array));
                il.InsertBefore(before, il.Create(OpCodes.Ldc_I4, index));
                il.InsertBefore(before, il.Create(OpCodes.Ldelema, array.Module.TypeSystem.Int64));
                il.InsertBefore(before, il.Create(OpCodes.Dup));
                il.InsertBefore(before, il.Create(OpCodes.Ldind_I8));
            }

            private static void InsertSum(ILProcessor il, Instruction before, int addend)
            {
                il.InsertBefore(before, il.Create(OpCodes.Ldc_I4, addend));
                il.InsertBefore(before, il.Create(OpCodes.Conv_I8));
                il.InsertBefore(before, il.Create(OpCodes.Add));
            }

            private FieldDefinition AddField(string name, TypeReference type)
            {
                var field = new FieldDefinition(name, FieldAttributes.Public | FieldAttributes.Static, type);
                _type.Fields.Add(field);
                return field;
            }

            private FieldDefinition AddArray(string name, int length)
            {
                FieldDefinition field = AddField(name, new ArrayType(_module.TypeSystem.Int64));
                _start.Emit(OpCodes.Ldc_I4, length);
                _start.Emit(OpCodes.Newarr, _module.TypeSystem.Int64);
                _start.Emit(OpCodes.Stsfld, field);
                return field;
            }
        }
    }
}
