using System;
using Bms.Recording;
using GC = nanoFramework.Runtime.Native.GC;

namespace Bms.Replay
{
    /// <summary>Plays the recording that was deployed with it and prints a line for each second, then the time that it took; after further rounds, the heap in use.</summary>
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

            RecordedPort port = new RecordedPort(parts);
            uint freeBefore = GC.Run(false);
            RecordedRun run = new RecordedRun(RecordedData.Parameters(), port, port, RecordedData.Inputs(), (uint)RecordedData.StartMs(), RecordedData.Seconds());
            long start = DateTime.UtcNow.Ticks;
            run.Run();
            long ticks = DateTime.UtcNow.Ticks - start;
            for (int second = 0; second < run.Seconds; second++)
            {
                Console.WriteLine(run.Line(second));
            }

            int cycles = run.Seconds * 1000 / RecordedRun.CycleMs;
            Console.WriteLine("replayed " + cycles.ToString() + " cycles, " + run.ReceivedCount.ToString() + " frames, ns for each cycle: " + ((int)(ticks * 100 / cycles)).ToString());

            // What is used on the heap after each further round: the recording is loaded before, so the difference is the firmware's own.
            for (int round = 1; round <= RecordedData.FurtherRounds(); round++)
            {
                run.Run();
                Console.WriteLine("heap " + round.ToString() + " " + ((int)(freeBefore - GC.Run(false))).ToString());
            }
        }
    }
}
