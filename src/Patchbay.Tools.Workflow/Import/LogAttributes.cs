using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>Writes the further fields of a row as a JSON object; what reads as a number becomes one.</summary>
internal sealed class LogAttributes
{
    private const int MaxBytes = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(1024);

    public ReadOnlyMemory<byte> Write(IEnumerable<KeyValuePair<string, string>> fields)
    {
        _buffer.ResetWrittenCount();
        using var writer = new Utf8JsonWriter(_buffer);
        HashSet<string> names = new(StringComparer.Ordinal);
        writer.WriteStartObject();
        foreach (var (name, value) in fields)
        {
            if (value.Length == 0 || _buffer.WrittenCount + writer.BytesPending + name.Length + value.Length > MaxBytes || !names.Add(name))
                continue;
            if (double.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number))
                writer.WriteNumber(name, number);
            else
                writer.WriteString(name, value);
        }

        writer.WriteEndObject();
        writer.Flush();
        return names.Count == 0 ? default(ReadOnlyMemory<byte>) : _buffer.WrittenSpan.ToArray();
    }
}
