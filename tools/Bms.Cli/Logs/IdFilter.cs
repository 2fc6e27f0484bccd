using System.Globalization;
using System.IO.Enumeration;
using Bms.Can.Dbc;
using Bms.Can.Decoding;
using Bms.Can.Log;
using Bms.Cli.CommandLine;

namespace Bms.Cli.Logs
{
    /// <summary>Which identifiers are kept.</summary>
    internal sealed class IdFilter
    {
        private readonly List<(uint First, uint Last, bool IsExtended)> _ranges = [];
        private readonly MessageTable? _table;
        private readonly bool[] _isNamed = [];
        private readonly bool _invert;

        private IdFilter(IEnumerable<string> ids, string[] names, DbcDatabase? database, bool invert)
        {
            _invert = invert;
            foreach (string text in ids)
            {
                _ranges.Add(Range(text));
            }

            if (names.Length == 0)
            {
                return;
            }

            _table = new MessageTable(database!);
            _isNamed = [.. _table.Messages.Select(message => Array.Exists(names, name => FileSystemName.MatchesSimpleExpression(name, message.Name)))];
            string? unknown = Array.Find(names, name => !_table.Messages.Any(message => FileSystemName.MatchesSimpleExpression(name, message.Name)));
            if (unknown is not null)
            {
                throw new CliFailure($"--name is '{OneLine.Shown(unknown)}': no message of {database!.FileName} has such a name");
            }
        }

        /// <summary>The filter, or null where everything is kept.</summary>
        public static IdFilter? Of(string[] ids, string[] names, DbcDatabase? database, bool invert)
        {
            if (ids.Length > 0 || names.Length > 0)
            {
                return new IdFilter(ids, names, database, invert);
            }

            return invert ? throw new CliFailure("--invert needs --id or --name: say what is not to be kept") : null;
        }

        /// <summary>True where frames of this identifier stay; error reports are none of a message, so they go where something is named.</summary>
        public bool Keeps(uint id, CanFrameFlags flags)
        {
            bool isExtended = (flags & CanFrameFlags.Extended) != 0;
            bool isNamed = (flags & CanFrameFlags.Error) == 0
                && (_ranges.Exists(range => id >= range.First && id <= range.Last && range.IsExtended == isExtended)
                    || (_table?.Find(id, flags & ~CanFrameFlags.Remote) is >= 0 and int slot && _isNamed[slot]));
            return isNamed != _invert;
        }

        private static (uint First, uint Last, bool IsExtended) Range(string text)
        {
            string[] ends = text.Split('-');
            string first = Digits(ends[0]);
            string last = Digits(ends[^1]);
            if (ends.Length <= 2
                && uint.TryParse(first, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint low)
                && uint.TryParse(last, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint high)
                && low <= high && high <= 0x1FFF_FFFF && (first.Length > 3 || high <= 0x7FF))
            {
                return (low, high, first.Length > 3);
            }

            throw new CliFailure($"--id is '{OneLine.Shown(text)}': give hexadecimal identifiers such as 123, 100-1FF or 18FF0000");
        }

        private static string Digits(string text) => text.StartsWith("0x", StringComparison.OrdinalIgnoreCase) ? text[2..] : text;
    }
}
