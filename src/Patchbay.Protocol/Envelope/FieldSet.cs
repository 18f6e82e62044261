using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;
using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Envelope;

/// <summary>Where the known members of one object stand in its text.</summary>
internal ref struct FieldSet
{
    private readonly ReadOnlyMemory<byte> _text;
    private Slots _slots;
    private uint _present;

    private FieldSet(ReadOnlyMemory<byte> text) => _text = text;

    /// <summary>The first member that no dialect knows, or null.</summary>
    public string? Unknown { get; private set; }

    /// <summary>A bit for each field that is present.</summary>
    public readonly uint Present => _present;

    [InlineArray((int)Field.Count)]
    private struct Slots
    {
        private Slot _first;
    }

    private struct Slot
    {
        public int Start;
        public int Length;
        public JsonTokenType Type;
        public bool Escaped;
    }

    /// <summary>Notes where the members of an object are. The text has passed <see cref="Validation.JsonText.Check"/>.</summary>
    public static FieldSet Read(ReadOnlyMemory<byte> text)
    {
        var set = new FieldSet(text);
        var span = text.Span;
        // At the opening brace, then at a comma.
        var at = 0;
        do
        {
            var start = JsonBytes.SkipSpace(span, at + 1);
            if (span[start] == '}')
                break;
            at = JsonBytes.EndOfString(span, start, out var escaped);
            var name = span[start..at];
            var field = escaped ? Fields.Find(Encoding.UTF8.GetBytes(Unquoted(name))) : Fields.Find(name[1..^1]);
            if (field is null)
                set.Unknown ??= Unquoted(name);

            // Behind the colon.
            start = JsonBytes.SkipSpace(span, JsonBytes.SkipSpace(span, at) + 1);
            at = JsonBytes.EndOfValue(span, start, out escaped);
            if (field is { } known)
                set.Note(known, span[start], start, at - start, escaped);
            at = JsonBytes.SkipSpace(span, at);
        }
        while (span[at] == ',');

        return set;
    }

    public readonly bool Has(Field field) => (_present & Bit(field)) != 0;

    public readonly JsonTokenType Type(Field field) => _slots[(int)field].Type;

    /// <summary>The value's bytes: an object whole, a string or number as it stands, without quotes and not unescaped.</summary>
    public readonly ReadOnlySpan<byte> Raw(Field field)
    {
        ref readonly var slot = ref _slots[(int)field];
        return _text.Span.Slice(slot.Start, slot.Length);
    }

    /// <summary>The value's bytes as a slice that may be kept as long as the text; empty when absent.</summary>
    public readonly ReadOnlyMemory<byte> Slice(Field field)
    {
        ref readonly var slot = ref _slots[(int)field];
        return Has(field) ? _text.Slice(slot.Start, slot.Length) : default;
    }

    /// <summary>The value of a string.</summary>
    public readonly string String(Field field)
    {
        ref readonly var slot = ref _slots[(int)field];
        return slot.Escaped ? Unquoted(_text.Span.Slice(slot.Start - 1, slot.Length + 2)) : Encoding.UTF8.GetString(Raw(field));
    }

    public readonly string? StringOrNull(Field field) => Type(field) == JsonTokenType.String && Has(field) ? String(field) : null;

    /// <summary>Whether an unescaped string equals a text; escaped ones are unescaped first.</summary>
    public readonly bool Equals(Field field, ReadOnlySpan<byte> utf8)
    {
        ref readonly var slot = ref _slots[(int)field];
        return slot.Escaped ? String(field).AsSpan().SequenceEqual(Encoding.UTF8.GetString(utf8)) : Raw(field).SequenceEqual(utf8);
    }

    public static uint Bit(Field field) => 1u << (int)field;

    private void Note(Field field, byte first, int start, int length, bool escaped)
    {
        _present |= Bit(field);
        var isString = first == '"';
        ref var slot = ref _slots[(int)field];
        slot.Start = isString ? start + 1 : start;
        slot.Length = isString ? length - 2 : length;
        slot.Escaped = escaped;
        slot.Type = first switch
        {
            (byte)'"' => JsonTokenType.String,
            (byte)'{' => JsonTokenType.StartObject,
            (byte)'[' => JsonTokenType.StartArray,
            (byte)'t' => JsonTokenType.True,
            (byte)'f' => JsonTokenType.False,
            (byte)'n' => JsonTokenType.Null,
            _ => JsonTokenType.Number,
        };
    }

    // A string with its quotes and escapes, as a text.
    private static string Unquoted(ReadOnlySpan<byte> quoted)
    {
        var reader = new Utf8JsonReader(quoted);
        reader.Read();
        return reader.GetString()!;
    }
}
