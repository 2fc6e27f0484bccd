using Bms.Core.Estimation;

namespace Bms.Core.Tests.Estimation
{
    /// <summary>Capacities of single cells, from what they drift apart by between two known moments.</summary>
    [TestClass]
    public class CellCapacitiesTests
    {
        private const float Variance = 0.000004f;

        // Goes through all cells that are due.
        private static void Take(CellCapacities cells, float soc, float[] delta, float variance)
        {
            cells.NoteAnchor(soc, variance);
            for (int i = 0; cells.IsDue && i < 1000; i++)
            {
                cells.Next(delta);
            }
        }

        // Cells of these deviations, discharged from full by a part of the mean cell's capacity.
        private static float[] After(float change, float[] deviation)
        {
            float[] delta = new float[deviation.Length];
            for (int i = 0; i < delta.Length; i++)
            {
                delta[i] = change / (1f + deviation[i]) - change;
            }

            return delta;
        }

        // Shows F-205.
        [TestMethod]
        public void a_weak_cell_is_known_after_some_pairs_within_its_uncertainty()
        {
            float[] truth = new float[] { -0.1f, 0f, 0.05f, 0.05f };
            CellCapacities cells = new CellCapacities(4);
            Take(cells, 1f, new float[4], Variance);
            float before = cells.Variance;
            for (int cycle = 0; cycle < 5; cycle++)
            {
                Take(cells, 0f, After(-1f, truth), Variance);
                Take(cells, 1f, new float[4], Variance);
            }

            Assert.AreEqual(10, cells.Pairs);
            Assert.IsTrue(cells.Variance < before * 0.05f);
            for (int i = 0; i < 4; i++)
            {
                float error = cells.Deviation[i] * 0.0001f - truth[i];
                Assert.IsTrue(error * error < 9f * cells.Variance + 0.000001f, i.ToString());
            }
        }

        // Shows F-205.
        [TestMethod]
        public void a_partial_charge_tells_less_than_a_whole_one_and_less_than_that_tells_nothing()
        {
            float[] truth = new float[] { -0.1f, 0.1f };
            float last = 0f;
            for (int part = 3; part <= 10; part++)
            {
                CellCapacities cells = new CellCapacities(2);
                Take(cells, 1f, new float[2], 0.0001f);
                float change = part == 10 ? 1f : part * 0.1f + 0.01f;
                Take(cells, 1f - change, After(-change, truth), 0.0001f);
                Assert.AreEqual(part < 4 ? 0 : 1, cells.Pairs);
                float learnt = -cells.Deviation[0] * 0.0001f;
                Assert.IsTrue(part == 3 ? learnt == 0f : learnt > last, part.ToString());
                last = learnt;
            }
        }

        [TestMethod]
        public void the_gain_of_the_current_sensor_and_the_mean_capacity_do_not_matter()
        {
            // Nothing of the charge comes in: differences alone.
            CellCapacities cells = new CellCapacities(2);
            float[] delta = new float[2];
            Take(cells, 1f, delta, Variance);
            Take(cells, 0.2f, delta, Variance);
            Assert.AreEqual(0, (int)cells.Deviation[0]);
            Assert.AreEqual(1, cells.Pairs);
        }

        [TestMethod]
        public void what_was_bled_makes_a_pair_less_certain()
        {
            float[] truth = new float[] { -0.1f, 0f };
            CellCapacities still = new CellCapacities(2);
            Take(still, 1f, new float[2], Variance);
            Take(still, 0f, After(-1f, truth), Variance);
            CellCapacities bled = new CellCapacities(2);
            Take(bled, 1f, new float[2], Variance);
            bled.IsBled = true;
            Take(bled, 0f, After(-1f, truth), Variance);
            Assert.IsTrue(bled.Variance > 2f * still.Variance);
            Assert.IsTrue(bled.Deviation[0] > still.Deviation[0]);
            Assert.IsFalse(bled.IsBled);
        }

        [TestMethod]
        public void a_difference_that_no_capacity_explains_teaches_nothing()
        {
            CellCapacities cells = new CellCapacities(2);
            Take(cells, 1f, new float[2], Variance);
            Take(cells, 0.5f, new float[] { 0.6f, -0.6f }, Variance);
            Assert.AreEqual(0, (int)cells.Deviation[0]);
            Assert.IsTrue(cells.Deviation[1] <= 0);
            for (int i = 0; i < 100; i++)
            {
                Take(cells, 1f, new float[] { -0.6f, 0.6f }, Variance);
                Take(cells, 0f, new float[] { 0.6f, -0.6f }, Variance);
            }

            Assert.IsTrue(cells.Deviation[0] >= -CellCapacities.MostDeviation && cells.Deviation[1] <= CellCapacities.MostDeviation);
            Assert.IsTrue(cells.Variance > 0f);
        }

        [TestMethod]
        public void moments_that_lie_together_and_those_that_come_while_cells_are_due_are_left_out()
        {
            CellCapacities cells = new CellCapacities(3);
            cells.NoteAnchor(1f, Variance);
            cells.Next(new float[3]);
            cells.NoteAnchor(0f, Variance);
            Assert.AreEqual(0, cells.Pairs);
            cells.Next(new float[3]);
            cells.Next(new float[3]);
            Assert.IsFalse(cells.IsDue);
            cells.NoteAnchor(0.8f, Variance);
            Assert.IsFalse(cells.IsDue, "the full one is kept for what is farther");
            cells.NoteAnchor(0.5f, Variance);
            Assert.IsTrue(cells.IsDue);
            Assert.AreEqual(1, cells.Pairs);
        }
    }
}
