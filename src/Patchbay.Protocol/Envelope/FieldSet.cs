using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

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
        var reader = new Utf8JsonReader(text.Span);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = reader.ValueIsEscaped ? FindEscaped(ref reader) : Fields.Find(reader.ValueSpan);
            if (field is null)
                set.Unknown ??= reader.GetString();
            reader.Read();
            if (field is { } known)
                set.Note(known, ref reader);
            else
                reader.Skip();
        }

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
        if (!slot.Escaped)
            return Encoding.UTF8.GetString(Raw(field));
        var reader = new Utf8JsonReader(_text.Span.Slice(slot.Start - 1, slot.Length + 2));
        reader.Read();
        return reader.GetString()!;
    }

    public readonly string? StringOrNull(Field field) => Type(field) == JsonTokenType.String && Has(field) ? String(field) : null;

    /// <summary>Whether an unescaped string equals a text; escaped ones are unescaped first.</summary>
    public readonly bool Equals(Field field, ReadOnlySpan<byte> utf8)
    {
        ref readonly var slot = ref _slots[(int)field];
        return slot.Escaped ? String(field).AsSpan().SequenceEqual(Encoding.UTF8.GetString(utf8)) : Raw(field).SequenceEqual(utf8);
    }

    public static uint Bit(Field field) => 1u << (int)field;

    private void Note(Field field, ref Utf8JsonReader reader)
    {
        _present |= Bit(field);
        ref var slot = ref _slots[(int)field];
        slot.Type = reader.TokenType;
        if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
        {
            slot.Start = (int)reader.TokenStartIndex;
            reader.Skip();
            slot.Length = (int)reader.BytesConsumed - slot.Start;
            return;
        }

        slot.Start = (int)reader.TokenStartIndex + (reader.TokenType == JsonTokenType.String ? 1 : 0);
        slot.Length = reader.ValueSpan.Length;
        slot.Escaped = reader.ValueIsEscaped;
    }

    private static Field? FindEscaped(ref Utf8JsonReader reader) => Fields.Find(Encoding.UTF8.GetBytes(reader.GetString()!));
}
