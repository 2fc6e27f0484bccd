using System.Runtime.CompilerServices;
namespace Bms.Core.Protection
{
    /// <summary>I2t of one direction of the current: how much of the heat has been used up that an overload may put into cells and wiring.</summary>
    /// <remarks>
    /// Above the continuous current the square of the current in excess is summed up over time, below it the sum falls by the same law. 1000 permille is what
    /// 120 % of the continuous current gives in the time that the parameter OverloadTimeMs says; 130 % needs 64 % of that time, 110 % twice as long.
    /// Squares are taken in permille of the continuous current, so that nothing overflows. Allocates nothing.
    /// </remarks>
    public sealed class OverloadIntegral
    {
        // Beyond twice the continuous current other rows have opened long ago, and one wrong sample must not use up everything; so has a step of a second ended.
        private const int MaxPermille = 2000;
        private const int MaxCurrentMa = 100000000;
        private const int MaxStepMs = 1000;

        // 1.2 squared less 1, in thousandths.
        private const int BudgetPerMs = 440;

        private readonly int _continuousDeciA;
        private readonly int _budget;
        private readonly int _budgetPermille;
        private int _sum;

        /// <summary>Makes it with nothing used up.</summary>
        /// <param name="continuousMa">Continuous current, in mA; below 0.1 A the row stays quiet.</param>
        /// <param name="timeMs">Time that 120 % of it may flow, in ms, 1..600000.</param>
        public OverloadIntegral(int continuousMa, int timeMs)
        {
            _continuousDeciA = continuousMa / 100;
            _budget = timeMs * BudgetPerMs;
            _budgetPermille = _budget / 1000 + 1;
        }

        /// <summary>What has been used up, in permille; beyond 1000 it is too much.</summary>
        public int UsedPermille
        {
            get { return _sum / _budgetPermille; }
        }

        /// <summary>Adds the time since the last call.</summary>
        /// <param name="currentMa">Current in this direction, in mA; negative in the other one.</param>
        /// <param name="elapsedMs">Time since the last call, in ms, at least 0.</param>
        [MethodImpl(Inlining.Always)]
        public void Add(int currentMa, int elapsedMs)
        {
            if (_continuousDeciA == 0)
            {
                return;
            }

            int permille = currentMa <= 0 ? 0 : currentMa > MaxCurrentMa ? MaxPermille : currentMa * 10 / _continuousDeciA;
            if (permille > MaxPermille)
            {
                permille = MaxPermille;
            }

            if (elapsedMs > MaxStepMs)
            {
                elapsedMs = MaxStepMs;
            }

            int sum = _sum + (permille * permille / 1000 - 1000) * elapsedMs;
            _sum = sum < 0 ? 0 : sum > _budget * 2 ? _budget * 2 : sum;
        }
    }
}
