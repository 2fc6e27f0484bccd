using Bms.Bench.Scenarios.Cases;

namespace Bms.Bench.Campaign
{
    /// <summary>Runs many cases side by side and hands the rows over in the order of their numbers, so that the result does not depend on how many work.</summary>
    public static class CampaignWork
    {
        /// <summary>Runs them.</summary>
        /// <param name="runs">Numbers of the runs.</param>
        /// <param name="plan">Makes the case of a number.</param>
        /// <param name="allowsTrips">False for normal driving.</param>
        /// <param name="jobs">Runs at the same time.</param>
        /// <param name="took">Takes each row, in order, one at a time.</param>
        /// <param name="stop">Ends the work; rows that are complete in order were handed over.</param>
        public static void Run(IReadOnlyList<int> runs, Func<int, TestCase> plan, bool allowsTrips, int jobs, Action<CampaignRow> took, CancellationToken stop)
        {
            var waiting = new SortedDictionary<int, CampaignRow>();
            int next = -1;
            int handedOver = 0;
            Exception? fault = null;
            var threads = new Thread[Math.Max(1, Math.Min(jobs, runs.Count))];
            for (int t = 0; t < threads.Length; t++)
            {
                threads[t] = new Thread(Work) { Name = $"campaign {t}" };
                threads[t].Start();
            }

            foreach (Thread thread in threads)
            {
                thread.Join();
            }

            if (fault != null)
            {
                System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(fault);
            }

            void Work()
            {
                try
                {
                    while (!stop.IsCancellationRequested && Volatile.Read(ref fault) is null)
                    {
                        int index = Interlocked.Increment(ref next);
                        if (index >= runs.Count)
                        {
                            return;
                        }

                        CampaignRow row = CampaignRow.Of(runs[index], plan(runs[index]), allowsTrips);
                        lock (waiting)
                        {
                            waiting.Add(index, row);
                            while (waiting.Remove(handedOver, out CampaignRow? due))
                            {
                                took(due);
                                handedOver++;
                            }
                        }
                    }
                }
                catch (Exception e)
                {
                    Interlocked.CompareExchange(ref fault, e, null);
                }
            }
        }
    }
}
