using System.Text.Json;

namespace Patchbay.Client.Core;

/// <summary>The members of a JSON object, one after the other, without allocating; none when it is no object.</summary>
internal ref struct JsonMembers
{
    private readonly ReadOnlySpan<byte> _text;
    private Utf8JsonReader _reader;

    public JsonMembers(JsonSlice value)
    {
        _text = value.Type == JsonTokenType.StartObject ? value.Text : "{}"u8;
        _reader = new Utf8JsonReader(_text);
        _reader.Read();
        Current = default;
    }

    public Member Current { get; private set; }

    public readonly JsonMembers GetEnumerator() => this;

    public bool MoveNext()
    {
        if (!_reader.Read() || _reader.TokenType != JsonTokenType.PropertyName)
            return false;
        var name = _reader.ValueSpan;
        _reader.Read();
        var start = (int)_reader.TokenStartIndex;
        var type = _reader.TokenType;
        _reader.Skip();
        Current = new Member(name, new JsonSlice(_text[start..(int)_reader.BytesConsumed], type));
        return true;
    }

    /// <summary>One of them.</summary>
    public readonly ref struct Member(ReadOnlySpan<byte> name, JsonSlice value)
    {
        public ReadOnlySpan<byte> Name { get; } = name;

        public JsonSlice Value { get; } = value;
    }
}
