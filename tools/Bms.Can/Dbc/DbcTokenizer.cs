using System.Globalization;
using System.Text;

namespace Bms.Can.Dbc;

internal enum DbcTokenKind
{
    /// <summary>Name or keyword.</summary>
    Word,

    /// <summary>Decimal number with its sign, if any.</summary>
    Number,

    /// <summary>Text between quotes.</summary>
    Text,

    /// <summary>Any other single character.</summary>
    Mark,

    /// <summary>End of the file.</summary>
    End,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its characters; of a text those between the quotes.</param>
/// <param name="Line">Line, from 1.</param>
/// <param name="Column">Column, from 1.</param>
internal readonly record struct DbcToken(DbcTokenKind Kind, string Text, int Line, int Column)
{
    public bool Is(char mark) => Kind == DbcTokenKind.Mark && Text[0] == mark;

    public bool IsWord(string word) => Kind == DbcTokenKind.Word && Text == word;

    /// <summary>The token as an error message should name it.</summary>
    public string Described => Kind switch
    {
        DbcTokenKind.End => "the end of the file",
        DbcTokenKind.Text => "the text \"" + (Text.Length > 24 ? Text[..24] + "..." : Text).ReplaceLineEndings(" ") + "\"",
        _ => "'" + Text + "'",
    };
}

/// <summary>Cuts DBC text into tokens; knows nothing of the grammar.</summary>
internal sealed class DbcTokenizer
{
    private readonly string _text;
    private readonly string _fileName;
    private int _position;
    private int _line = 1;
    private int _lineStart;
    private bool _touchesNumberOrWord;

    public DbcTokenizer(string text, string fileName)
    {
        _text = text;
        _fileName = fileName;
    }

    public DbcToken Next()
    {
        SkipBlanks();
        if (_position >= _text.Length)
        {
            return new DbcToken(DbcTokenKind.End, "", _line, _position - _lineStart + 1);
        }

        int start = _position;
        int column = start - _lineStart + 1;
        char first = _text[start];
        if (first == '"')
        {
            return ReadText(column);
        }

        if (IsWordStart(first))
        {
            while (_position < _text.Length && (IsWordStart(_text[_position]) || char.IsAsciiDigit(_text[_position])))
            {
                _position++;
            }

            _touchesNumberOrWord = true;
            return new DbcToken(DbcTokenKind.Word, _text[start.._position], _line, column);
        }

        // In "8@1+" and "0-3" the sign belongs to the grammar; in "(1,-40)" to the number.
        bool signed = first is '+' or '-' && !_touchesNumberOrWord;
        if (char.IsAsciiDigit(DigitAt(start, signed)))
        {
            _position = EndOfNumber(signed ? start + 1 : start);
            _touchesNumberOrWord = true;
            return new DbcToken(DbcTokenKind.Number, _text[start.._position], _line, column);
        }

        _position++;
        _touchesNumberOrWord = false;
        return new DbcToken(DbcTokenKind.Mark, first.ToString(), _line, column);
    }

    private static bool IsWordStart(char character) => char.IsAsciiLetter(character) || character == '_';

    private char CharAt(int position) => position < _text.Length ? _text[position] : '\0';

    /// <summary>The digit that makes what starts here a number: behind the sign, behind a leading point.</summary>
    private char DigitAt(int position, bool signed)
    {
        int digit = signed ? position + 1 : position;
        return CharAt(CharAt(digit) == '.' ? digit + 1 : digit);
    }

    private int EndOfNumber(int position)
    {
        while (char.IsAsciiDigit(CharAt(position)))
        {
            position++;
        }

        if (CharAt(position) == '.')
        {
            position++;
            while (char.IsAsciiDigit(CharAt(position)))
            {
                position++;
            }
        }

        if (CharAt(position) is 'e' or 'E')
        {
            int exponent = position + 1;
            if (CharAt(exponent) is '+' or '-')
            {
                exponent++;
            }

            if (char.IsAsciiDigit(CharAt(exponent)))
            {
                position = exponent;
                while (char.IsAsciiDigit(CharAt(position)))
                {
                    position++;
                }
            }
        }

        return position;
    }

    private DbcToken ReadText(int column)
    {
        int line = _line;
        _position++;
        var content = new StringBuilder();
        while (true)
        {
            if (_position >= _text.Length)
            {
                throw new DbcException(_fileName, line, column, "this text never ends", "Close it with a quotation mark; a quotation mark inside a text is written \\\"");
            }

            char character = _text[_position++];
            if (character == '"')
            {
                break;
            }

            if (character == '\\' && CharAt(_position) == '"')
            {
                character = _text[_position++];
            }
            else if (character == '\n')
            {
                _line++;
                _lineStart = _position;
            }

            content.Append(character);
        }

        _touchesNumberOrWord = false;
        return new DbcToken(DbcTokenKind.Text, content.ToString(), line, column);
    }

    private void SkipBlanks()
    {
        while (_position < _text.Length)
        {
            char character = _text[_position];
            if (character == '\n')
            {
                _line++;
                _lineStart = _position + 1;
            }
            else if (character == '/' && CharAt(_position + 1) == '/')
            {
                int end = _text.IndexOf('\n', _position);
                _position = end < 0 ? _text.Length : end;
                _touchesNumberOrWord = false;
                continue;
            }
            else if (!char.IsWhiteSpace(character))
            {
                return;
            }

            _touchesNumberOrWord = false;
            _position++;
        }
    }

    public static bool TryParse(string text, out double value)
        => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
}
