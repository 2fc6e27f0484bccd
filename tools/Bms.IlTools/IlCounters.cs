using System.Reflection;

namespace Bms.IlTools
{
    /// <summary>Reads the counters of an assembly that <see cref="IlMeter"/> rewrote.</summary>
    public sealed class IlCounters
    {
        internal const string CostField = "Cost";
        internal const string AllocationsField = "Allocations";
        internal const string MethodCostField = "MethodCost";
        internal const string MethodNamesField = "MethodNames";
        internal const string StageCostField = "StageCost";
        internal const string StageAllocationsField = "StageAllocations";
        internal const string StageCallsField = "StageCalls";

        private readonly FieldInfo _cost;
        private readonly FieldInfo _allocations;
        private readonly long[] _methodCost;
        private readonly long[] _stageCost;
        private readonly long[] _stageAllocations;
        private readonly long[] _stageCalls;

        /// <param name="metered">A rewritten assembly, loaded.</param>
        /// <exception cref="ArgumentException">The assembly has no counters.</exception>
        public IlCounters(Assembly metered)
        {
            Type type = metered.GetType(IlMeter.CountersType)
                ?? throw new ArgumentException($"{metered.GetName().Name} has no counters; rewrite it with IlMeter.Instrument first.", nameof(metered));
            _cost = type.GetField(CostField)!;
            _allocations = type.GetField(AllocationsField)!;
            _methodCost = (long[])type.GetField(MethodCostField)!.GetValue(null)!;
            _stageCost = (long[])type.GetField(StageCostField)!.GetValue(null)!;
            _stageAllocations = (long[])type.GetField(StageAllocationsField)!.GetValue(null)!;
            _stageCalls = (long[])type.GetField(StageCallsField)!.GetValue(null)!;
            MethodNames = (string[])type.GetField(MethodNamesField)!.GetValue(null)!;
        }

        /// <summary>Cost since the last reset, in tenths of an IL equivalent.</summary>
        public long CostTenths => (long)_cost.GetValue(null)!;

        /// <summary>Heap objects made since the last reset, by the interpreter's rules (structs count).</summary>
        public long Allocations => (long)_allocations.GetValue(null)!;

        /// <summary>Cost inside each stage and all that it called, in tenths of an IL equivalent, in the order given to the meter.</summary>
        public IReadOnlyList<long> StageCostTenths => _stageCost;

        /// <summary>Heap objects made inside each stage and all that it called.</summary>
        public IReadOnlyList<long> StageAllocations => _stageAllocations;

        /// <summary>Completed calls of each stage.</summary>
        public IReadOnlyList<long> StageCalls => _stageCalls;

        /// <summary>Names of all methods, in the order of <see cref="MethodCostTenths"/>.</summary>
        public IReadOnlyList<string> MethodNames { get; }

        /// <summary>Cost of each method without what it called, in tenths of an IL equivalent: tells where the budget goes.</summary>
        public IReadOnlyList<long> MethodCostTenths => _methodCost;

        /// <summary>Sets every counter to zero.</summary>
        public void Reset()
        {
            _cost.SetValue(null, 0L);
            _allocations.SetValue(null, 0L);
            Array.Clear(_methodCost);
            Array.Clear(_stageCost);
            Array.Clear(_stageAllocations);
            Array.Clear(_stageCalls);
        }
    }
}
