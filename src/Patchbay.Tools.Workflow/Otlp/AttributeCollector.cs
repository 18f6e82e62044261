using System.Buffers;
using System.Text.Json;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Collects the attributes of one span or resource: each key once, at most 128 of them and 16 KiB; what is beyond is left out. Used again for the next.</summary>
internal sealed class AttributeCollector(KnownAttributes known) : IDisposable
{
    /// <summary>The default limit of the OpenTelemetry SDKs.</summary>
    private const int MaxCount = 128;

    private const int MaxBytes = 16 * 1024;

    private readonly ArrayBufferWriter<byte> _buffer = new(4096);
    private readonly List<string> _keys = [];
    private readonly Utf8TextCache _texts = new();
    private Utf8JsonWriter? _writer;
    private string?[]? _captured;
    private int _count;

    /// <summary>Where the value is to be written after <see cref="TryKey"/>.</summary>
    public Utf8JsonWriter Writer => _writer!;

    public Utf8TextCache Texts => _texts;

    public void Begin()
    {
        _buffer.ResetWrittenCount();
        if (_writer is null)
            _writer = new Utf8JsonWriter(_buffer, new JsonWriterOptions { SkipValidation = true });
        else
            _writer.Reset(_buffer);
        _writer.WriteStartObject();
        _keys.Clear();
        _captured = null;
        _count = 0;
    }

    /// <summary>Whether there is room for this key; then its value must be written next.</summary>
    public bool TryKey(ReadOnlySpan<byte> key, int valueLength)
    {
        if (_count >= MaxCount || _writer!.BytesCommitted + _writer.BytesPending + key.Length + (long)valueLength > MaxBytes)
            return false;
        // There are a handful, mostly the very same strings: looking through them is cheaper than hashing.
        var text = _texts.Get(key);
        if (_keys.Contains(text))
            return false;
        _keys.Add(text);
        _count++;
        _writer.WritePropertyName(key);
        return true;
    }

    /// <summary>Remembers the text of an attribute the mapping asks for.</summary>
    public void Capture(ReadOnlySpan<byte> key, ReadOnlySpan<byte> text)
    {
        var slot = known.Find(key);
        if (slot < 0)
            return;
        _captured ??= new string?[known.Count];
        _captured[slot] ??= _texts.Get(text);
    }

    public OtlpAttributes End()
    {
        _writer!.WriteEndObject();
        _writer.Flush();
        return _count == 0 && _captured is null ? OtlpAttributes.None : new OtlpAttributes(_count == 0 ? default(ReadOnlyMemory<byte>) : _buffer.WrittenSpan.ToArray(), _captured);
    }

    public void Dispose() => _writer?.Dispose();
}
