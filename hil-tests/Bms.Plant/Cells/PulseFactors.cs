namespace Bms.Plant.Cells
{
    /// <summary>How R0 and R1 in a discharge pulse differ from the tables, over temperature, state of charge and current.</summary>
    /// <remarks>
    /// The charge transfer at the electrodes follows the Butler-Volmer equation, so its resistance falls with the current, most in the cold and near the ends. The tables of
    /// <see cref="CellParameters"/> are right for the currents of a drive; a factor of 1.3 at 0.5 C says that a small current meets 30 % more. The forecast of power uses it; <see cref="CellModel"/>
    /// and the simulated pack do not. Beyond the grid the edge holds.
    /// </remarks>
    /// <param name="SocGrid">State of charge, 0..1, ascending.</param>
    /// <param name="RateGrid">Current over capacity in 1/h, above 0, ascending.</param>
    /// <param name="R0">Factor on R0, <c>[temperature][state of charge][rate]</c> along the cell's temperature grid.</param>
    /// <param name="R1">Factor on R1, laid out alike.</param>
    public sealed record PulseFactors(double[] SocGrid, double[] RateGrid, double[][][] R0, double[][][] R1)
    {
        /// <summary>Factor at a place.</summary>
        /// <param name="factor"><see cref="R0"/> or <see cref="R1"/>.</param>
        /// <param name="temperatureIndex">Row of the cell's temperature grid.</param>
        /// <param name="soc">State of charge.</param>
        /// <param name="rate">Magnitude of the current over capacity, in 1/h.</param>
        public double At(double[][][] factor, int temperatureIndex, double soc, double rate)
        {
            int s = CellParameters.Locate(SocGrid, soc, out double sf);
            int r = CellParameters.Locate(RateGrid, rate, out double rf);
            return CellParameters.Interpolate(factor[temperatureIndex], s, sf, r, rf);
        }
    }
}
