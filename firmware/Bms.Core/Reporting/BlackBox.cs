using System;
using System.Runtime.CompilerServices;
using Bms.Core.Control;
using Bms.Core.Measurement;
using Bms.Core.Messages;
using Bms.Core.Protection;

namespace Bms.Core.Reporting
{
    /// <summary>The last 30 s before a trip, 100 ms apart, kept until a service tool has read and released them.</summary>
    /// <remarks>
    /// A record has five parts of five bytes, in the form of the message BlackBoxData, so that reading is copying. One part is written every 20 ms; at the trip a whole
    /// record is written in two cycles, state, voltages and current in the first one, and then the memory stands still. 7,500 bytes, allocated at construction; the cycle allocates nothing. It lives in RAM; a board with storage keeps a frozen one there (<see cref="Storage.BlackBoxStore"/>).
    /// </remarks>
    public sealed class BlackBox
    {
        /// <summary>Records that fit.</summary>
        public const int RecordCount = 300;

        /// <summary>Time from record to record, in ms.</summary>
        public const int RecordPeriodMs = 100;

        /// <summary>Bytes of a record.</summary>
        public const int RecordLength = PartCount * PartLength;

        private const int PartCount = 5;
        private const int PartLength = 5;

        // Cells and temperatures, which change slowly.
        private const int FirstPartOfCells = 3;
        private const int PartAt = 3;
        private const uint PartPeriodMs = RecordPeriodMs / PartCount;
        private const int NotReading = -1;

        private readonly byte[] _ring = new byte[RecordCount * RecordLength];
        private readonly CanFrame _frame = new CanFrame();
        private readonly CanPort _port;
        private readonly int _dataSeed = E2eProfile1.SeedOf(BlackBoxData.DataId);
        private readonly int _statusSeed = E2eProfile1.SeedOf(BlackBoxStatus.DataId);

        private bool _isFrozen;
        private bool _freezes;
        private bool _started;
        private bool _armed = true;
        private uint _dueMs;
        private int _writeRecord;
        private int _writePart;
        private int _readAge = NotReading;
        private int _readPart;
        private int _dataCounter;
        private int _statusCounter;
        private bool _owesStatus;

        /// <param name="port">The bus that answers go to.</param>
        public BlackBox(CanPort port)
        {
            _port = port;
        }

        /// <summary>True from a trip until the release.</summary>
        public bool IsFrozen
        {
            get { return _isFrozen; }
        }

        /// <summary>Complete records, 0 to <see cref="RecordCount"/>.</summary>
        public int Count { get; private set; }

        /// <summary>First row of the fault table that had tripped when the memory froze, or not available.</summary>
        public int TripFault { get; private set; } = SignalValue.NotAvailable;

        /// <summary>Writes what is due, freezes at a trip, and answers one frame of a reading.</summary>
        /// <param name="controller">What is recorded.</param>
        /// <param name="nowMs">Controller time in ms; rolls over after 49.7 days.</param>
        [MethodImpl(Inlining.Always)]
        public void Update(BatteryController controller, uint nowMs)
        {
            if (controller.Measurement.TesterCommand != SignalValue.NotAvailable)
            {
                Obey(controller.Measurement);
            }

            if (!_isFrozen)
            {
                if (_freezes)
                {
                    FinishFreezing(controller);
                }
                else if (controller.Protection.HighestSeverity == Severity.Trip && _armed)
                {
                    Freeze(controller);
                }
                else if (((int)(nowMs - _dueMs) >= 0 || !_started) && !controller.Measurement.IsCrowded)
                {
                    // A signed difference, so that the comparison survives the roll-over.
                    Record(controller, nowMs);
                }
            }

            if (_owesStatus)
            {
                SendStatus();
            }
            else if (_readAge != NotReading)
            {
                SendPart();
            }
        }

        /// <summary>Copies one part of a record, as BlackBoxData carries it.</summary>
        /// <param name="age">0 for the newest record, up to <see cref="Count"/> - 1.</param>
        /// <param name="part">Part, 0 to 4.</param>
        /// <param name="payload">Payload of 8 bytes; the five that belong to the part are written.</param>
        /// <returns>False where there is no such record or part.</returns>
        public bool TryRead(int age, int part, byte[] payload)
        {
            if (age < 0 || age >= Count || part < 0 || part >= PartCount)
            {
                return false;
            }

            int record = _writeRecord - 1 - age;
            if (record < 0)
            {
                record += RecordCount;
            }

            Array.Copy(_ring, record * RecordLength + part * PartLength, payload, PartAt, PartLength);
            return true;
        }

        /// <summary>Copies a whole record, as storage keeps it.</summary>
        /// <param name="age">0 for the newest record.</param>
        /// <param name="target">Where to put <see cref="RecordLength"/> bytes; zeros where there is no such record.</param>
        /// <param name="at">First byte in <paramref name="target"/>.</param>
        public void CopyRecord(int age, byte[] target, int at)
        {
            if (age < 0 || age >= Count)
            {
                Array.Clear(target, at, RecordLength);
                return;
            }

            int record = _writeRecord - 1 - age;
            if (record < 0)
            {
                record += RecordCount;
            }

            Array.Copy(_ring, record * RecordLength, target, at, RecordLength);
        }

        /// <summary>Takes a record of an earlier run, the oldest first. Before the first cycle only, and ended by <see cref="FinishRestore"/>.</summary>
        /// <param name="source">Bytes of the record.</param>
        /// <param name="at">First byte in <paramref name="source"/>.</param>
        public void AddRestored(byte[] source, int at)
        {
            Array.Copy(source, at, _ring, _writeRecord * RecordLength, RecordLength);
            CompleteRecord();
        }

        /// <summary>What was restored stands still as after a trip, until a service tool releases it.</summary>
        /// <param name="tripFault">Row of the fault table that had tripped, or not available.</param>
        public void FinishRestore(int tripFault)
        {
            _isFrozen = true;
            TripFault = tripFault;
        }

        /// <summary>Forgets what was restored so far.</summary>
        public void AbandonRestore()
        {
            Count = 0;
        }

        private void Obey(PackMeasurement m)
        {
            int command = m.TesterCommand;
            m.TesterCommand = SignalValue.NotAvailable;
            _owesStatus = true;
            _readAge = NotReading;
            if (command == BlackBoxRequest.CommandRead && _isFrozen && m.TesterRecord < Count && m.TesterRecord >= 0)
            {
                _readAge = m.TesterRecord;
                _readPart = 0;
            }
            else if (command == BlackBoxRequest.CommandRelease && _isFrozen)
            {
                // A trip that still stands is the one just released: it does not freeze the memory again.
                _isFrozen = false;
                TripFault = SignalValue.NotAvailable;
                Count = 0;
                _writePart = 0;
                _armed = false;
                _started = false;
            }
        }

        private void Record(BatteryController controller, uint nowMs)
        {
            if (controller.Protection.HighestSeverity != Severity.Trip)
            {
                _armed = true;
            }

            if (!_started)
            {
                _started = true;
                _dueMs = nowMs;
            }

            // After a stall nothing is written twice to catch up.
            _dueMs = nowMs - _dueMs >= PartPeriodMs ? nowMs + PartPeriodMs : _dueMs + PartPeriodMs;
            WritePart(controller, _writePart);
            _writePart++;
            if (_writePart == PartCount)
            {
                CompleteRecord();
            }
        }

        // The record that was being written gives way to one of this very cycle and the next.
        private void Freeze(BatteryController controller)
        {
            for (int part = 0; part < FirstPartOfCells; part++)
            {
                WritePart(controller, part);
            }

            _freezes = true;
        }

        private void FinishFreezing(BatteryController controller)
        {
            for (int part = FirstPartOfCells; part < PartCount; part++)
            {
                WritePart(controller, part);
            }

            CompleteRecord();
            _freezes = false;
            _isFrozen = true;
            int[] severity = controller.Protection.SeverityOf;
            for (int fault = 0; fault < severity.Length; fault++)
            {
                if (severity[fault] == Severity.Trip)
                {
                    TripFault = fault;
                    return;
                }
            }
        }

        private void CompleteRecord()
        {
            _writePart = 0;
            _writeRecord = _writeRecord == RecordCount - 1 ? 0 : _writeRecord + 1;
            if (Count < RecordCount)
            {
                Count++;
            }
        }

        private void WritePart(BatteryController controller, int part)
        {
            byte[] data = _frame.Data;
            data[3] = 0;
            data[4] = 0;
            data[5] = 0;
            data[6] = 0;
            data[7] = 0;
            PackMeasurement m = controller.Measurement;
            switch (part)
            {
                case 0:
                    PackState(controller, data);
                    break;
                case 1:
                    BlackBoxData.PackPackVoltageMv(data, m.PackVoltageMv != SignalValue.NotAvailable ? m.PackVoltageMv : m.CellSumMv);
                    BlackBoxData.PackLinkVoltageMv(data, m.LinkVoltageMv);
                    break;
                case 2:
                    BlackBoxData.PackPackCurrentMa(data, m.CurrentMa);
                    BlackBoxData.PackSocCentiPct(data, controller.Estimation.SocCentiPct);
                    break;
                case 3:
                    BlackBoxData.PackLowestCellMv(data, m.LowestCellMv);
                    BlackBoxData.PackHighestCellMv(data, m.HighestCellMv);
                    BlackBoxData.PackLowestCellNumber(data, m.ValidCells == 0 ? SignalValue.NotAvailable : m.LowestCell + 1);
                    break;
                default:
                    BlackBoxData.PackLowestTemperatureDeciC(data, m.LowestTemperatureDeciC);
                    BlackBoxData.PackHighestTemperatureDeciC(data, m.HighestTemperatureDeciC);
                    BlackBoxData.PackHighestCellNumber(data, m.ValidCells == 0 ? SignalValue.NotAvailable : m.HighestCell + 1);
                    break;
            }

            Array.Copy(data, PartAt, _ring, _writeRecord * RecordLength + part * PartLength, PartLength);
        }

        // Fourteen small fields: put together here, as the catalogue lays them out, for a tenth of what fourteen calls cost. The tests read them by the catalogue.
        private static void PackState(BatteryController controller, byte[] data)
        {
            PackMeasurement m = controller.Measurement;
            ActuatorOutputs outputs = controller.Outputs;
            DiscreteInputs inputs = controller.Inputs;
            FaultMonitor faults = controller.Protection;
            data[3] = (byte)(controller.Control.Contactors.State | (faults.HighestSeverity << 4) | (inputs.InterlockClosed ? 0x40 : 0));
            data[4] = (byte)((outputs.MainPositive ? 0x01 : 0)
                | (outputs.MainNegative ? 0x02 : 0)
                | (outputs.Precharge ? 0x04 : 0)
                | (inputs.MainPositiveClosed ? 0x08 : 0)
                | (inputs.MainNegativeClosed ? 0x10 : 0)
                | (inputs.PrechargeClosed ? 0x20 : 0)
                | (outputs.Heater ? 0x40 : 0)
                | (outputs.Cooling ? 0x80 : 0));
            data[5] = (byte)faults.ActiveFaultCount;
            data[6] = (byte)m.FramesThisCycle;
            data[7] = (byte)m.HostMode;
        }

        private void SendStatus()
        {
            byte[] data = _frame.Data;
            data[1] = 0;
            data[2] = 0;
            data[3] = 0;
            BlackBoxStatus.PackFrozen(data, _isFrozen ? 1 : 0);
            BlackBoxStatus.PackRecordCount(data, Count);
            BlackBoxStatus.PackTripFaultId(data, TripFault);
            if (Send(BlackBoxStatus.Id, BlackBoxStatus.Length, _statusSeed, _statusCounter))
            {
                _owesStatus = false;
                _statusCounter = Next(_statusCounter);
            }
        }

        // One frame a cycle, so that reading never crowds the bus; a refused frame is tried again in the next one.
        private void SendPart()
        {
            byte[] data = _frame.Data;
            data[1] = 0;
            data[2] = 0;
            BlackBoxData.PackPart(data, _readPart);
            BlackBoxData.PackRecord(data, _readAge);
            TryRead(_readAge, _readPart, data);
            if (!Send(BlackBoxData.Id, BlackBoxData.Length, _dataSeed, _dataCounter))
            {
                return;
            }

            _dataCounter = Next(_dataCounter);
            _readPart++;
            if (_readPart == PartCount)
            {
                _readPart = 0;
                _readAge = _readAge + 1 < Count ? _readAge + 1 : NotReading;
            }
        }

        private bool Send(uint id, int length, int seed, int counter)
        {
            CanFrame frame = _frame;
            frame.Id = id;
            frame.IsExtended = false;
            frame.Length = length;
            E2eProfile1.ProtectWithSeed(frame.Data, length, seed, counter);
            return _port.TrySend(frame);
        }

        private static int Next(int counter)
        {
            return counter >= 14 ? 0 : counter + 1;
        }
    }
}
