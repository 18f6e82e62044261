using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools;

/// <summary>What a call came to: a JSON object, or an expected failure.</summary>
public readonly struct ToolResult
{
    private readonly object? _value;
    private readonly JsonTypeInfo? _typeInfo;
    private readonly ReadOnlyMemory<byte> _json;

    private ToolResult(object? value, JsonTypeInfo? typeInfo, ReadOnlyMemory<byte> json, ProtocolError? error)
    {
        _value = value;
        _typeInfo = typeInfo;
        _json = json;
        Error = error;
    }

    /// <summary>The failure, or null for a result.</summary>
    public ProtocolError? Error { get; }

    /// <summary>A result that is written through <paramref name="typeInfo"/> when it is sent. It must be written as a JSON object.</summary>
    public static ToolResult From<T>(T value, JsonTypeInfo<T> typeInfo) => new(value, typeInfo, default, null);

    /// <summary>A result that is a JSON object in UTF-8 already. The memory must stay as it is until the call has been answered.</summary>
    public static ToolResult FromJson(ReadOnlyMemory<byte> utf8Object) => new(null, null, utf8Object, null);

    /// <summary>An expected failure.</summary>
    public static ToolResult Fail(ProtocolError error) => new(null, null, default, error);

    /// <summary>Writes the result; only to be called when <see cref="Error"/> is null.</summary>
    /// <exception cref="NotSupportedException">The value cannot be written as JSON.</exception>
    public void WriteTo(Utf8JsonWriter writer)
    {
        if (_typeInfo is null)
            writer.WriteRawValue(_json.Span, skipInputValidation: true);
        else
            JsonSerializer.Serialize(writer, _value, _typeInfo);
    }
}

/// <summary>The result of a typed tool: a value, or an expected failure. Both convert implicitly.</summary>
/// <typeparam name="T">The declared result type.</typeparam>
public readonly struct ToolResult<T>
{
    private ToolResult(T? value, ProtocolError? error)
    {
        Value = value;
        Error = error;
    }

    /// <summary>The value, when <see cref="Error"/> is null.</summary>
    public T? Value { get; }

    /// <summary>The failure, or null.</summary>
    public ProtocolError? Error { get; }

    /// <summary>A success.</summary>
    public static implicit operator ToolResult<T>(T value) => new(value, null);

    /// <summary>An expected failure.</summary>
    public static implicit operator ToolResult<T>(ProtocolError error) => new(default, error);
}
