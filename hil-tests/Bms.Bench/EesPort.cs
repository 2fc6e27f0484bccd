using Bms.Plant.Pack;

namespace Bms.Bench
{
    /// <summary>Electrical errors of the simulated pack.</summary>
    internal sealed class EesPort : IEesPort
    {
        private readonly PackFaults _faults;

        public EesPort(PackFaults faults)
        {
            _faults = faults;
        }

        public void Inject(PackFault fault, int element = 0, double value = 0) => _faults.Inject(fault, element, value);

        public void Clear(PackFault fault, int element = 0) => _faults.Clear(fault, element);

        public void ClearAll() => _faults.ClearAll();
    }
}
