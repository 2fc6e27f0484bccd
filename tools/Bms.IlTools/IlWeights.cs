using Mono.Cecil;
using Mono.Cecil.Cil;

namespace Bms.IlTools
{
    /// <summary>What an instruction costs the interpreter, in tenths of a simple instruction ("IL equivalents").</summary>
    /// <remarks>
    /// Source: instruction counts of the nanoFramework interpreter (x86-64, -Os), rounded; one simple instruction is the unit. Planning value for a
    /// 240 MHz ESP32: 0.5 us per IL equivalent, uncertain by a factor of 2 to 3 each way until measured on a board.
    /// </remarks>
    public static class IlWeights
    {
        /// <summary>Every instruction without a weight of its own.</summary>
        public const int Simple = 10;

        /// <summary>Numeric conversion.</summary>
        public const int Conversion = 15;

        /// <summary>Added to the call instruction: static or instance method, property accessors among them.</summary>
        public const int Call = 100;

        /// <summary>Added to the call instruction: virtual or interface method, delegate.</summary>
        public const int VirtualCall = 160;

        /// <summary>Added to the call instruction: library method, taken to be native.</summary>
        public const int NativeCall = 150;

        /// <summary>Creation of an object or delegate; the constructor's own instructions come on top.</summary>
        public const int NewObject = 500;

        /// <summary>Creation of an array.</summary>
        public const int NewArray = 110;

        /// <summary>One struct among locals, arguments and result, for each call of the method; boxing.</summary>
        public const int Struct = 500;

        /// <summary>Cost of one execution of an instruction, without what the callee executes.</summary>
        internal static int Of(Instruction instruction)
        {
            switch (instruction.OpCode.Code)
            {
                case Code.Newobj:
                    return NewObject;
                case Code.Newarr:
                    return NewArray;
                case Code.Box:
                    return Struct;
                case Code.Call:
                case Code.Callvirt:
                    var called = (MethodReference)instruction.Operand;
                    int structs = called.DeclaringType.Scope is AssemblyNameReference ? AllocationRules.StructsOf(called) : 0;
                    return Simple + OfCall(called, instruction.OpCode.Code == Code.Callvirt) + structs * Struct;
                default:
                    return instruction.OpCode.Name.StartsWith("conv.", StringComparison.Ordinal) ? Conversion : Simple;
            }
        }

        // C# calls nearly every instance method with callvirt, for the null check; only a method that is virtual is looked up.
        private static int OfCall(MethodReference called, bool isCallvirt)
        {
            MethodDefinition? definition = Assemblies.TryResolve(called);
            bool isVirtual = isCallvirt && definition is { IsVirtual: true };
            if (isVirtual)
            {
                return VirtualCall;
            }

            return called.DeclaringType.Scope is AssemblyNameReference ? NativeCall : Call;
        }
    }
}
