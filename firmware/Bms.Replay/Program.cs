using System;
using Bms.Recording;

namespace Bms.Replay
{
    /// <summary>Plays the recording that was deployed with it and prints a line for each second, then the time that it took.</summary>
    public static class Program
    {
        /// <summary>Entry point on the device and in its interpreter.</summary>
        public static void Main()
        {
            byte[][] parts = new byte[RecordedData.PartCount()][];
            for (int i = 0; i < parts.Length; i++)
            {
                parts[i] = RecordedData.Part(i);
            }

            RecordedRun run = new RecordedRun(RecordedData.Parameters(), parts, RecordedData.Inputs(), (uint)RecordedData.StartMs(), RecordedData.Seconds());
            long start = DateTime.UtcNow.Ticks;
            run.Run();
            long ticks = DateTime.UtcNow.Ticks - start;
            for (int second = 0; second < run.Seconds; second++)
            {
                Console.WriteLine(run.Line(second));
            }

            int cycles = run.Seconds * 1000 / RecordedRun.CycleMs;
            Console.WriteLine("replayed " + cycles.ToString() + " cycles, " + run.ReceivedCount.ToString() + " frames, ns for each cycle: " + ((int)(ticks * 100 / cycles)).ToString());
        }
    }
}
