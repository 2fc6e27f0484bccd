using Bms.Bench;
using Bms.Core.Configuration;
using Bms.Core.Messages;
using Bms.DriverReplay;
using Bms.Plant.Pack;

namespace Bms.InterpreterTests
{
    /// <summary>Ten minutes of driving on the virtual bench, as the driver of a CAN controller saw its chip: every word over SPI.</summary>
    internal static class TrafficRecording
    {
        private const int Seconds = 600;
        private const ulong Seed = 20260724;

        /// <summary>Records a drive with a charge in its middle.</summary>
        /// <param name="driver">The chip. The MCP2515, which holds two frames, gets one module that sends freely, and an idle loop that collects 20 times in each cycle.</param>
        public static Recording Make(CanDriver driver)
        {
            bool isSmall = driver == CanDriver.Mcp2515;
            var tap = new TrafficWriter(isSmall ? 360_000 : 200_000);
            var bench = new VirtualBench(new BenchOptions
            {
                Pack = new PackOptions { Seed = Seed, CellCount = isSmall ? 12 : 24, InitialSoc = 0.7, InitialTemperatureDegC = 18, AmbientDegC = 18, Enclosure = new EnclosureOptions { HasSensor = false } },
                Driver = driver,
                CollectsPerCycle = isSmall ? 20 : 0,

                // The housing has no sensor: its readings are no words of the chip.
                // An edge of the interrupt comes at a time, not with a transfer, and would not be in the recording.
                InterruptWired = false,
                SpiTap = tap,
            });
            var pins = new PinRecorder(bench);
            var collects = new ChangeList();
            bench.Plant.Host.Mode = HostCommand.ModeDrive;
            bench.Plant.Load.Profile = DriveProfile.Create(Seed, 20, 1);
            bench.Plant.Load.ProfileStartUs = 4_000_000;
            while (bench.TimeUs < Seconds * 1_000_000L)
            {
                if (bench.TimeUs == 300_000_000)
                {
                    bench.Plant.Load.Profile = null;
                    bench.Plant.Charger.MaxCurrentA = 20;
                    bench.Plant.Charger.IsOn = true;
                    bench.Plant.Host.Mode = HostCommand.ModeCharge;
                }

                long before = bench.CollectCount;
                bench.Step();
                pins.Note();
                collects.Note((int)bench.StepCount - 1, (int)(bench.CollectCount - before));
            }

            return new Recording
            {
                Parameters = Recording.Stored(bench.Parameters),
                Parts = tap.End(),
                Inputs = pins.Bytes(),
                Count = tap.TransferCount,
                StartMs = 0,
                Seconds = Seconds,
                Chip = isSmall ? DriverBus.ChipMcp2515 : DriverBus.ChipMcp2518fd,
                OscillatorHz = bench.Chip!.OscillatorHz,
                Collects = collects.Bytes(),
            };
        }
    }
}
