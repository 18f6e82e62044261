using System.Text;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>Reads records of separated values (RFC 4180): quoted fields may hold separators, line ends and doubled quotes.</summary>
internal sealed class CsvReader(TextReader reader)
{
    // Far more than any log holds: a quote that is never closed would else take in the rest of the file.
    private const int LongestField = 1 << 20;
    private const int MostFields = 10_000;

    private readonly StringBuilder _field = new();
    private char _separator = ',';
    private int _line;

    /// <summary>The line the last record began on, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>Reads the header, and with it the separator: the one of comma, semicolon and tab that is there most often.</summary>
    public List<string>? ReadHeader()
    {
        Line = 1;
        while (reader.Peek() is >= 0 and not ('\r' or '\n'))
            Append(reader.Read());
        var line = _field.ToString();
        ReadLineEnd(reader.Read());
        if (line.Length == 0)
            return null;
        _separator = ((char[])[',', ';', '\t']).MaxBy(candidate => line.Count(character => character == candidate));
        return [.. new CsvReader(new StringReader(line)) { _separator = _separator }.ReadRecord()!.Select(name => name.Trim())];
    }

    /// <summary>The next record, or null at the end. Empty lines are passed over.</summary>
    public List<string>? ReadRecord()
    {
        while (reader.Peek() is '\r' or '\n')
            ReadLineEnd(reader.Read());
        if (reader.Peek() < 0)
            return null;
        Line = _line + 1;
        List<string> fields = [];
        while (ReadField(fields))
        {
            if (fields.Count >= MostFields)
                throw new InvalidDataException($"line {Line}: more than {MostFields} fields");
        }

        return fields;
    }

    /// <summary>True while a further field of the record follows.</summary>
    private bool ReadField(List<string> fields)
    {
        _field.Clear();
        var isQuoted = reader.Peek() == '"';
        if (isQuoted)
        {
            _ = reader.Read();
            ReadQuoted();
        }

        for (var next = reader.Read(); ; next = reader.Read())
        {
            if (next >= 0 && next != _separator && next is not ('\r' or '\n'))
            {
                Append(next);
                continue;
            }

            fields.Add(_field.ToString());
            if (next == _separator)
                return true;
            if (next >= 0)
                ReadLineEnd(next);
            return false;
        }
    }

    private void ReadQuoted()
    {
        for (var next = reader.Read(); next >= 0; next = reader.Read())
        {
            if (next == '"')
            {
                if (reader.Peek() != '"')
                    return;
                _ = reader.Read();
            }

            if (next == '\n')
                _line++;
            Append(next);
        }
    }

    private void Append(int character)
    {
        if (_field.Length >= LongestField)
            throw new InvalidDataException($"line {Line}: a field of more than {LongestField} characters; is a quote not closed?");
        _field.Append((char)character);
    }

    private void ReadLineEnd(int first)
    {
        _line++;
        if (first == '\r' && reader.Peek() == '\n')
            _ = reader.Read();
    }
}
