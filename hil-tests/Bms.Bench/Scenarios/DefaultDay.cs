using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.Core.Protection;
using Bms.Plant.Cells;
using Bms.Plant.Pack;

namespace Bms.Bench.Scenarios
{
    /// <summary>The scenario of <c>bms sim</c>: a 96-cell NMC pack through a drive, a rest, a charge at -10 degC and a cooling failure under a load that knows no limits.</summary>
    /// <remarks>
    /// Every expectation is judged against the truth of the plant, with thresholds from the controller's own parameter block. About 2.5 h of virtual time.
    /// A cell whose own heat is too small for the last part, such as an LFP cell made for power, goes through the first three phases.
    /// To bring the pack to a temperature in minutes, a conditioning unit of the chamber takes over the coolant between the phases, as on a real bench.
    /// </remarks>
    public static class DefaultDay
    {
        // Load of the cooling failure, as a multiple of the capacity in an hour, and how much a cell must warm itself under it to reach its trip before it is empty.
        private const double FailureRateC = 2.5;
        private const double FailureS = 900;
        private const double LeastRiseK = 15;

        /// <summary>Makes the scenario.</summary>
        /// <param name="seed">Seed of the pack's spread, of the noise and of the drive.</param>
        /// <param name="options">Bench to run it on; null for 96 cells LG HG2, 20 in parallel, 90 % charged, 25 degC. The seed replaces its own.</param>
        public static Scenario Create(ulong seed = 1, BenchOptions? options = null)
        {
            BenchOptions bench = options ?? new BenchOptions();
            bench = bench with { Pack = bench.Pack with { Seed = seed } };
            return new Scenario
            {
                Name = "default day",
                Bench = bench,
                Phases = HeatsItself(CellParameters.LoadNameOrFile(bench.Pack.CellName)) ? [Drive(seed), Rest(), ColdCharge(), HotSoak(), CoolingFailure(), Recovery()] : [Drive(seed), Rest(), ColdCharge()],
            };
        }

        private static Phase Drive(ulong seed)
        {
            const double LengthS = 2700;
            return new Phase
            {
                Name = "drive at 25 degC",
                DurationS = LengthS,
                Timeline = new Timeline()
                    .At(3, b => b.Plant.Host.Mode = HostCommand.ModeDrive)
                    .At(10, b =>
                    {
                        // Peaks of 60 kW for the default pack of 20 kWh: the power goes with the pack.
                        double scale = b.Plant.Cells.NominalCapacityAh * b.Plant.Cells.CellCount * 3.65 / 19_500;
                        b.Plant.Load.Profile = DriveProfile.Create(seed, LengthS - 20, scale);
                        b.Plant.Load.ProfileStartUs = b.TimeUs;
                    }),
                Checks =
                [
                    Check.Eventually("precharges and closes", 8, b => b.Plant.IsPathClosed),
                    Check.Response("is closed when it says so", b => b.Diag.State == PackStatus.StateClosed, 0.2, b => b.Plant.IsPathClosed),
                    Check.Always("raises no trip", b => b.Diag.Severity < 3, isProtection: false),
                    Check.Always("keeps every cell between its trip voltages", CellsInsideTrip),
                    Check.Always("shows a state of charge within 5 % of the truth", SocIsClose, isProtection: false),
                ],
            };
        }

        private static Phase Rest()
        {
            return new Phase
            {
                Name = "rest, chamber to -10 degC",
                DurationS = 1500,
                Timeline = new Timeline()
                    .At(0, b =>
                    {
                        b.Plant.Load.Profile = null;
                        b.Plant.Host.Mode = HostCommand.ModeStandby;
                    })
                    .Ramp(60, 600, 25, -10, (b, v) => b.Plant.Thermal.AmbientDegC = v)
                    .Ramp(60, 400, 25, -12, (b, v) => b.Plant.Thermal.ConditioningDegC = v)
                    .At(1499, b => b.Plant.Thermal.ConditioningDegC = null),
                Checks =
                [
                    Check.Eventually("opens at the host's request", 3, b => !b.Plant.IsPathClosed),
                    Check.Always("does not close again by itself", b => b.Diag.State != PackStatus.StatePrecharge),
                    Check.Always("raises no trip", b => b.Diag.Severity < 3, isProtection: false),
                ],
            };
        }

        private static Phase ColdCharge()
        {
            return new Phase
            {
                Name = "charge at -10 degC",
                DurationS = 4200,
                EndsWhen = b => Truth.MeanSoc(b) > 0.88 && b.Diag.State == PackStatus.StateClosed,
                Timeline = new Timeline()
                    .At(1, b =>
                    {
                        b.Plant.Charger.MaxCurrentA = 0.8 * b.Plant.Cells.NominalCapacityAh;
                        b.Plant.Charger.IsOn = true;
                        b.Plant.Host.Mode = HostCommand.ModeCharge;
                    }),
                Checks =
                [
                    Check.Eventually("switches the heater on", 10, b => b.Plant.Thermal.IsHeating),
                    Check.Always("takes no charge while a cell is below the charge limit", NoColdCharge),
                    Check.Response("charges when warm", b => Truth.ColdestDegC(b) > Parameter(b, ParameterId.HeaterOnBelowDeciC) * 0.1 + 2, 60, b => Truth.RateC(b) > 0.05, isProtection: false),
                    Check.Always("keeps every cell between its trip voltages", CellsInsideTrip),
                    Check.Always("raises no trip", b => b.Diag.Severity < 3, isProtection: false),
                    Check.Always("shows a state of charge within 5 % of the truth", SocIsClose, isProtection: false),
                ],
            };
        }

        private static Phase HotSoak()
        {
            return new Phase
            {
                Name = "rest, chamber to 45 degC",
                DurationS = 1200,
                Timeline = new Timeline()
                    .At(0, b =>
                    {
                        b.Plant.Charger.IsOn = false;
                        b.Plant.Host.Mode = HostCommand.ModeStandby;
                    })
                    .Ramp(0, 300, -10, 45, (b, v) => b.Plant.Thermal.AmbientDegC = v)
                    .Ramp(0, 300, 10, 46, (b, v) => b.Plant.Thermal.ConditioningDegC = v)
                    .At(1199, b => b.Plant.Thermal.ConditioningDegC = null),
                Checks =
                [
                    Check.Eventually("opens at the host's request", 3, b => !b.Plant.IsPathClosed),
                    Check.Always("raises no trip", b => b.Diag.Severity < 3, isProtection: false),
                ],
            };
        }

        private static Phase CoolingFailure()
        {
            return new Phase
            {
                Name = "cooling failure under load at 45 degC",
                DurationS = 1200,
                EndsWhen = b => b.Diag.SeverityOf(FaultId.OverTemperature) == 3 && !b.Plant.IsPathClosed && Math.Abs(Truth.CurrentA(b)) < 0.1,
                Timeline = new Timeline()
                    .At(0, b => b.Ees.Inject(PackFault.CoolantPump))
                    .At(1, b => b.Plant.Host.Mode = HostCommand.ModeDrive)
                    .At(10, b =>
                    {
                        b.Ees.Inject(PackFault.LoadIgnoresLimits);
                        b.Plant.Load.DemandCurrentA = -FailureRateC * b.Plant.Cells.NominalCapacityAh;
                    }),
                Checks =
                [
                    Check.Eventually("asks for cooling", 5, b => b.Plant.Thermal.CoolingCommand),
                    Check.Response("tells the load to take less", b => Truth.HottestSensedDegC(b) > (Parameter(b, ParameterId.DischargeFullBelowDeciC) * 0.1) + 5, 5,
                        b => b.Plant.Host.Heard.DischargeLimitA < 0.8e-3 * Parameter(b, ParameterId.MaxDischargeCurrentMa)),
                    Check.Whenever("opens the contactors when a sensed cell is 1 K beyond the trip", b => Truth.HottestSensedDegC(b) > OverTemperatureTripDegC(b) + 1, 2, b => !b.Plant.IsPathClosed),
                    Check.Eventually("ends with the contactors open", 1200, b => b.Diag.SeverityOf(FaultId.OverTemperature) == 3 && !b.Plant.IsPathClosed),
                    Check.Always("keeps every cell below the trip temperature and 6 K", b => Truth.HottestDegC(b) < OverTemperatureTripDegC(b) + 6),
                    Check.Always("keeps every cell between its trip voltages", CellsInsideTrip),
                    Check.Always("trips for no other reason", OnlyOverTemperatureTrips, isProtection: false),
                ],
            };
        }

        private static Phase Recovery()
        {
            return new Phase
            {
                Name = "cooled down and cleared",
                DurationS = 900,
                Timeline = new Timeline()
                    .Ramp(0, 120, 45, 25, (b, v) => b.Plant.Thermal.AmbientDegC = v)
                    .Ramp(60, 180, 45, 20, (b, v) => b.Plant.Thermal.ConditioningDegC = v)
                    .At(60, b =>
                    {
                        b.Plant.Load.DemandCurrentA = 0;
                        b.Ees.ClearAll();
                    })
                    .At(840, b => b.Plant.Host.Mode = HostCommand.ModeStandby)
                    .At(850, b => b.Diag.ClearFaults()),
                Checks =
                [
                    Check.Always("never closes before the fault is cleared", b => !b.Plant.IsPathClosed && Truth.CurrentA(b) == 0),
                    Check.Eventually("returns to standby", 860, b => b.Diag.State == PackStatus.StateStandby, isProtection: false),
                ],
            };
        }

        // As if nothing flowed off; the slow part of the voltage is left out, which is diffusion rather than heat.
        private static bool HeatsItself(CellParameters cell)
        {
            double ohm = cell.At(cell.R0DischargeOhm, 0.5, 45) + cell.At(cell.R1Ohm, 0.5, 45);
            double ampere = FailureRateC * cell.CapacityAh;
            return ampere * ampere * ohm * FailureS / cell.HeatCapacityJPerK > LeastRiseK;
        }

        private static int Parameter(VirtualBench b, int id) => b.Parameters.Get(id);

        private static double OverTemperatureTripDegC(VirtualBench b)
        {
            return 0.1 * Parameter(b, ParameterId.OfFault(FaultId.OverTemperature, ParameterId.ColumnTrip));
        }

        private static bool NoColdCharge(VirtualBench b)
        {
            return Truth.ColdestDegC(b) >= 0.1 * Parameter(b, ParameterId.ChargeZeroBelowDeciC) || Truth.RateC(b) < 0.005;
        }

        // 20 mV and a few cycles beyond the trip are the sensor's error and the debounce: what counts here is that nothing stays there.
        private static bool CellsInsideTrip(VirtualBench b)
        {
            double high = 1e-3 * Parameter(b, ParameterId.OfFault(FaultId.CellOverVoltage, ParameterId.ColumnTrip));
            double low = 1e-3 * Parameter(b, ParameterId.OfFault(FaultId.CellUnderVoltage, ParameterId.ColumnTrip));
            return Truth.HighestCellV(b) < high + 0.02 && Truth.LowestCellV(b) > low - 0.02;
        }

        private static bool SocIsClose(VirtualBench b)
        {
            double shown = b.Diag.Soc;
            return double.IsNaN(shown) || Math.Abs(shown - Truth.MeanSoc(b)) < 0.05;
        }

        private static bool OnlyOverTemperatureTrips(VirtualBench b)
        {
            if (b.Diag.Severity < 3)
            {
                return true;
            }

            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                if (fault != FaultId.OverTemperature && b.Diag.SeverityOf(fault) == 3)
                {
                    return false;
                }
            }

            return true;
        }
    }
}
