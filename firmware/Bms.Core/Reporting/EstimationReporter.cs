using Bms.Core.Estimation;
using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Reporting
{
    /// <summary>Tells about once a second what the estimation knows beyond the state of charge: health, power, energy, times. One frame every 150 ms.</summary>
    /// <remarks>Nobody's safety hangs on these frames, so they lie outside of the frame table and cost a cycle next to nothing. Allocates nothing after construction.</remarks>
    public sealed class EstimationReporter
    {
        /// <summary>Time between two of the frames, in ms.</summary>
        public const int StepMs = 150;

        private const int Rows = 7;
        private const int PhaseMs = 160;

        private readonly CanPort _port;
        private readonly CanFrame _frame = new CanFrame();
        private readonly int[] _seed = new int[Rows];
        private readonly int[] _counter = new int[Rows];
        private int _row;
        private uint _dueMs;
        private bool _started;

        /// <param name="port">The bus.</param>
        public EstimationReporter(CanPort port)
        {
            _port = port;
            for (int row = 0; row < Rows; row++)
            {
                _seed[row] = E2eProfile1.SeedOf((int)Id(row));
            }
        }

        /// <summary>Frames that the transmit queue refused since start; wraps.</summary>
        public uint RefusedSends { get; private set; }

        /// <summary>Sends the next frame where it is due.</summary>
        /// <param name="estimation">What there is to tell.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        public void Update(StateEstimation estimation, uint nowMs)
        {
            if (!_started)
            {
                _started = true;
                _dueMs = nowMs + PhaseMs;
                return;
            }

            if ((int)(nowMs - _dueMs) < 0)
            {
                return;
            }

            // After a stall nothing is sent twice to catch up.
            _dueMs = nowMs - _dueMs >= StepMs ? nowMs + StepMs : _dueMs + StepMs;
            int row = _row;
            _row = row == Rows - 1 ? 0 : row + 1;
            byte[] data = _frame.Data;
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = 0;
            }

            Fill(row, estimation, data);
            _frame.Id = Id(row);
            _frame.IsExtended = false;
            _frame.Length = StateOfHealth.Length;
            E2eProfile1.ProtectWithSeed(data, StateOfHealth.Length, _seed[row], _counter[row]);
            _counter[row] = _counter[row] >= E2eProfile1.MaxCounter ? 0 : _counter[row] + 1;
            if (!_port.TrySend(_frame))
            {
                RefusedSends++;
            }
        }

        private static uint Id(int row)
        {
            switch (row)
            {
                case 0: return StateOfHealth.Id;
                case 1: return DischargePower.Id;
                case 2: return ChargePower.Id;
                case 3: return DischargeCurrents.Id;
                case 4: return ChargeCurrents.Id;
                case 5: return StateOfEnergy.Id;
                default: return DisplayState.Id;
            }
        }

        private static void Fill(int row, StateEstimation e, byte[] data)
        {
            bool known = e.Mean.IsKnown;
            switch (row)
            {
                case 0: FillHealth(e, data); break;
                case 1: FillDischargePower(e.Power.DischargeW, known, data); break;
                case 2: FillChargePower(e.Power.ChargeW, known, data); break;
                case 3: FillDischargeCurrents(e.Power.DischargeMa, known, data); break;
                case 4: FillChargeCurrents(e.Power.ChargeMa, known, data); break;
                case 5: FillEnergy(e, known, data); break;
                default: DisplayState.PackDisplaySocCentiPct(data, e.DisplaySocCentiPct); break;
            }
        }

        private static void FillHealth(StateEstimation e, byte[] data)
        {
            float rated = e.RatedMah;
            StateOfHealth.PackCapacityPermille(data, Rounded(e.Capacity.CapacityMah / rated * 1000f));
            StateOfHealth.PackCapacityUncertaintyPermille(data, Rounded(e.Capacity.SigmaMah / rated * 1000f));
            float resistance = 1f + e.Resistance.Error;
            float worst = e.Deltas.WorstResistance;
            bool known = e.Mean.IsKnown;
            StateOfHealth.PackMeanResistancePermille(data, known ? Rounded(resistance * 1000f) : SignalValue.NotAvailable);
            StateOfHealth.PackWorstResistancePermille(data, known ? Rounded(resistance * (1f + (worst > 0f ? worst : 0f)) * 1000f) : SignalValue.NotAvailable);
            int offset = Rounded((e.Mean.Bias + 0.1f) * 1000f) - 100;
            StateOfHealth.PackCurrentOffsetPermille(data, known ? offset : SignalValue.NotAvailable);
        }

        private static void FillDischargePower(int[] watts, bool known, byte[] data)
        {
            DischargePower.PackDischargePower2sW(data, known ? watts[0] : SignalValue.NotAvailable);
            DischargePower.PackDischargePower10sW(data, known ? watts[1] : SignalValue.NotAvailable);
            DischargePower.PackDischargePower30sW(data, known ? watts[2] : SignalValue.NotAvailable);
            DischargePower.PackDischargePowerHeldW(data, known ? watts[3] : SignalValue.NotAvailable);
        }

        private static void FillChargePower(int[] watts, bool known, byte[] data)
        {
            ChargePower.PackChargePower2sW(data, known ? watts[0] : SignalValue.NotAvailable);
            ChargePower.PackChargePower10sW(data, known ? watts[1] : SignalValue.NotAvailable);
            ChargePower.PackChargePower30sW(data, known ? watts[2] : SignalValue.NotAvailable);
            ChargePower.PackChargePowerHeldW(data, known ? watts[3] : SignalValue.NotAvailable);
        }

        private static void FillDischargeCurrents(int[] ma, bool known, byte[] data)
        {
            DischargeCurrents.PackDischargeCurrent2sMa(data, known ? ma[0] : SignalValue.NotAvailable);
            DischargeCurrents.PackDischargeCurrent10sMa(data, known ? ma[1] : SignalValue.NotAvailable);
            DischargeCurrents.PackDischargeCurrent30sMa(data, known ? ma[2] : SignalValue.NotAvailable);
            DischargeCurrents.PackDischargeCurrentHeldMa(data, known ? ma[3] : SignalValue.NotAvailable);
        }

        private static void FillChargeCurrents(int[] ma, bool known, byte[] data)
        {
            ChargeCurrents.PackChargeCurrent2sMa(data, known ? ma[0] : SignalValue.NotAvailable);
            ChargeCurrents.PackChargeCurrent10sMa(data, known ? ma[1] : SignalValue.NotAvailable);
            ChargeCurrents.PackChargeCurrent30sMa(data, known ? ma[2] : SignalValue.NotAvailable);
            ChargeCurrents.PackChargeCurrentHeldMa(data, known ? ma[3] : SignalValue.NotAvailable);
        }

        private static void FillEnergy(StateEstimation e, bool known, byte[] data)
        {
            StateOfEnergy.PackRemainingWh(data, known ? e.Energy.RemainingWh : SignalValue.NotAvailable);
            StateOfEnergy.PackEnergyPermille(data, e.Energy.EnergyPermille);
            StateOfEnergy.PackToEmptyMin(data, e.Energy.ToEmptyMin);
            StateOfEnergy.PackToFullMin(data, e.Energy.ToFullMin);
        }

        private static int Rounded(float x)
        {
            return x <= 0f ? 0 : x >= 1000000f ? 1000000 : (int)(x + 0.5f);
        }
    }
}
