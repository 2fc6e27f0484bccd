using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlInliner
{
    /// <summary>One call, in whose place the called method's instructions go.</summary>
    internal sealed class CallSite
    {
        private readonly MethodDefinition _host;
        private readonly MethodDefinition _callee;
        private readonly Instruction _call;
        private readonly LocalPool _locals;

        // For each argument: the one instruction that gives it and may be repeated, or the local in which it lies.
        private readonly Instruction?[] _simple;
        private readonly VariableDefinition?[] _stored;

        /// <param name="host">Method with the call, in long forms.</param>
        /// <param name="call">The call.</param>
        /// <param name="callee">What it calls, in long forms.</param>
        /// <param name="locals">Locals of the host that its call sites share.</param>
        public CallSite(MethodDefinition host, Instruction call, MethodDefinition callee, LocalPool locals)
        {
            _host = host;
            _callee = callee;
            _call = call;
            _locals = locals;
            int count = callee.Parameters.Count + (callee.HasThis ? 1 : 0);
            _simple = new Instruction?[count];
            _stored = new VariableDefinition?[count];
        }

        /// <summary>Puts the instructions in the place of the call.</summary>
        public void Inline()
        {
            FindSimpleArguments();
            var end = Instruction.Create(OpCodes.Nop);
            List<Instruction> all = StoreArguments();
            int stores = all.Count;
            all.AddRange(Copy(end));
            if (stores > 0)
            {
                DropRoundTrip(all, stores - 1);
            }

            all.Add(end);

            // A branch to the call comes to where its arguments lie on the stack, which is here.
            MethodCode.Blank(_call);
            ILProcessor il = _host.Body.GetILProcessor();
            Instruction at = _call;
            foreach (Instruction instruction in all)
            {
                il.InsertAfter(at, instruction);
                at = instruction;
            }

            _locals.Release();
        }

        private void FindSimpleArguments()
        {
            HashSet<Instruction> targets = MethodCode.TargetsOf(_host.Body);
            var changed = new HashSet<object>();
            Instruction end = _call;
            for (int i = _simple.Length - 1; i >= 0 && !targets.Contains(end); i--)
            {
                Instruction? start = MethodCode.ProducerBefore(end, targets);
                if (start is null)
                {
                    return;
                }

                for (Instruction at = start; at != end; at = at.Next)
                {
                    if (at.OpCode.Code is Code.Stloc or Code.Starg)
                    {
                        changed.Add(at.Operand);
                    }
                }

                if (start.Next == end && IsSimple(start) && !changed.Contains(start.Operand ?? start) && IsOnlyRead(i))
                {
                    _simple[i] = MethodCode.Like(start);
                    MethodCode.Blank(start);
                }

                end = start;
            }
        }

        // What the called method cannot change, and what costs as much as a local of its own.
        private bool IsSimple(Instruction instruction)
        {
            return instruction.OpCode.Code switch
            {
                Code.Ldc_I4 or Code.Ldnull => true,
                Code.Ldloc => !_locals.Contains((VariableDefinition)instruction.Operand) && !IsAddressed(instruction.Operand),
                Code.Ldarg => !IsAddressed(instruction.Operand),
                _ => false,
            };
        }

        private bool IsAddressed(object variable)
        {
            return _host.Body.Instructions.Any(i => i.OpCode.Code is Code.Ldloca or Code.Ldarga && i.Operand == variable);
        }

        private bool IsOnlyRead(int argument)
        {
            return !_callee.Body.Instructions.Any(i => i.OpCode.Code is Code.Starg or Code.Ldarga && MethodCode.ArgumentOf(_callee, i) == argument);
        }

        private List<Instruction> StoreArguments()
        {
            var stores = new List<Instruction>();
            for (int i = _simple.Length - 1; i >= 0; i--)
            {
                if (_simple[i] is null)
                {
                    int parameter = i - (_callee.HasThis ? 1 : 0);
                    _stored[i] = _locals.Take(parameter < 0 ? _callee.DeclaringType : _callee.Parameters[parameter].ParameterType);
                    stores.Add(Instruction.Create(OpCodes.Stloc, _stored[i]));
                }
            }

            return stores;
        }

        private List<Instruction> Copy(Instruction end)
        {
            var locals = _callee.Body.Variables.ToDictionary(v => v, v => _locals.Take(v.VariableType));
            var copies = new Dictionary<Instruction, Instruction>();
            Instruction last = _callee.Body.Instructions[^1];
            foreach (Instruction original in _callee.Body.Instructions)
            {
                Instruction copy = MethodCode.Like(original);
                int argument = MethodCode.ArgumentOf(_callee, original);
                if (argument >= 0)
                {
                    Place(copy, argument);
                }
                else if (original.Operand is VariableDefinition local)
                {
                    copy.Operand = locals[local];
                }
                else if (original.OpCode == OpCodes.Ret)
                {
                    copy.OpCode = original == last ? OpCodes.Nop : OpCodes.Br;
                    copy.Operand = original == last ? null : end;
                }

                copies.Add(original, copy);
            }

            foreach (Instruction copy in copies.Values)
            {
                copy.Operand = copy.Operand switch
                {
                    Instruction target when target != end => copies[target],
                    Instruction[] several => Array.ConvertAll(several, target => copies[target]),
                    _ => copy.Operand,
                };
            }

            return [.. _callee.Body.Instructions.Select(original => copies[original])];
        }

        private void Place(Instruction copy, int argument)
        {
            if (_simple[argument] is Instruction simple)
            {
                copy.OpCode = simple.OpCode;
                copy.Operand = simple.Operand;
                return;
            }

            copy.OpCode = copy.OpCode.Code switch
            {
                Code.Ldarg => OpCodes.Ldloc,
                Code.Starg => OpCodes.Stloc,
                _ => OpCodes.Ldloca,
            };
            copy.Operand = _stored[argument];
        }

        // A value that is stored, taken back at once and never again may stay on the stack.
        private static void DropRoundTrip(List<Instruction> all, int store)
        {
            object local = all[store].Operand;
            Instruction load = all[store + 1];
            bool isTarget = all.Any(i => i.Operand == load || (i.Operand is Instruction[] several && several.Contains(load)));
            if (load.OpCode == OpCodes.Ldloc && load.Operand == local && all.Count(i => i.Operand == local) == 2 && !isTarget)
            {
                all.RemoveRange(store, 2);
            }
        }
    }
}
