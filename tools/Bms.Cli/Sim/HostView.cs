using Bms.Bench;
using Bms.Core.Messages;

namespace Bms.Cli.Sim
{
    /// <summary>What a host tool knows of the pack: the controller's own frames, decoded with the generated message code. Nothing else.</summary>
    internal sealed class HostView : ICanTap
    {
        private const int NotAvailable = SignalValue.NotAvailable;

        /// <summary>State of the contactors, or -1 before the first frame.</summary>
        public int State { get; private set; } = -1;

        /// <summary>Pack voltage in mV.</summary>
        public int PackVoltageMv { get; private set; } = NotAvailable;

        /// <summary>Pack current in mA, positive charges.</summary>
        public int PackCurrentMa { get; private set; } = NotAvailable;

        /// <summary>True while the heater is driven.</summary>
        public bool HeaterOn { get; private set; }

        /// <summary>True while cooling is driven.</summary>
        public bool CoolingOn { get; private set; }

        /// <summary>True while cells are bled.</summary>
        public bool BalancingOn { get; private set; }

        /// <summary>Positive main, negative main and precharge contactor are driven.</summary>
        public (bool MainPositive, bool MainNegative, bool Precharge) Coils { get; private set; }

        /// <summary>Highest severity.</summary>
        public int Severity { get; private set; }

        /// <summary>Charging limit in mA.</summary>
        public int ChargeLimitMa { get; private set; } = NotAvailable;

        /// <summary>Discharging limit in mA, as a magnitude.</summary>
        public int DischargeLimitMa { get; private set; } = NotAvailable;

        /// <summary>Lowest cell in mV.</summary>
        public int LowestCellMv { get; private set; } = NotAvailable;

        /// <summary>Highest cell in mV.</summary>
        public int HighestCellMv { get; private set; } = NotAvailable;

        /// <summary>Number of the lowest cell, from 1.</summary>
        public int LowestCellNumber { get; private set; } = NotAvailable;

        /// <summary>Number of the highest cell, from 1.</summary>
        public int HighestCellNumber { get; private set; } = NotAvailable;

        /// <summary>Lowest temperature in 0.1 degC.</summary>
        public int LowestDeciC { get; private set; } = NotAvailable;

        /// <summary>Highest temperature in 0.1 degC.</summary>
        public int HighestDeciC { get; private set; } = NotAvailable;

        /// <summary>State of charge in 0.01 %.</summary>
        public int SocCentiPct { get; private set; } = NotAvailable;

        /// <summary>Its standard deviation in 0.1 %.</summary>
        public int SocUncertaintyPermille { get; private set; } = NotAvailable;

        /// <inheritdoc/>
        public void OnFrame(long timeUs, uint id, bool isExtended, byte[] data, int length)
        {
            // The controller's reports begin here; nine of ten frames end with this comparison.
            if (id < PackStatus.Id || isExtended)
            {
                return;
            }

            switch (id)
            {
                case PackStatus.Id:
                    State = PackStatus.UnpackState(data);
                    PackVoltageMv = PackStatus.UnpackPackVoltageMv(data);
                    PackCurrentMa = PackStatus.UnpackPackCurrentMa(data);
                    HeaterOn = PackStatus.UnpackHeaterOn(data) == 1;
                    CoolingOn = PackStatus.UnpackCoolingOn(data) == 1;
                    BalancingOn = PackStatus.UnpackBalancingOn(data) == 1;
                    Severity = PackStatus.UnpackSeverity(data);
                    Coils = (PackStatus.UnpackMainPositiveClosed(data) == 1, PackStatus.UnpackMainNegativeClosed(data) == 1, PackStatus.UnpackPrechargeClosed(data) == 1);
                    break;
                case Limits.Id:
                    ChargeLimitMa = Limits.UnpackChargeCurrentLimitMa(data);
                    DischargeLimitMa = Limits.UnpackDischargeCurrentLimitMa(data);
                    break;
                case CellExtremes.Id:
                    LowestCellMv = CellExtremes.UnpackLowestCellMv(data);
                    HighestCellMv = CellExtremes.UnpackHighestCellMv(data);
                    LowestCellNumber = CellExtremes.UnpackLowestCellNumber(data);
                    HighestCellNumber = CellExtremes.UnpackHighestCellNumber(data);
                    break;
                case TemperatureExtremes.Id:
                    LowestDeciC = TemperatureExtremes.UnpackLowestTemperatureDeciC(data);
                    HighestDeciC = TemperatureExtremes.UnpackHighestTemperatureDeciC(data);
                    break;
                case StateEstimates.Id:
                    SocCentiPct = StateEstimates.UnpackSocCentiPct(data);
                    SocUncertaintyPermille = StateEstimates.UnpackSocUncertaintyPermille(data);
                    break;
                default:
                    break;
            }
        }

        /// <summary>A value scaled, or NaN where it is not available.</summary>
        public static double Scaled(int value, double scale) => value == NotAvailable ? double.NaN : value * scale;
    }
}
