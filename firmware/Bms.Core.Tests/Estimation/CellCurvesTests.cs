using Bms.Core.Configuration;
using Bms.Core.Estimation;

namespace Bms.Core.Tests.Estimation
{
    /// <summary>Against the tables themselves, so that new figures need no new tests.</summary>
    [TestClass]
    public class CellCurvesTests
    {
        private static int Rounded(float x)
        {
            return x < 0f ? -(int)(0.5f - x) : (int)(x + 0.5f);
        }

        private static float Ocv(CellCurves curves, float soc, int deciC)
        {
            curves.GoTo(soc, deciC, false);
            return curves.OpenCircuitMv;
        }

        private static float Resistance(CellCurves curves, float soc, int deciC)
        {
            curves.GoTo(soc, deciC, false);
            return curves.SeriesMilliohmAh;
        }

        private static float Slope(CellCurves curves, float soc, int deciC)
        {
            curves.GoTo(soc, deciC, false);
            return curves.SlopeMv;
        }

        [TestMethod]
        public void the_points_of_every_table_are_met()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                CellCurves curves = new CellCurves(chemistry);
                short[] soc = CellTables.SocPermille;
                short[] rows = CellTables.TemperaturesDeciC(chemistry);
                short[] ocv = CellTables.OcvMv(chemistry);
                short[] ohm = CellTables.DischargeMilliohmAh(chemistry);
                Assert.AreEqual(soc.Length * rows.Length, ocv.Length);
                Assert.AreEqual(soc.Length * rows.Length, ohm.Length);
                for (int row = 0; row < rows.Length; row++)
                {
                    for (int column = 0; column < soc.Length; column++)
                    {
                        int at = row * soc.Length + column;
                        Assert.AreEqual((int)ocv[at], Rounded(Ocv(curves, soc[column] * 0.001f, rows[row])));
                        Assert.AreEqual((int)ohm[at], Rounded(Resistance(curves, soc[column] * 0.001f, rows[row])));
                    }
                }
            }
        }

        [TestMethod]
        public void every_open_circuit_voltage_leads_back_to_its_state_of_charge()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                CellCurves curves = new CellCurves(chemistry);
                for (int permille = 20; permille <= 980; permille += 20)
                {
                    float soc = permille * 0.001f;
                    if (Slope(curves, soc, 250) < 50f)
                    {
                        continue;
                    }

                    int back = Rounded(curves.SocOf(Ocv(curves, soc, 250), 250) * 1000f);
                    Assert.IsTrue(back >= permille - 1 && back <= permille + 1);
                }
            }
        }

        [TestMethod]
        public void the_open_circuit_voltage_never_falls()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                CellCurves curves = new CellCurves(chemistry);
                for (int deciC = -300; deciC <= 500; deciC += 100)
                {
                    float last = 0f;
                    for (int permille = 0; permille <= 1000; permille += 50)
                    {
                        float mv = Ocv(curves, permille * 0.001f, deciC);
                        Assert.IsTrue(mv >= last);
                        last = mv;
                        Assert.IsTrue(Slope(curves, permille * 0.001f, deciC) >= 0f);
                        Assert.IsTrue(Resistance(curves, permille * 0.001f, deciC) > 0f);
                    }
                }
            }
        }

        [TestMethod]
        public void beyond_the_coldest_and_the_hottest_row_the_edge_counts()
        {
            CellCurves curves = new CellCurves(Chemistry.Nmc);
            short[] rows = CellTables.TemperaturesDeciC(Chemistry.Nmc);
            int cold = rows[0];
            int hot = rows[rows.Length - 1];
            Assert.AreEqual(Rounded(Ocv(curves, 0.5f, cold)), Rounded(Ocv(curves, 0.5f, -32767)));
            Assert.AreEqual(Rounded(Ocv(curves, 0.5f, hot)), Rounded(Ocv(curves, 0.5f, 32767)));
            Assert.AreEqual(Rounded(Resistance(curves, 0.5f, cold)), Rounded(Resistance(curves, 0.5f, cold - 1)));
            Assert.AreEqual(Rounded(Resistance(curves, 0.5f, hot)), Rounded(Resistance(curves, 0.5f, hot + 1)));
        }

        [TestMethod]
        public void half_way_between_two_rows_lies_their_mean()
        {
            for (int chemistry = 0; chemistry < Chemistry.Count; chemistry++)
            {
                CellCurves curves = new CellCurves(chemistry);
                short[] rows = CellTables.TemperaturesDeciC(chemistry);
                for (int row = 0; row + 1 < rows.Length; row++)
                {
                    if ((rows[row] + rows[row + 1]) % 2 != 0)
                    {
                        continue;
                    }

                    float mean = (Resistance(curves, 0.4f, rows[row]) + Resistance(curves, 0.4f, rows[row + 1])) * 0.5f;
                    float got = Resistance(curves, 0.4f, (rows[row] + rows[row + 1]) / 2);
                    Assert.AreEqual(Rounded(mean * 10f), Rounded(got * 10f));
                }
            }
        }

        [TestMethod]
        public void the_load_at_a_place_is_that_of_the_figures_there_and_moves_nothing()
        {
            CellCurves curves = new CellCurves(Chemistry.Nca);
            for (int deciC = -300; deciC <= 400; deciC += 70)
            {
                for (int way = -1; way <= 1; way += 2)
                {
                    curves.GoTo(0.07f, deciC, way > 0);
                    float expected = way * curves.SeriesMilliohmAh + 0.5f * curves.FastMilliohmAh - 0.1f * curves.SlowMilliohmAh + 0.6f * curves.HysteresisMv;
                    curves.GoTo(0.8f, deciC, false);
                    float open = curves.OpenCircuitMv;
                    float off = curves.LoadOf(0.07f, way, 0.5f, -0.1f, 0.6f) - expected;
                    Assert.IsTrue(off > -0.1f && off < 0.1f);
                    Assert.AreEqual(open, curves.OcvOf(0.8f));
                    Assert.AreEqual(open, curves.OpenCircuitMv);
                }
            }

            // Beyond the ends the tables keep their edge.
            Assert.AreEqual(curves.LoadOf(0f, 1f, 1f, 1f, 1f), curves.LoadOf(-0.2f, 1f, 1f, 1f, 1f));
            Assert.AreEqual(curves.LoadOf(1f, 1f, 1f, 1f, 1f), curves.LoadOf(1.2f, 1f, 1f, 1f, 1f));
        }

        [TestMethod]
        public void a_voltage_near_by_is_found_back_and_one_far_off_costs_no_long_search()
        {
            CellCurves curves = new CellCurves(Chemistry.Nca);
            for (int permille = 20; permille <= 980; permille += 40)
            {
                float soc = permille * 0.001f;
                for (float apart = -0.08f; apart < 0.09f; apart += 0.04f)
                {
                    float there = soc + apart;
                    curves.GoTo(soc, 100, false);
                    float off = curves.SocNear(curves.OcvOf(there)) - there;
                    Assert.IsTrue(off > -0.0005f && off < 0.0005f);
                }
            }

            curves.GoTo(0.5f, 250, false);
            float low = curves.SocNear(-100000f);
            float high = curves.SocNear(100000f);
            Assert.IsTrue(low < 0.3f && high > 0.7f);
        }
    }
}
