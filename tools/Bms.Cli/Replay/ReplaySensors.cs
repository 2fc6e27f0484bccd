using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Cli.Replay
{
    /// <summary>Everything that speaks to the firmware in a replay: one cell module with one cell and one temperature, the pack sensor and the host.</summary>
    internal sealed class ReplaySensors
    {
        private const int ModulePeriodCycles = ModuleVoltagesA.PeriodMs / 10;
        private const int VoltagesPeriodCycles = SensorVoltages.PeriodMs / 10;

        /// <summary>Noise of a usual current sensor in mA for each Ah of the cell: 20 mA for 3 Ah.</summary>
        public const double CurrentNoisePerAh = 6.67;

        // The others: 1 mV, 0.2 degC.
        private const double VoltageNoiseMv = 1;
        private const double TemperatureNoiseDeciC = 2;

        private readonly ReplayBus _bus;
        private readonly ReplayOptions _options;
        private readonly Random? _noise;
        private readonly double _currentNoiseMa;
        private readonly int[] _counters = new int[7];
        private double _currentRemainderMa;

        public ReplaySensors(ReplayBus bus, ReplayOptions options)
        {
            _bus = bus;
            _options = options;
            _noise = options.Seed is ulong seed ? new Random(unchecked((int)(seed ^ (seed >> 32)))) : null;
            _currentNoiseMa = CurrentNoisePerAh * options.EffectiveCapacityAh;
        }

        /// <summary>Sends what is due in a cycle.</summary>
        /// <param name="cycle">Cycle of 10 ms from 0.</param>
        /// <param name="currentA">True current in A, positive charges.</param>
        /// <param name="voltageV">True voltage in V.</param>
        /// <param name="temperatureC">True temperature in degC.</param>
        public void Send(long cycle, double currentA, double voltageV, double temperatureC)
        {
            SendCurrent(currentA);
            if (cycle % VoltagesPeriodCycles == 0)
            {
                SendVoltages(voltageV);
            }

            // The four frames of the module and the host's command come in five different cycles, as they would on a bus.
            switch (cycle % ModulePeriodCycles)
            {
                case 0: SendCell(voltageV); break;
                case 1: SendNothing(ModuleVoltagesB.BaseId, 1); break;
                case 2: SendNothing(ModuleVoltagesC.BaseId, 2); break;
                case 3: SendTemperature(temperatureC); break;
                case 4: SendHost(); break;
                default: break;
            }
        }

        // The remainder of rounding goes into the next frame, as in a sensor that integrates: else 0.5 mA too much or too little would last for hours.
        private void SendCurrent(double currentA)
        {
            double ma = (((currentA * _options.CurrentGain) + _options.CurrentOffsetA) * 1000) + Noise(_currentNoiseMa) + _currentRemainderMa;
            double rounded = Math.Round(ma);
            _currentRemainderMa = ma - rounded;
            byte[] d = _bus.Blank();
            SensorCurrent.PackCurrentMa(d, (int)rounded);
            SensorCurrent.PackSensorStatus(d, SensorCurrent.SensorStatusOk);
            _bus.Seal(SensorCurrent.Id, SensorCurrent.Length, d, ref _counters[0]);
        }

        private void SendVoltages(double voltageV)
        {
            int mv = (int)Math.Round(voltageV * 1000);
            byte[] d = _bus.Blank();
            SensorVoltages.PackPackVoltageMv(d, mv);
            SensorVoltages.PackLinkVoltageMv(d, mv);
            _bus.Seal(SensorVoltages.Id, SensorVoltages.Length, d, ref _counters[1]);
        }

        private void SendCell(double voltageV)
        {
            byte[] d = _bus.Blank();
            ModuleVoltagesA.PackCellVoltage1Mv(d, (int)Math.Round(((voltageV + _options.VoltageOffsetV) * 1000) + Noise(VoltageNoiseMv)));
            ModuleVoltagesA.PackCellVoltage2Mv(d, SignalValue.NotAvailable);
            ModuleVoltagesA.PackCellVoltage3Mv(d, SignalValue.NotAvailable);
            ModuleVoltagesA.PackCellVoltage4Mv(d, SignalValue.NotAvailable);
            _bus.Seal(ModuleVoltagesA.BaseId, ModuleVoltagesA.Length, d, ref _counters[2]);
        }

        // B and C have the same layout as A.
        private void SendNothing(uint id, int block)
        {
            byte[] d = _bus.Blank();
            ModuleVoltagesB.PackCellVoltage1Mv(d, SignalValue.NotAvailable);
            ModuleVoltagesB.PackCellVoltage2Mv(d, SignalValue.NotAvailable);
            ModuleVoltagesB.PackCellVoltage3Mv(d, SignalValue.NotAvailable);
            ModuleVoltagesB.PackCellVoltage4Mv(d, SignalValue.NotAvailable);
            _bus.Seal(id, ModuleVoltagesB.Length, d, ref _counters[2 + block]);
        }

        private void SendTemperature(double temperatureC)
        {
            byte[] d = _bus.Blank();
            ModuleTemperatures.PackTemperature1DeciC(d, (int)Math.Round((temperatureC * 10) + Noise(TemperatureNoiseDeciC)));
            ModuleTemperatures.PackTemperature2DeciC(d, SignalValue.NotAvailable);
            ModuleTemperatures.PackTemperature3DeciC(d, SignalValue.NotAvailable);
            ModuleTemperatures.PackTemperature4DeciC(d, SignalValue.NotAvailable);
            _bus.Seal(ModuleTemperatures.BaseId, ModuleTemperatures.Length, d, ref _counters[5]);
        }

        private void SendHost()
        {
            byte[] d = _bus.Blank();
            HostCommand.PackMode(d, HostCommand.ModeDrive);
            _bus.Seal(HostCommand.Id, HostCommand.Length, d, ref _counters[6]);
        }

        /// <summary>A normal number of mean 0 and standard deviation 1, after Box and Muller.</summary>
        internal static double Gaussian(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());

        private double Noise(double sigma)
        {
            if (_noise is null)
            {
                return 0;
            }

            return sigma * Gaussian(_noise);
        }
    }
}
