using Bms.Plant.Cells;

namespace Bms.Plant.Tests.Cells
{
    /// <summary>Cells with round figures, so that expected values can be worked out by hand.</summary>
    internal static class TestCells
    {
        /// <summary>2 Ah, 3.0 to 4.0 V in a straight line, R0 10 mohm discharging and 12 mohm charging, pairs of 20 mohm x 10 s and 30 mohm x 200 s.</summary>
        internal static CellParameters Straight(double hysteresisV = 0, double gamma = 0, double instantV = 0, double efficiency = 1)
        {
            return new CellParameters
            {
                Name = "straight",
                Chemistry = "NMC",
                CapacityAh = 2,
                CoulombicEfficiency = efficiency,
                MassKg = 0.05,
                HeatCapacityJPerK = 45,
                MinVoltageV = 2.5,
                MaxVoltageV = 4.2,
                SocGrid = [0, 0.5, 1],
                TemperatureGridC = [0, 25],
                OcvV = [[3, 3.5, 4], [3, 3.5, 4]],
                R0DischargeOhm = [[0.01, 0.01, 0.01], [0.01, 0.01, 0.01]],
                R0ChargeOhm = [[0.012, 0.012, 0.012], [0.012, 0.012, 0.012]],
                R1Ohm = [[0.02, 0.02, 0.02], [0.02, 0.02, 0.02]],
                Tau1S = [[10, 10, 10], [10, 10, 10]],
                R2Ohm = [[0.03, 0.03, 0.03], [0.03, 0.03, 0.03]],
                Tau2S = [[200, 200, 200], [200, 200, 200]],
                HysteresisV = [hysteresisV, hysteresisV, hysteresisV],
                HysteresisGamma = gamma,
                InstantHysteresisV = instantV,
                EntropicVPerK = [0.0002, 0.0002, 0.0002],
            };
        }
    }
}
