using Bms.Can.Dbc;
using Bms.Can.Decoding;

namespace Bms.Can.Export;

/// <summary>The columns of a table: the signals that are wanted, message by message.</summary>
internal sealed class TableColumns
{
    private readonly TableColumn[][] _ofMessage;

    public TableColumns(DbcDatabase database, SignalSelection? selection, ExportOptions options, Func<string, string> quote)
    {
        var all = new List<TableColumn>();
        _ofMessage = new TableColumn[database.Messages.Count][];
        for (int slot = 0; slot < _ofMessage.Length; slot++)
        {
            DbcMessage message = database.Messages[slot];
            var own = new List<TableColumn>();
            for (int signal = 0; signal < message.Signals.Count; signal++)
            {
                if (selection is null || selection.Contains(message, message.Signals[signal]))
                {
                    string unit = options.Values == ValueForm.Raw ? "" : message.Signals[signal].Unit;
                    own.Add(new TableColumn(message, new SignalText(message, signal, options, quote), unit, all.Count + own.Count));
                }
            }

            all.AddRange(own);
            _ofMessage[slot] = [.. own];
        }

        All = all;
    }

    public IReadOnlyList<TableColumn> All { get; }

    public TableColumn[] Of(int slot) => _ofMessage[slot];
}

/// <param name="Message">The signal's message.</param>
/// <param name="Text">Writes its values.</param>
/// <param name="Unit">Its unit, empty where raw numbers are written.</param>
/// <param name="Place">Number of the column, from 0.</param>
internal sealed record TableColumn(DbcMessage Message, SignalText Text, string Unit, int Place)
{
    public string Name => $"{Message.Name}.{Text.Signal.Name}";

    public string Head => Unit.Length == 0 ? Name : $"{Name} [{Unit}]";
}
