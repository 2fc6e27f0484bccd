namespace Bms.Plant.Cells
{
    /// <summary>A cell model with resistances that fall with the current, as charge transfer does in the cold: R0 / (1 + |i| / I0) and R1 / (1 + |x1| / I1), x1 the current through the fast pair.</summary>
    /// <remarks>
    /// A rational stand-in for the Butler-Volmer equation. The tables were fitted together with the two currents, so they differ from those of the cell file it stands in: at no current they are higher.
    /// The firmware's tables are made of it; <see cref="CellModel"/> and the simulated pack stay linear in the current.
    /// </remarks>
    /// <param name="Tables">The cell with these tables.</param>
    /// <param name="SeriesHalfRate">Current over capacity that halves R0 at each temperature, in 1/h, above 0.</param>
    /// <param name="FastHalfRate">Current over capacity that halves R1 at each temperature, in 1/h, above 0.</param>
    public sealed record FallingResistance(CellParameters Tables, double[] SeriesHalfRate, double[] FastHalfRate);
}
