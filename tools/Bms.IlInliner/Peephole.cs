using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlInliner
{
    /// <summary>Takes out what inlining leaves behind: jumps to jumps, truth values made only to be asked for, what nothing reaches.</summary>
    internal static class Peephole
    {
        /// <summary>Until nothing is left to do.</summary>
        /// <param name="method">Method in long forms.</param>
        public static void Run(MethodDefinition method)
        {
            MethodBody body = method.Body;
            do
            {
                RemoveUnreached(body);
                RemoveBlanks(body);
            }
            while (ShortenJumps(body) | AnswerKnownQuestions(body) | FuseComparisons(body));
        }

        private static bool ShortenJumps(MethodBody body)
        {
            bool isChanged = false;
            foreach (Instruction at in body.Instructions)
            {
                if (at.Operand is not Instruction target || at.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Cond_Branch))
                {
                    continue;
                }

                if (target.OpCode == OpCodes.Br && target.Operand != target && target.Operand != at.Operand)
                {
                    at.Operand = target.Operand;
                    isChanged = true;
                }
                else if (at.OpCode == OpCodes.Br && target == at.Next)
                {
                    MethodCode.Blank(at);
                    isChanged = true;
                }
                else if (at.OpCode == OpCodes.Br && target.OpCode == OpCodes.Ret)
                {
                    at.OpCode = OpCodes.Ret;
                    at.Operand = null;
                    isChanged = true;
                }
            }

            return isChanged;
        }

        // A constant goes on to a branch that asks whether it is zero.
        private static bool AnswerKnownQuestions(MethodBody body)
        {
            bool isChanged = false;
            HashSet<Instruction> targets = MethodCode.TargetsOf(body);
            for (Instruction? at = body.Instructions[0]; at is not null; at = at.Next)
            {
                Instruction? next = at.Next;
                if (at.OpCode != OpCodes.Ldc_I4 || next is null)
                {
                    continue;
                }

                bool jumps = next.OpCode == OpCodes.Br && !targets.Contains(next);
                Instruction question = jumps ? (Instruction)next.Operand : next;
                if (question.OpCode != OpCodes.Brtrue && question.OpCode != OpCodes.Brfalse)
                {
                    continue;
                }

                bool isTaken = ((int)at.Operand != 0) == (question.OpCode == OpCodes.Brtrue);
                at.OpCode = OpCodes.Br;
                at.Operand = isTaken ? question.Operand : question.Next;
                isChanged = true;
            }

            return isChanged;
        }

        // Pairs whose meaning is the same for every operand, not-a-number among them.
        private static bool FuseComparisons(MethodBody body)
        {
            bool isChanged = false;
            HashSet<Instruction> targets = MethodCode.TargetsOf(body);
            for (Instruction? at = body.Instructions[0]; at?.Next is not null; at = at.Next)
            {
                Instruction next = at.Next;
                if (at.OpCode == OpCodes.Ldc_I4 && (int)at.Operand == 0 && (next.OpCode == OpCodes.Beq || next.OpCode == OpCodes.Bne_Un) && !targets.Contains(next))
                {
                    MethodCode.Blank(at);
                    next.OpCode = next.OpCode == OpCodes.Beq ? OpCodes.Brfalse : OpCodes.Brtrue;
                    isChanged = true;
                    continue;
                }

                if (targets.Contains(next) || (next.OpCode != OpCodes.Brtrue && next.OpCode != OpCodes.Brfalse))
                {
                    continue;
                }

                bool isTrue = next.OpCode == OpCodes.Brtrue;
                OpCode? fused = at.OpCode.Code switch
                {
                    Code.Ceq => isTrue ? OpCodes.Beq : OpCodes.Bne_Un,
                    Code.Cgt when isTrue => OpCodes.Bgt,
                    Code.Clt when isTrue => OpCodes.Blt,
                    _ => null,
                };
                if (fused is not null)
                {
                    MethodCode.Blank(at);
                    next.OpCode = fused.Value;
                    isChanged = true;
                }
            }

            return isChanged;
        }

        private static void RemoveBlanks(MethodBody body)
        {
            MethodCode.Redirect(body, target => AfterBlanks(target) ?? target);
            ILProcessor il = body.GetILProcessor();
            foreach (Instruction blank in body.Instructions.Where(i => i.OpCode == OpCodes.Nop && AfterBlanks(i) is not null).ToArray())
            {
                il.Remove(blank);
            }
        }

        private static Instruction? AfterBlanks(Instruction? at)
        {
            while (at is not null && at.OpCode == OpCodes.Nop)
            {
                at = at.Next;
            }

            return at;
        }

        private static void RemoveUnreached(MethodBody body)
        {
            var reached = new HashSet<Instruction>();
            var open = new Stack<Instruction>();
            open.Push(body.Instructions[0]);
            while (open.TryPop(out Instruction? at))
            {
                if (!reached.Add(at))
                {
                    continue;
                }

                if (at.Operand is Instruction target)
                {
                    open.Push(target);
                }
                else if (at.Operand is Instruction[] several)
                {
                    Array.ForEach(several, open.Push);
                }

                if (at.OpCode.FlowControl is not (FlowControl.Branch or FlowControl.Return or FlowControl.Throw) && at.Next is not null)
                {
                    open.Push(at.Next);
                }
            }

            ILProcessor il = body.GetILProcessor();
            foreach (Instruction dead in body.Instructions.Where(i => !reached.Contains(i)).ToArray())
            {
                il.Remove(dead);
            }
        }
    }
}
