namespace Bms.Identification
{
    /// <summary>What is assumed of an interval that was not logged: the charge goes first, at a third of the capacity an hour, and then the cell rests.</summary>
    public static class UnloggedGap
    {
        private const double Rate = 1.0 / 3;
        private const double LeastS = 0.01;

        /// <summary>The parts of a gap, in the order of time: a current and its length; without charge the rest alone.</summary>
        /// <param name="chargeAh">Charge that moved meanwhile, in Ah; positive charges.</param>
        /// <param name="gapS">Length, in s; where the charge needs longer it flows all the time.</param>
        /// <param name="capacityAh">Capacity, in Ah; above 0.</param>
        public static (double CurrentA, double Seconds)[] Parts(double chargeAh, double gapS, double capacityAh)
        {
            double flowsS = Math.Min(Math.Abs(chargeAh) * 3600 / (Rate * capacityAh), gapS);
            return flowsS <= LeastS ? [(0, gapS)] : [(chargeAh * 3600 / flowsS, flowsS), (0, gapS - flowsS)];
        }
    }
}
