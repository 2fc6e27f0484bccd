using System.Globalization;

namespace Bms.Bench.Scenarios.Cases
{
    /// <summary>What must hold at every cycle of every run, whatever is broken.</summary>
    internal sealed class Invariants
    {
        private const int Trip = 3;

        private readonly ITestBench _bench;
        private readonly Func<double> _positiveDriven;
        private readonly Func<double> _negativeDriven;
        private readonly Func<double> _prechargeDriven;
        private readonly List<string> _failures = [];
        private bool _closedInTrip;

        public Invariants(ITestBench bench)
        {
            _bench = bench;
            _positiveDriven = bench.Model.Reader("Contactor.MainPositive.Driven");
            _negativeDriven = bench.Model.Reader("Contactor.MainNegative.Driven");
            _prechargeDriven = bench.Model.Reader("Contactor.Precharge.Driven");
        }

        /// <summary>Looks after a cycle.</summary>
        /// <param name="timeline">What is broken; null after the timeline.</param>
        public void Look(CaseTimeline? timeline)
        {
            bool driven = _positiveDriven() + _negativeDriven() + _prechargeDriven() > 0;
            if (driven && _bench.Diag.Severity == Trip && !_closedInTrip)
            {
                _closedInTrip = true;
                Fail("a contactor is driven while the controller tells a trip");
            }
        }

        /// <summary>What did not hold.</summary>
        public IReadOnlyList<string> AtEnd() => _failures;

        private void Fail(string message) => _failures.Add(string.Create(CultureInfo.InvariantCulture, $"{message} (at {_bench.TimeUs * 1e-6:0.00} s)"));
    }
}
