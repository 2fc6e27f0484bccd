using Bms.Core.Measurement;
using Bms.Core.Messages;

namespace Bms.Core.Tests
{
    /// <summary>Everything that sends to the controller: cell modules, pack sensor and host, with values that a test sets and frames as the catalogue has them.</summary>
    public sealed class TestPack
    {
        /// <summary>Cell voltages, in mV; the firmware's not-available value is sent as such.</summary>
        public readonly int[] CellMv;

        /// <summary>Temperatures, in 0.1 degC, four for each module.</summary>
        public readonly int[] DeciC;

        /// <summary>Pack current, in mA, positive charges.</summary>
        public int CurrentMa;

        /// <summary>Status of the current sensor.</summary>
        public int SensorStatus;

        /// <summary>Voltage on the battery side; -1 sends the sum of the cells.</summary>
        public int PackMv = -1;

        /// <summary>Voltage on the load side.</summary>
        public int LinkMv;

        /// <summary>Mode that the host asks for.</summary>
        public int HostMode;

        /// <summary>1 while the host asks to clear faults.</summary>
        public int HostClears;

        /// <summary>1 while the host allows balancing.</summary>
        public int HostBalances;

        /// <summary>Module that sends nothing, or -1.</summary>
        public int SilentModule = -1;

        /// <summary>True where the current sensor sends nothing.</summary>
        public bool CurrentIsSilent;

        /// <summary>True where the voltage sensor sends nothing.</summary>
        public bool VoltageIsSilent;

        /// <summary>True where the host sends nothing.</summary>
        public bool HostIsSilent;

        /// <summary>True where the first cell of each module moves by some millivolts from frame to frame, as cells do under a current.</summary>
        public bool CellsSway;

        /// <summary>Added to the CRC of every frame, so that a test can spoil it.</summary>
        public int CrcError;

        private int _sway;
        private readonly TestBus _bus;
        private readonly byte[] _data = new byte[8];
        private readonly int[] _counter = new int[0x240];

        /// <summary>Makes a healthy pack at 3.7 V and 25 degC.</summary>
        public TestPack(TestBus bus, int cellCount)
        {
            _bus = bus;
            CellMv = new int[cellCount];
            for (int i = 0; i < cellCount; i++)
            {
                CellMv[i] = 3700;
            }

            ModuleCount = (cellCount + 11) / 12;
            DeciC = new int[ModuleCount * 4];
            for (int i = 0; i < DeciC.Length; i++)
            {
                DeciC[i] = 250;
            }
        }

        /// <summary>Modules of the pack.</summary>
        public int ModuleCount { get; private set; }

        /// <summary>Voltage on the battery side that is sent.</summary>
        public int PackVoltageMv()
        {
            if (PackMv >= 0)
            {
                return PackMv;
            }

            int sum = 0;
            for (int i = 0; i < CellMv.Length; i++)
            {
                sum += CellMv[i] > 0 ? CellMv[i] : 0;
            }

            return sum;
        }

        /// <summary>Sets every cell.</summary>
        public void SetCells(int mv)
        {
            for (int i = 0; i < CellMv.Length; i++)
            {
                CellMv[i] = mv;
            }
        }

        /// <summary>Sets every sensor.</summary>
        public void SetTemperatures(int deciC)
        {
            for (int i = 0; i < DeciC.Length; i++)
            {
                DeciC[i] = deciC;
            }
        }

        /// <summary>Counter that the next frame of an identifier will carry.</summary>
        public void SetCounter(uint id, int counter)
        {
            _counter[(int)id] = counter;
        }

        /// <summary>Sends one of the three voltage frames of a module.</summary>
        public void SendVoltages(int module, int block)
        {
            int cell = module * 12 + block * 4;
            ModuleVoltagesA.PackCellVoltage1Mv(_data, CellOrNothing(cell) + (CellsSway && block == 0 ? NextSway() : 0));
            ModuleVoltagesA.PackCellVoltage2Mv(_data, CellOrNothing(cell + 1));
            ModuleVoltagesA.PackCellVoltage3Mv(_data, CellOrNothing(cell + 2));
            ModuleVoltagesA.PackCellVoltage4Mv(_data, CellOrNothing(cell + 3));
            Send((uint)(0x200 + block * 16 + module), 8);
        }

        /// <summary>Sends the temperature frame of a module.</summary>
        public void SendTemperatures(int module)
        {
            int first = module * 4;
            ModuleTemperatures.PackTemperature1DeciC(_data, DeciC[first]);
            ModuleTemperatures.PackTemperature2DeciC(_data, DeciC[first + 1]);
            ModuleTemperatures.PackTemperature3DeciC(_data, DeciC[first + 2]);
            ModuleTemperatures.PackTemperature4DeciC(_data, DeciC[first + 3]);
            Send((uint)(0x230 + module), 8);
        }

        /// <summary>Sends all four frames of a module.</summary>
        public void SendModule(int module)
        {
            SendVoltages(module, 0);
            SendVoltages(module, 1);
            SendVoltages(module, 2);
            SendTemperatures(module);
        }

        /// <summary>Sends the frame of the current sensor.</summary>
        public void SendCurrent()
        {
            SensorCurrent.PackCurrentMa(_data, CurrentMa);
            SensorCurrent.PackSensorStatus(_data, SensorStatus);
            Send(SensorCurrent.Id, SensorCurrent.Length);
        }

        /// <summary>Sends the frame with pack and link voltage.</summary>
        public void SendPackVoltages()
        {
            SensorVoltages.PackPackVoltageMv(_data, PackVoltageMv());
            SensorVoltages.PackLinkVoltageMv(_data, LinkMv);
            Send(SensorVoltages.Id, SensorVoltages.Length);
        }

        /// <summary>Sends the host's command.</summary>
        public void SendHost()
        {
            HostCommand.PackMode(_data, HostMode);
            HostCommand.PackClearFaults(_data, HostClears);
            HostCommand.PackBalancingAllowed(_data, HostBalances);
            HostCommand.PackCurrentRequestMa(_data, 0);
            Send(HostCommand.Id, HostCommand.Length);
        }

        /// <summary>Sends the host's time.</summary>
        public void SendTime(int clockS, int clockId)
        {
            HostTime.PackClockS(_data, clockS);
            HostTime.PackClockId(_data, clockId);
            Send(HostTime.Id, HostTime.Length);
        }

        /// <summary>Sends everything once.</summary>
        public void SendAll()
        {
            for (int module = 0; module < ModuleCount; module++)
            {
                SendModule(module);
            }

            SendCurrent();
            SendPackVoltages();
            SendHost();
        }

        /// <summary>Sends what is due at a multiple of 10 ms: every sender with the period of the catalogue, the modules one after another.</summary>
        public void SendDue(int tick)
        {
            int slot = tick % 10;
            for (int module = 0; module < ModuleCount; module++)
            {
                if (module % 10 == slot && module != SilentModule)
                {
                    SendModule(module);
                }
            }

            if (!CurrentIsSilent)
            {
                SendCurrent();
            }

            if (!VoltageIsSilent && tick % 2 == 0)
            {
                SendPackVoltages();
            }

            if (!HostIsSilent && slot == 9)
            {
                SendHost();
            }
        }

        private int NextSway()
        {
            _sway = (_sway + 1) % 7;
            return _sway;
        }

        private int CellOrNothing(int cell)
        {
            return cell < CellMv.Length ? CellMv[cell] : SignalValue.NotAvailable;
        }

        private void Send(uint id, int length)
        {
            int counter = _counter[(int)id];
            if (id >= ModuleVoltagesA.BaseId && id < ModuleTemperatures.BaseId + ModuleTemperatures.Count)
            {
                E2eProfile1.ProtectAtEnd(_data, length, E2eProfile1.SeedOf((int)id), counter);
            }
            else
            {
                E2eProfile1.Protect(_data, length, (int)id, counter);
            }

            _data[0] ^= (byte)CrcError;
            _bus.Put(id, false, _data, length);
            _counter[(int)id] = counter >= 14 ? 0 : counter + 1;
        }
    }
}
