using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace Bms.IlInliner
{
    /// <summary>What the passes need to know about a method's instructions. They hold no short forms while a pass works on them.</summary>
    internal static class MethodCode
    {
        /// <summary>Every instruction that a branch or a switch names.</summary>
        public static HashSet<Instruction> TargetsOf(MethodBody body)
        {
            var targets = new HashSet<Instruction>();
            foreach (Instruction instruction in body.Instructions)
            {
                if (instruction.Operand is Instruction target)
                {
                    targets.Add(target);
                }
                else if (instruction.Operand is Instruction[] several)
                {
                    targets.UnionWith(several);
                }
            }

            return targets;
        }

        /// <summary>Turns every branch to one instruction into one to another.</summary>
        public static void Redirect(MethodBody body, Func<Instruction, Instruction> to)
        {
            foreach (Instruction instruction in body.Instructions)
            {
                if (instruction.Operand is Instruction target)
                {
                    instruction.Operand = to(target);
                }
                else if (instruction.Operand is Instruction[] several)
                {
                    instruction.Operand = Array.ConvertAll(several, target => to(target));
                }
            }
        }

        /// <summary>First of the instructions that leave one value on the stack and end before <paramref name="end"/>; null where they are not one straight piece.</summary>
        public static Instruction? ProducerBefore(Instruction end, HashSet<Instruction> targets)
        {
            int missing = 1;
            for (Instruction? at = end.Previous; at is not null; at = at.Previous)
            {
                int pops = StackEffect.Pops(at);
                int pushes = StackEffect.Pushes(at);
                if (at.OpCode.FlowControl is not (FlowControl.Next or FlowControl.Call) || pops == int.MaxValue || pushes > missing)
                {
                    return null;
                }

                missing += pops - pushes;
                if (missing == 0)
                {
                    return at;
                }

                if (targets.Contains(at))
                {
                    return null;
                }
            }

            return null;
        }

        /// <summary>Number of values on the stack before an instruction; 0 where nothing reaches it.</summary>
        public static int DepthBefore(MethodBody body, Instruction sought)
        {
            var seen = new HashSet<Instruction>();
            var open = new Stack<(Instruction At, int Depth)>();
            open.Push((body.Instructions[0], 0));
            while (open.TryPop(out (Instruction At, int Depth) step))
            {
                (Instruction at, int depth) = step;
                if (at == sought)
                {
                    return depth;
                }

                if (!seen.Add(at) || at.OpCode.FlowControl is FlowControl.Return or FlowControl.Throw)
                {
                    continue;
                }

                depth += StackEffect.Pushes(at) - StackEffect.Pops(at);
                foreach (Instruction target in at.Operand as Instruction[] ?? (at.Operand is Instruction one ? [one] : []))
                {
                    open.Push((target, depth));
                }

                if (at.OpCode.FlowControl != FlowControl.Branch && at.Next is not null)
                {
                    open.Push((at.Next, depth));
                }
            }

            return 0;
        }

        /// <summary>True where an instruction branches to one before it.</summary>
        public static bool HasLoop(MethodBody body)
        {
            var passed = new HashSet<Instruction>();
            foreach (Instruction instruction in body.Instructions)
            {
                passed.Add(instruction);
                if (instruction.Operand is Instruction target ? passed.Contains(target) : instruction.Operand is Instruction[] several && several.Any(passed.Contains))
                {
                    return true;
                }
            }

            return false;
        }

        /// <summary>Number of the argument that an instruction names, with "this" as 0; -1 for every other instruction.</summary>
        public static int ArgumentOf(MethodDefinition method, Instruction instruction)
        {
            if (instruction.OpCode.Code is not (Code.Ldarg or Code.Starg or Code.Ldarga))
            {
                return -1;
            }

            var parameter = (ParameterDefinition)instruction.Operand;
            return parameter == method.Body.ThisParameter ? 0 : parameter.Index + (method.HasThis ? 1 : 0);
        }

        /// <summary>An instruction of its own that does the same.</summary>
        public static Instruction Like(Instruction instruction)
        {
            var copy = Instruction.Create(OpCodes.Nop);
            copy.OpCode = instruction.OpCode;
            copy.Operand = instruction.Operand;
            return copy;
        }

        /// <summary>Takes the place of an instruction without any effect, so that branches to it stay right; <see cref="Peephole"/> takes it out.</summary>
        public static void Blank(Instruction instruction)
        {
            instruction.OpCode = OpCodes.Nop;
            instruction.Operand = null;
        }

        /// <summary>Long forms, for the passes.</summary>
        public static void Open(MethodDefinition method)
        {
            method.Body.SimplifyMacros();
        }

        /// <summary>Short forms again.</summary>
        public static void Close(MethodDefinition method)
        {
            method.Body.OptimizeMacros();
        }
    }
}
