using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Reporting
{
    /// <summary>Tells about once a second what the estimation knows beyond the state of charge: health, power, energy, times.</summary>
    public sealed class EstimationReporter : FrameRound
    {
        /// <summary>Time between two of the frames, in ms.</summary>
        public const int StepMs = 160;

        private int _cell;
        private float _capacitySigma = 0.1f;
        private float _resistanceSigma = 0.2f;

        /// <param name="port">The bus.</param>
        public EstimationReporter(CanPort port)
            : base(port, new uint[] { StateOfHealth.Id, DischargePower.Id, ChargePower.Id, DischargeCurrents.Id, ChargeCurrents.Id, StateOfEnergy.Id, DisplayState.Id, CellHealth.Id, HealthUncertainty.Id })
        {
        }

        /// <inheritdoc/>
        protected override void Fill(int turn, BatteryController controller, byte[] data)
        {
            StateEstimation e = controller.Estimation;
            bool known = e.Mean.IsKnown;
            switch (turn)
            {
                case 0: FillHealth(e, known, data); break;
                case 1: FillDischargePower(e.Power.DischargeW, known, data); break;
                case 2: FillChargePower(e.Power.ChargeW, known, data); break;
                case 3: FillDischargeCurrents(e.Power.DischargeMa, known, data); break;
                case 4: FillChargeCurrents(e.Power.ChargeMa, known, data); break;
                case 5: FillEnergy(e, known, data); break;
                case 7: FillCell(e, known, data); break;
                case 8: FillUncertainty(e, known, data); break;
                default: DisplayState.PackDisplaySocCentiPct(data, e.DisplaySocCentiPct); break;
            }
        }

        private static void FillHealth(StateEstimation e, bool known, byte[] data)
        {
            float rated = e.RatedMah;
            float resistance = 1f + e.Resistance.Error;
            float worst = e.Deltas.WorstResistance;
            StateOfHealth.PackAll(
                data,
                Rounded(e.Capacity.CapacityMah / rated * 1000f),
                Rounded(e.Capacity.SigmaMah / rated * 1000f),
                known ? Rounded(resistance * 1000f) : SignalValue.NotAvailable,
                known ? Rounded(resistance * (1f + (worst > 0f ? worst : 0f)) * 1000f) : SignalValue.NotAvailable,
                known ? Rounded((e.Mean.Bias + 0.1f) * 1000f) - 100 : SignalValue.NotAvailable);
        }

        private static void FillDischargePower(int[] watts, bool known, byte[] data)
        {
            int none = SignalValue.NotAvailable;
            DischargePower.PackAll(data, known ? watts[0] : none, known ? watts[1] : none, known ? watts[2] : none, known ? watts[3] : none);
        }

        private static void FillChargePower(int[] watts, bool known, byte[] data)
        {
            int none = SignalValue.NotAvailable;
            ChargePower.PackAll(data, known ? watts[0] : none, known ? watts[1] : none, known ? watts[2] : none, known ? watts[3] : none);
        }

        private static void FillDischargeCurrents(int[] ma, bool known, byte[] data)
        {
            int none = SignalValue.NotAvailable;
            DischargeCurrents.PackAll(data, known ? ma[0] : none, known ? ma[1] : none, known ? ma[2] : none, known ? ma[3] : none);
        }

        private static void FillChargeCurrents(int[] ma, bool known, byte[] data)
        {
            int none = SignalValue.NotAvailable;
            ChargeCurrents.PackAll(data, known ? ma[0] : none, known ? ma[1] : none, known ? ma[2] : none, known ? ma[3] : none);
        }

        private static void FillEnergy(StateEstimation e, bool known, byte[] data)
        {
            EnergyForecast energy = e.Energy;
            StateOfEnergy.PackAll(data, known ? energy.RemainingWh : SignalValue.NotAvailable, energy.EnergyPermille, energy.ToEmptyMin, energy.ToFullMin);
        }

        private void FillCell(StateEstimation e, bool known, byte[] data)
        {
            int none = SignalValue.NotAvailable;
            CellDeltas cells = e.Deltas;
            int cell = _cell;
            _cell = cell == cells.Soc.Length - 1 ? 0 : cell + 1;
            float capacity = 1f + cells.Capacities.Deviation[cell] * (1f / CellCapacities.Scale);
            CellHealth.PackAll(
                data,
                cell + 1,
                known ? Rounded((e.Mean.Soc + cells.Soc[cell]) * 10000f) : none,
                known ? Rounded(e.Capacity.CapacityMah * capacity / e.RatedMah * 1000f) : none,
                known ? Rounded((1f + e.Resistance.Error) * (1f + cells.Resistance[cell]) * 1000f) : none);
        }

        private void FillUncertainty(StateEstimation e, bool known, byte[] data)
        {
            float capacity = e.Capacity.SigmaMah / e.Capacity.CapacityMah;
            float resistance = e.Resistance.Sigma;
            _capacitySigma = NearerRoot(_capacitySigma, capacity * capacity + e.Deltas.Capacities.Variance);
            _resistanceSigma = NearerRoot(_resistanceSigma, resistance * resistance + e.Deltas.ResistanceVariance);
            int none = SignalValue.NotAvailable;
            HealthUncertainty.PackAll(
                data,
                e.SocUncertaintyPermille,
                known ? Rounded(_capacitySigma * e.Capacity.CapacityMah / e.RatedMah * 1000f) : none,
                known ? Rounded(_resistanceSigma * (1f + e.Resistance.Error) * 1000f) : none,
                known ? Rounded(resistance * 1000f) : none);
        }

        // Newton's root, a step each time: a standard deviation need not be exact.
        private static float NearerRoot(float root, float x)
        {
            return 0.5f * (root + x / root);
        }

        private static int Rounded(float x)
        {
            return x <= 0f ? 0 : x >= 1000000f ? 1000000 : (int)(x + 0.5f);
        }
    }
}
