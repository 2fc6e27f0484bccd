using System;
using Bms.Recording;
using Bms.Replay;

namespace Bms.DriverReplay
{
    /// <summary>Plays the traffic between a driver and its chip that was deployed with it, and prints a line for each second, then how the driver fared.</summary>
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

            DriverBus bus = new DriverBus(parts, RecordedData.Chip(), RecordedData.OscillatorHz(), RecordedData.Collects());
            RecordedRun run = new RecordedRun(RecordedData.Parameters(), bus, bus.Driver, RecordedData.Inputs(), (uint)RecordedData.StartMs(), RecordedData.Seconds());
            run.Run();
            for (int second = 0; second < run.Seconds; second++)
            {
                Console.WriteLine(run.Line(second));
            }

            Console.WriteLine("driver: " + bus.Chip.TransferCount.ToString() + " transfers, " + bus.Chip.DifferenceCount.ToString() + " different, "
                + bus.Driver.ReceiveOverflowCount.ToString() + " overflows, " + bus.Driver.GarbledAnswers.ToString() + " garbled");
        }
    }
}
