using System.Globalization;
using System.Text;
using Bms.Bench;
using Bms.Bench.Scenarios.Cases;
using Bms.Core.Configuration;
using Bms.Core.Control;
using Bms.Core.Protection;
using Bms.Core.Reporting;

namespace Bms.Cli.Documentation
{
    /// <summary>Writes the tables that the firmware runs on into its pages, so that page and program cannot disagree.</summary>
    /// <remarks>
    /// A page keeps its own words; only what stands between the lines <c>&lt;!-- table NAME --&gt;</c> and <c>&lt;!-- end --&gt;</c> is replaced.
    /// The figures of the fault table are those of the NMC preset for 96 cells of 50 Ah.
    /// </remarks>
    public static class TablePages
    {
        /// <summary>Pages with tables, relative to the repository.</summary>
        public static readonly string[] Pages =
        [
            "docs/firmware/Bms.Core/Configuration.md",
            "docs/firmware/Bms.Core/Control.md",
            "docs/firmware/Bms.Core/Protection.md",
            "docs/firmware/Bms.Core/Reporting.md",
            "docs/hil-tests/scenarios.md",
        ];

        private const string Begin = "<!-- table ";
        private const string End = "<!-- end -->";

        /// <summary>The page with its tables as they must be.</summary>
        /// <param name="page">Text of the page.</param>
        /// <exception cref="InvalidDataException">A marker names no known table or is not closed.</exception>
        public static string Renew(string page)
        {
            var result = new StringBuilder();
            int at = 0;
            while (true)
            {
                int begin = page.IndexOf(Begin, at, StringComparison.Ordinal);
                if (begin < 0)
                {
                    return result.Append(page, at, page.Length - at).ToString();
                }

                int lineEnd = page.IndexOf('\n', begin);
                int end = page.IndexOf(End, begin, StringComparison.Ordinal);
                if (lineEnd < 0 || end < lineEnd)
                {
                    throw new InvalidDataException($"a table marker is not closed; put a line '{End}' after it");
                }

                string name = page[(begin + Begin.Length)..lineEnd].Replace("-->", "", StringComparison.Ordinal).Trim();
                result.Append(page, at, lineEnd + 1 - at).Append(TableOf(name));
                at = end;
            }
        }

        private static string TableOf(string name) => name switch
        {
            "faults" => Faults(),
            "transitions" => Transitions(),
            "outputs" => Outputs(),
            "frames" => Frames(),
            "parameters" => Parameters(),
            "scenario signals" => CaseSchema.Signals(),
            "scenario catalogue" => CaseSchema.Catalogue(),
            _ when name.StartsWith("scenario ", StringComparison.Ordinal) => CaseSchema.Table(name["scenario ".Length..]),
            _ => throw new InvalidDataException($"'{name}' is no known table: use faults, transitions, outputs, frames or parameters"),
        };

        private static string Faults()
        {
            ParameterBlock preset = Presets.Nmc(96, 50000);
            var rows = new StringBuilder("| no. | fault | unit | warning | limit | trip | hysteresis | debounce ms | release ms | limit stops | trip latches | judged every ms | trip command within ms | DTC | requirement |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n");
            for (int fault = 0; fault < FaultId.Count; fault++)
            {
                string stops = FaultTable.ReactionOf(fault) switch
                {
                    FaultTable.StopsBoth => "charge, discharge",
                    FaultTable.StopsCharging => "charge",
                    FaultTable.StopsDischarging => "discharge",
                    _ => "-",
                };
                rows.Append(CultureInfo.InvariantCulture, $"| {fault} | {FaultTable.NameOf(fault)} | {FaultTable.UnitOf(fault)} |");
                string relation = FaultTable.IsLowerLimit(fault) ? "< " : "> ";
                for (int column = 0; column < ParameterId.FaultColumns; column++)
                {
                    int value = preset.Get(ParameterId.OfFault(fault, column));
                    bool isThreshold = column <= ParameterId.ColumnTrip;
                    rows.Append(' ').Append(isThreshold && value == ParameterId.Never ? "-" : (isThreshold ? relation : "") + value.ToString(CultureInfo.InvariantCulture)).Append(" |");
                }

                string latches = preset.Get(ParameterId.OfFault(fault, ParameterId.ColumnTrip)) == ParameterId.Never ? "-"
                    : FaultTable.NeedsService(fault) ? "until service"
                    : FaultTable.IsLatched(fault) ? "yes"
                    : "no";
                int everyMs = preset.Get(ParameterId.CyclePeriodMs) * FaultTable.LookCyclesOf(fault);
                int worstMs = ReactionTimes.WorstCaseMs(preset, fault);
                string within = worstMs < 0 ? "-" : worstMs.ToString(CultureInfo.InvariantCulture);
                rows.Append(CultureInfo.InvariantCulture, $" {stops} | {latches} | {everyMs} | {within} | {FaultTable.DtcNameOf(fault)} | {FaultTable.RequirementOf(fault)} |\n");
            }

            return rows.ToString();
        }

        private static string Transitions()
        {
            var rows = new StringBuilder("| state | when | next state |\n|---|---|---|\n");
            int[] table = ContactorTable.Transitions;
            for (int row = 0; row < table.Length; row += ContactorTable.TransitionColumns)
            {
                rows.Append(CultureInfo.InvariantCulture, $"| {ContactorState.NameOf(table[row])} | {ConditionOf(table[row + 1])} | {ContactorState.NameOf(table[row + 2])} |\n");
            }

            return rows.ToString();
        }

        // The first condition of a row is the event, what follows narrows it down.
        private static string ConditionOf(int conditions)
        {
            var words = new List<string>();
            for (int bit = 1; bit <= conditions; bit <<= 1)
            {
                if ((conditions & bit) != 0)
                {
                    words.Add(WordsOf(bit));
                }
            }

            return string.Join(", and ", words);
        }

        private static string WordsOf(int condition) => condition switch
        {
            ContactorTable.WhenTripped => "a fault is at severity trip",
            ContactorTable.WhenTrippedAtOnce => "a fault is at severity trip that does not wait for the current",
            ContactorTable.WhenMayClose => "the host wants to drive or charge and nothing is in the way",
            ContactorTable.WhenTestable => "the link is low enough for the weld tests",
            ContactorTable.WhenStandbyWanted => "the host wants standby",
            ContactorTable.WhenLinkRose => "the link rises (fault ContactorWelded)",
            ContactorTable.WhenStateOver => "the time of the state is over",
            ContactorTable.WhenPrecharged => "link voltage and current say that precharge is finished",
            ContactorTable.WhenPrechargeEnded => "precharge is too long, too hot or too fast",
            ContactorTable.WhenAttemptsLeft => "another attempt makes sense",
            ContactorTable.WhenCurrentGone => "the current is small",
            ContactorTable.WhenLoaded => "the current is not small",
            ContactorTable.WhenNegativeFirst => "the negative contactor is to open first",
            ContactorTable.WhenLinkFell => "the link has fallen or says nothing",
            ContactorTable.WhenWeldCheckFailed => "the link has not fallen in time (fault ContactorWelded)",
            ContactorTable.WhenFaultGone => "no trip is left and the host has asked for standby",
            _ => throw new InvalidDataException($"condition {condition} has no words yet: add them here"),
        };

        private static string Outputs()
        {
            var rows = new StringBuilder("| state | main negative | precharge | main positive |\n|---|---|---|---|\n");
            for (int state = 0; state < ContactorState.Count; state++)
            {
                int drive = ContactorTable.Outputs[state];
                string Of(int flag) => (drive & flag) != 0 ? "closed" : "open";
                rows.Append(CultureInfo.InvariantCulture, $"| {ContactorState.NameOf(state)} | {Of(ContactorTable.MainNegative)} | {Of(ContactorTable.Precharge)} | {Of(ContactorTable.MainPositive)} |\n");
            }

            return rows.ToString();
        }

        private static string Frames()
        {
            string[] names = ["PackStatus", "Limits", "CellExtremes", "TemperatureExtremes", "StateEstimates", "FaultStatus", "TaskTiming", "CellVoltages (one group)", "CellTemperatures (one group)", "ModuleBalancing (one module)", "FaultStatus2", "FaultStatus3", "ContactorStatus", "ContactorCounters (one contactor)", "RegenLimits", "ThermalStatus"];
            var rows = new StringBuilder("| frame | id | bytes | period ms (8 modules) | phase ms |\n|---|---|---|---|---|\n");
            for (int row = 0; row < FrameTable.Count; row++)
            {
                rows.Append(CultureInfo.InvariantCulture, $"| {names[row]} | 0x{FrameTable.Id(row):X3} | {FrameTable.Length(row)} | {FrameTable.PeriodMs(row, 8)} | {FrameTable.PhaseMs(row)} |\n");
            }

            return rows.ToString();
        }

        private static string Parameters()
        {
            ParameterBlock[] presets = [Presets.Nmc(96, 50000), Presets.Nca(96, 50000), Presets.Lfp(96, 50000), Presets.Lto(96, 50000), Presets.NaIon(96, 50000)];
            var rows = new StringBuilder("| parameter | unit | lowest | highest | NMC | NCA | LFP | LTO | Na-ion |\n|---|---|---|---|---|---|---|---|---|\n");
            for (int parameter = 0; parameter < ParameterId.SingleCount; parameter++)
            {
                rows.Append(CultureInfo.InvariantCulture, $"| {ParameterTable.NameOf(parameter)} | {ParameterTable.UnitOf(parameter)} | {ParameterTable.MinimumOf(parameter)} | {ParameterTable.MaximumOf(parameter)} |");
                foreach (ParameterBlock preset in presets)
                {
                    rows.Append(CultureInfo.InvariantCulture, $" {preset.Get(parameter)} |");
                }

                rows.Append('\n');
            }

            return rows.ToString();
        }
    }
}
