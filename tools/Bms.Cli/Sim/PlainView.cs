using System.Globalization;

namespace Bms.Cli.Sim
{
    /// <summary>Tells a run as lines: what happens, and where it stands every ten simulated minutes. For pipes, files and CI.</summary>
    internal sealed class PlainView(TextWriter output)
    {
        private const double StatusS = 600;

        private double _nextStatusS = StatusS;
        private int _eventsTold;

        /// <summary>Tells what is new.</summary>
        public void Tell(SimSnapshot s, IReadOnlyList<SimEvent> events)
        {
            // Only what the snapshot's moment covers: the run goes on meanwhile.
            while (_eventsTold < events.Count && events[_eventsTold].TimeS <= s.TimeS)
            {
                SimEvent e = events[_eventsTold++];
                output.WriteLine($"{SimText.Clock(e.TimeS),8}  {e.Text}");
            }

            if (s.TimeS >= _nextStatusS)
            {
                TellStatus(s);
            }

            output.Flush();
        }

        private void TellStatus(SimSnapshot s)
        {
            _nextStatusS = (Math.Floor(s.TimeS / StatusS) + 1) * StatusS;
            output.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{SimText.Clock(s.TimeS),8}  {100 * s.Progress,3:0} %  {s.Phase}: {SimText.Number(s.PackVoltageV, "0.0")} V {SimText.Number(s.PackCurrentA, "+0.0;-0.0;0.0")} A, cells {SimText.Number(s.LowestCellV, "0.000")}..{SimText.Number(s.HighestCellV, "0.000")} V {SimText.Number(s.LowestDegC, "0.0")}..{SimText.Number(s.HighestDegC, "0.0")} degC, SoC {SimText.Number(s.Soc, "0.0")} % (true {SimText.Number(s.TrueSoc, "0.0")} %), {SimText.State(s.State)}, {(s.Faults.Count == 0 ? "no fault" : string.Join("+", s.Faults.Select(f => f.Name)))}, {s.Speed:0} x"));
        }
    }
}
