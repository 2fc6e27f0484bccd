using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlInliner
{
    /// <summary>Puts methods in the place of their calls: the device's interpreter spends as much on a call as on ten simple instructions, and does not do it itself.</summary>
    /// <remarks>
    /// A method that nobody outside can see and that has one call goes there and is gone; a small one goes to each of its calls, except in constructors, which run once.
    /// What it computes stays the same to the bit, order of evaluation included; only a call on null of a method that does not look at its object is no longer noticed.
    /// Left alone: virtual and generic methods, constructors, methods with exception handlers or structs, those marked NoInlining, recursive ones, and calls across <c>border</c>.
    /// </remarks>
    public sealed class Inliner
    {
        /// <summary>Most instructions of a method that takes no more room than its call.</summary>
        public const int AccessorInstructions = 4;

        /// <summary>Most instructions of a method that goes to each of its calls in hot methods.</summary>
        public const int SmallInstructions = 16;

        /// <summary>Most instructions of a method that goes to its calls in hot methods where these are few.</summary>
        public const int MediumInstructions = 80;

        /// <summary>How many calls these are.</summary>
        public const int FewCalls = 2;

        private readonly ModuleDefinition _module;
        private readonly IReadOnlySet<string> _border;
        private readonly bool _showsInternals;
        private readonly Dictionary<MethodDefinition, int> _calls = [];
        private readonly HashSet<MethodDefinition> _pointedTo = [];
        private readonly HashSet<MethodDefinition> _done = [];
        private readonly HashSet<MethodDefinition> _inWork = [];
        private readonly HashSet<MethodDefinition> _hot = [];

        private Inliner(ModuleDefinition module, IReadOnlySet<string> border)
        {
            _module = module;
            _border = border;
            _showsInternals = module.Assembly.CustomAttributes.Any(a => a.AttributeType.Name == "InternalsVisibleToAttribute");
        }

        /// <summary>Calls that are gone.</summary>
        public int InlinedCalls { get; private set; }

        /// <summary>Methods that are gone.</summary>
        public int RemovedMethods { get; private set; }

        /// <summary>Works on a module in memory.</summary>
        /// <param name="module">The module; its references must resolve.</param>
        /// <param name="border">Full names of types that live in another assembly on the device: no call between them and the others is touched.</param>
        /// <param name="roots">Methods that have to be fast with all that they call, as <c>Namespace.Type::Method</c>; every method where there are none.</param>
        /// <exception cref="ArgumentException">A root names no method with a body.</exception>
        public static Inliner Run(ModuleDefinition module, IReadOnlySet<string> border, IReadOnlyList<string> roots)
        {
            var inliner = new Inliner(module, border);
            inliner.FindHot(roots);
            inliner.Run();
            return inliner;
        }

        private void FindHot(IReadOnlyList<string> roots)
        {
            MethodDefinition[] all = [.. _module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody)];
            if (roots.FirstOrDefault(root => !all.Any(m => NameOf(m) == root)) is string missing)
            {
                throw new ArgumentException($"there is no method {missing}; correct the roots", nameof(roots));
            }

            var open = new Stack<MethodDefinition>(all.Where(m => roots.Count == 0 || roots.Contains(NameOf(m))));
            while (open.TryPop(out MethodDefinition? method))
            {
                if (!_hot.Add(method))
                {
                    continue;
                }

                foreach (MethodReference reference in method.Body.Instructions.Select(i => i.Operand).OfType<MethodReference>())
                {
                    if (reference.Resolve() is { } called && called.Module == _module)
                    {
                        Array.ForEach([.. all.Where(m => m == called || (called.IsVirtual && m.IsVirtual && m.Name == called.Name))], open.Push);
                    }
                }
            }
        }

        private static string NameOf(MethodDefinition method) => $"{method.DeclaringType.FullName}::{method.Name}";

        private void Run()
        {
            MethodDefinition[] methods = [.. _module.GetTypes().SelectMany(t => t.Methods).Where(m => m.HasBody)];
            foreach (MethodDefinition method in methods)
            {
                MethodCode.Open(method);
                foreach (Instruction instruction in method.Body.Instructions)
                {
                    Count(instruction);
                }
            }

            foreach (MethodDefinition method in methods)
            {
                Work(method);
            }

            foreach (MethodDefinition method in methods.Where(m => m.DeclaringType is not null))
            {
                MethodCode.Close(method);
            }
        }

        private void Count(Instruction instruction)
        {
            if (instruction.Operand is not MethodReference reference || reference.Resolve() is not { } method || method.Module != _module)
            {
                return;
            }

            if (instruction.OpCode.Code is Code.Call or Code.Callvirt)
            {
                _calls[method] = _calls.GetValueOrDefault(method) + 1;
            }
            else
            {
                _pointedTo.Add(method);
            }
        }

        // What a method calls comes first, so that what goes into it is finished.
        private void Work(MethodDefinition method)
        {
            if (!_done.Add(method))
            {
                return;
            }

            _inWork.Add(method);
            var locals = new LocalPool(method);
            Dictionary<Instruction, SequencePoint> lines = LinesOf(method);
            bool isChanged = false;
            foreach (Instruction call in method.Body.Instructions.ToArray())
            {
                if (call.OpCode.Code is not (Code.Call or Code.Callvirt) || ((MethodReference)call.Operand).Resolve() is not { HasBody: true } callee || callee.Module != _module)
                {
                    continue;
                }

                Work(callee);
                if (!_inWork.Contains(callee) && CanMove(callee) && IsWorthIt(method, callee) && IsAllowedThere(method, call, callee) && method.Body.Variables.Count + callee.Body.Variables.Count + callee.Parameters.Count < LocalPool.MaxLocals)
                {
                    new CallSite(method, call, callee, locals).Inline();
                    if (callee.DeclaringType != method.DeclaringType)
                    {
                        Access.Widen(callee.Body);
                    }

                    isChanged = true;
                    InlinedCalls++;
                    Forget(callee);
                }
            }

            if (isChanged)
            {
                Peephole.Run(method);
                KeepLines(method, lines);
            }

            _inWork.Remove(method);
        }

        private static bool CanMove(MethodDefinition callee)
        {
            return !callee.IsVirtual && !callee.IsConstructor && !callee.NoInlining && !callee.HasGenericParameters && !callee.Body.HasExceptionHandlers
                && !callee.DeclaringType.IsValueType && !callee.DeclaringType.HasGenericParameters
                && !CallsProtected(callee) && callee.Parameters.All(p => IsPlain(p.ParameterType)) && callee.Body.Variables.All(v => IsPlain(v.VariableType));
        }

        private static bool CallsProtected(MethodDefinition callee)
        {
            return callee.Body.Instructions.Any(i => i.Operand is MethodReference reference && reference.Resolve() is { IsFamily: true });
        }

        // A loop must not carry values on the stack from one turn into the next (ECMA-335, III.1.7.5).
        private static bool IsAllowedThere(MethodDefinition host, Instruction call, MethodDefinition callee)
        {
            return !MethodCode.HasLoop(callee.Body) || MethodCode.DepthBefore(host.Body, call) == StackEffect.Pops(call);
        }

        private bool IsWorthIt(MethodDefinition host, MethodDefinition callee)
        {
            if (host.IsConstructor || host.Body.HasExceptionHandlers || _border.Contains(host.DeclaringType.FullName) != _border.Contains(callee.DeclaringType.FullName))
            {
                return false;
            }

            int length = callee.Body.Instructions.Count;
            int calls = _calls[callee];
            bool isHidden = IsHidden(callee);
            if (length <= AccessorInstructions || (calls == 1 && isHidden))
            {
                return true;
            }

            return _hot.Contains(host) && (callee.AggressiveInlining || length <= SmallInstructions || (length <= MediumInstructions && calls <= FewCalls));
        }

        private bool IsHidden(MethodDefinition callee)
        {
            bool isInternal = callee.IsAssembly || callee.DeclaringType.IsNotPublic;
            return !_pointedTo.Contains(callee) && (callee.IsPrivate || callee.DeclaringType.IsNestedPrivate || (isInternal && !_showsInternals));
        }

        private void Forget(MethodDefinition callee)
        {
            if (--_calls[callee] == 0 && IsHidden(callee))
            {
                callee.DeclaringType.Methods.Remove(callee);
                RemovedMethods++;
            }
            else
            {
                // Its calls are now in one more place.
                foreach (Instruction instruction in callee.Body.Instructions)
                {
                    Count(instruction);
                }
            }
        }

        private static bool IsPlain(TypeReference type)
        {
            return type is not (ByReferenceType or PointerType or GenericInstanceType) && (!type.IsValueType || type.IsPrimitive || type.Resolve() is { IsEnum: true });
        }

        // The line of every instruction, of which the compiler notes only where one begins.
        private static Dictionary<Instruction, SequencePoint> LinesOf(MethodDefinition method)
        {
            IDictionary<Instruction, SequencePoint> noted = method.DebugInformation.GetSequencePointMapping();
            var lines = new Dictionary<Instruction, SequencePoint>();
            SequencePoint? line = method.DebugInformation.SequencePoints.FirstOrDefault();
            foreach (Instruction instruction in method.Body.Instructions)
            {
                line = noted.TryGetValue(instruction, out SequencePoint? begins) ? begins : line;
                if (line is not null)
                {
                    lines.Add(instruction, line);
                }
            }

            return lines;
        }

        // What was put in counts as the line of its call; names of locals no longer tell whose they are.
        private static void KeepLines(MethodDefinition method, Dictionary<Instruction, SequencePoint> lines)
        {
            MethodDebugInformation symbols = method.DebugInformation;
            SequencePoint? line = symbols.SequencePoints.FirstOrDefault();
            symbols.SequencePoints.Clear();
            symbols.Scope = null;
            bool isFirst = true;
            foreach (Instruction instruction in method.Body.Instructions)
            {
                SequencePoint? its = lines.GetValueOrDefault(instruction, line!);
                if (its is not null && (isFirst || its != line))
                {
                    symbols.SequencePoints.Add(new SequencePoint(instruction, its.Document) { StartLine = its.StartLine, StartColumn = its.StartColumn, EndLine = its.EndLine, EndColumn = its.EndColumn });
                    line = its;
                    isFirst = false;
                }
            }
        }
    }
}
