using System.Globalization;

namespace Bms.Can.Io;

/// <summary>Names of buses for formats that only number them: number 1 is can0, as can-utils counts.</summary>
internal static class ChannelNames
{
    /// <summary>Name for a number from 1; 0, which some tools write, is taken as the first too.</summary>
    public static string OfNumber(uint number) => string.Create(CultureInfo.InvariantCulture, $"can{(number == 0 ? 0 : number - 1)}");
}

/// <summary>Gives buses the numbers that a format with numbers writes: canN and every other name that ends in N is N + 1 where that is free, else the first free number.</summary>
internal sealed class ChannelNumbers(int most)
{
    private readonly Dictionary<string, int> _numbers = [];
    private readonly HashSet<int> _taken = [];
    private string _last = "";
    private int _lastNumber = -1;

    /// <summary>The number from 1; 0 where there are more buses than the format can number.</summary>
    public int Of(string name)
    {
        if (ReferenceEquals(name, _last) && _lastNumber >= 0)
        {
            return _lastNumber;
        }

        if (!_numbers.TryGetValue(name, out int number))
        {
            int digits = name.Length;
            while (digits > 0 && char.IsAsciiDigit(name[digits - 1]))
            {
                digits--;
            }

            if (!int.TryParse(name.AsSpan(digits), NumberStyles.None, CultureInfo.InvariantCulture, out number) || number >= most || !_taken.Add(number + 1))
            {
                number = 0;
                while (number < most && !_taken.Add(number + 1))
                {
                    number++;
                }
            }

            number = number < most ? number + 1 : 0;
            _numbers.Add(name, number);
        }

        _last = name;
        _lastNumber = number;
        return number;
    }
}
