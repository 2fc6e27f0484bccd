using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Messages;

namespace Bms.Core.Tests
{
    /// <summary>The whole controller with a pack, a host and contactors that do what they are told.</summary>
    public sealed class TestRig
    {
        /// <summary>Parameters that the controller was made from.</summary>
        public readonly ParameterBlock Parameters;

        /// <summary>The bus.</summary>
        public readonly TestBus Bus;

        /// <summary>What sends to the controller.</summary>
        public readonly TestPack Pack;

        /// <summary>The controller.</summary>
        public readonly BatteryController Controller;

        /// <summary>Controller time.</summary>
        public uint NowMs;

        /// <summary>False where the DC link keeps the voltage that a test gives it, whatever the contactors do.</summary>
        public bool LinkCharges = true;

        /// <summary>False where an open link keeps its charge; otherwise it falls by 2 % in each cycle.</summary>
        public bool LinkFalls = true;

        /// <summary>True where the auxiliary contacts say what was commanded, whatever the contacts do.</summary>
        public bool AuxiliariesLie;

        /// <summary>True where the positive main contactor stays closed whatever it is told.</summary>
        public bool PositiveIsWelded;

        /// <summary>True where the negative main contactor stays closed whatever it is told.</summary>
        public bool NegativeIsWelded;

        /// <summary>True where the negative main contactor never closes.</summary>
        public bool NegativeIsStuckOpen;

        private int _tick;

        /// <summary>Makes a rig with an NMC pack.</summary>
        public TestRig(int cellCount)
            : this(Presets.Nmc(cellCount, 50000), 0)
        {
        }

        /// <summary>Makes a rig with parameters of its own.</summary>
        /// <param name="parameters">The block; may be invalid.</param>
        /// <param name="startMs">Controller time of the first cycle.</param>
        public TestRig(ParameterBlock parameters, uint startMs)
        {
            Parameters = parameters;
            Bus = new TestBus();
            int cells = parameters.Get(ParameterId.CellCount);
            Pack = new TestPack(Bus, cells < 1 || cells > 192 ? 96 : cells);
            Controller = new BatteryController(parameters, Bus);
            Controller.Inputs.InterlockClosed = true;
            NowMs = startMs;
        }

        /// <summary>Contactor state.</summary>
        public int State
        {
            get { return Controller.Control.Contactors.State; }
        }

        /// <summary>True where every contactor output is off.</summary>
        public bool ContactorsAreOff
        {
            get { return !Controller.Outputs.MainPositive && !Controller.Outputs.MainNegative && !Controller.Outputs.Precharge; }
        }

        /// <summary>Runs one cycle of 10 ms.</summary>
        public void Cycle()
        {
            ActuatorOutputs outputs = Controller.Outputs;
            bool negative = (outputs.MainNegative && !NegativeIsStuckOpen) || NegativeIsWelded;
            bool positive = outputs.MainPositive || PositiveIsWelded;
            if (LinkCharges)
            {
                MoveLink(negative && positive, negative && outputs.Precharge);
            }

            Controller.Inputs.MainPositiveClosed = AuxiliariesLie ? outputs.MainPositive : positive;
            Controller.Inputs.MainNegativeClosed = AuxiliariesLie ? outputs.MainNegative : negative;
            Controller.Inputs.PrechargeClosed = outputs.Precharge;
            Pack.SendDue(_tick);
            Controller.Update(NowMs);
            _tick++;
            NowMs += 10;
        }

        /// <summary>Forces a trip on the stages after the protection, until the next change of a fault.</summary>
        /// <param name="atOnce">True for one that does not wait for the current.</param>
        public void ForceTrip(bool atOnce)
        {
            Controller.Protection.HighestSeverity = Bms.Core.Protection.Severity.Trip;
            Controller.Protection.TripsAtOnce = atOnce;
        }

        /// <summary>Runs until the state machine is in a state.</summary>
        /// <returns>Time until then in ms, or -1 where it did not come within <paramref name="limitMs"/>.</returns>
        public int RunUntilState(int state, int limitMs)
        {
            for (int t = 0; t <= limitMs; t += 10)
            {
                if (State == state)
                {
                    return t;
                }

                Run(10);
            }

            return -1;
        }

        // The resistor charges the link with a time constant of four cycles.
        private void MoveLink(bool isConnected, bool isPrecharging)
        {
            int packMv = Pack.PackVoltageMv();
            if (isConnected)
            {
                Pack.LinkMv = packMv;
            }
            else if (isPrecharging)
            {
                Pack.LinkMv += (packMv - Pack.LinkMv) / 4;
            }
            else if (LinkFalls)
            {
                Pack.LinkMv -= Pack.LinkMv / 50;
            }
        }

        /// <summary>Runs cycles for a time; what was sent before the last of them is forgotten.</summary>
        public void Run(int ms)
        {
            for (int t = 0; t < ms; t += 10)
            {
                Bus.ForgetSent();
                Cycle();
            }
        }

        /// <summary>Runs until the contactors are closed in a mode, for 3 s at most.</summary>
        public void Close(int hostMode)
        {
            Pack.HostMode = hostMode;
            for (int t = 0; t < 3000 && State != ContactorState.Closed; t += 10)
            {
                Run(10);
            }
        }

        /// <summary>Runs cycles until a fault has a severity.</summary>
        /// <returns>Time until then, in ms, or -1 where it did not come within <paramref name="limitMs"/>.</returns>
        public int RunUntilSeverity(int fault, int severity, int limitMs)
        {
            for (int t = 0; t <= limitMs; t += 10)
            {
                Run(10);
                if (Controller.Protection.SeverityOf[fault] >= severity)
                {
                    return t;
                }
            }

            return -1;
        }

        /// <summary>Lets the host ask for standby and for a clearing of all faults, once.</summary>
        public void ClearFaults()
        {
            Pack.HostMode = HostCommand.ModeStandby;
            Pack.HostClears = 0;
            Run(200);
            Pack.HostClears = 1;
            Run(200);
            Pack.HostClears = 0;
        }
    }
}
