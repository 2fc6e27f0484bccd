namespace Bms.IlTools
{
    /// <summary>The rules of the IL scan, each with the reason why the device needs it.</summary>
    /// <remarks>Source of the reasons: behaviour of the nanoFramework metadata processor and interpreter, version 1.x.</remarks>
    public static class ContractRule
    {
        /// <summary>Generic type or method, defined or used.</summary>
        public const string Generic = "generic";

        /// <summary>Array with more than one dimension.</summary>
        public const string MultiDimensionalArray = "multi-dimensional-array";

        /// <summary>Interface member with a body.</summary>
        public const string DefaultInterfaceMethod = "default-interface-method";

        /// <summary>Static abstract or virtual interface member.</summary>
        public const string StaticAbstract = "static-abstract";

        /// <summary>Pointer, fixed buffer, pinned local or stackalloc.</summary>
        public const string Pointer = "pointer";

        /// <summary>Double where it is not allowed.</summary>
        public const string Double = "double";

        /// <summary>Decimal.</summary>
        public const string Decimal = "decimal";

        /// <summary>Arithmetic or conversion with an overflow check.</summary>
        public const string Checked = "checked";

        /// <summary>Call through a function pointer.</summary>
        public const string IndirectCall = "calli";

        /// <summary>Allocation in a method that the control cycle reaches.</summary>
        public const string CycleAllocation = "cycle-allocation";

        /// <summary>All rules and their reasons, in the order of the documentation.</summary>
        public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
        {
            [Generic] = "Generics pass the compiler and the metadata processor, then crash the interpreter or return garbage.",
            [MultiDimensionalArray] = "The metadata processor stops at them; use an array of arrays or compute the index.",
            [DefaultInterfaceMethod] = "The interpreter throws when it is called; put the body into a class.",
            [StaticAbstract] = "The interpreter cannot dispatch static interface members.",
            [Pointer] = "The metadata processor stops at fixed pointers, and stackalloc throws at run time; use an array made at start.",
            [Double] = "The ESP32 computes double in software; use int or float, and convert the result of System.Math to float at once.",
            [Decimal] = "The device has no decimal.",
            [Checked] = "The interpreter does not trap: an overflow would pass unnoticed. Compare before the operation instead.",
            [IndirectCall] = "The interpreter has no call through a function pointer; use a delegate made at start.",
            [CycleAllocation] = "What the cycle allocates brings a garbage collection, which stops the world for milliseconds; make it at start. A struct is a heap object there.",
        };

        /// <summary>The reason for a rule.</summary>
        public static string ReasonOf(string rule)
        {
            return Reasons.TryGetValue(rule, out string? reason) ? reason : string.Empty;
        }
    }
}
