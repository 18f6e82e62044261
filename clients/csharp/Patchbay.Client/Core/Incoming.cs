using System.Text.Json;

namespace Patchbay.Client.Core;

/// <summary>The kinds of message a server may send.</summary>
internal enum IncomingKind
{
    None,
    Response,
    Event,
    Error,
    Diagnostic,
    Heartbeat,
}

/// <summary>One message of the server: its members as they stand in the text, found in one pass that allocates nothing.</summary>
/// <remarks>A client takes what a later server may add: unknown members are passed over.</remarks>
internal ref struct Incoming
{
    public IncomingKind Kind;
    public JsonSlice RequestId;
    public JsonSlice Result;
    public JsonSlice EventType;
    public JsonSlice Data;
    public JsonSlice Source;
    public JsonSlice ErrorCode;
    public JsonSlice ErrorMessage;
    public JsonSlice Details;
    public JsonSlice Metrics;
    public JsonSlice Level;
    public JsonSlice Component;
    public JsonSlice Message;
    public JsonSlice Seq;

    /// <summary>Reads one JSON value to the end of the text.</summary>
    /// <returns>The field that is wrong, or null.</returns>
    /// <exception cref="JsonException">The text is not JSON.</exception>
    public static string? Read(ReadOnlySpan<byte> text, out Incoming message)
    {
        message = default;
        var reader = new Utf8JsonReader(text);
        reader.Read();
        if (reader.TokenType != JsonTokenType.StartObject)
        {
            reader.Skip();
            reader.Read();
            return "message";
        }

        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.ValueSpan;
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            var type = reader.TokenType;
            reader.Skip();
            message.Take(name, new JsonSlice(text[start..(int)reader.BytesConsumed], type));
        }

        // What stands behind the object is an error of the text.
        reader.Read();
        return message.Fault();
    }

    private readonly string? Fault()
    {
        var wrong = Kind switch
        {
            IncomingKind.Response => !RequestId.IsString ? "request_id" : Result.IsAbsent ? "result" : null,
            IncomingKind.Event => EventType.IsString ? null : "event_type",
            IncomingKind.Error => !ErrorCode.IsString ? "error_code" : !ErrorMessage.IsString ? "error_message" : null,
            IncomingKind.Diagnostic => !Level.IsString ? "level" : !Component.IsString ? "component" : !Message.IsString ? "message" : null,
            IncomingKind.Heartbeat => null,
            _ => "message_type",
        };
        return wrong ?? (Seq.Type is JsonTokenType.None or JsonTokenType.Null || Seq.AsCount() >= 0 ? null : "seq");
    }

    // By length first: most names are told apart by it alone.
    private void Take(ReadOnlySpan<byte> name, JsonSlice value)
    {
        switch (name.Length)
        {
            case 3 when name.SequenceEqual("seq"u8):
                Seq = value;
                break;
            case 4 when name.SequenceEqual("data"u8):
                Data = value;
                break;
            case 5 when name.SequenceEqual("level"u8):
                Level = value;
                break;
            case 6 when name.SequenceEqual("result"u8):
                Result = value;
                break;
            case 6 when name.SequenceEqual("source"u8):
                Source = value;
                break;
            case 7 when name.SequenceEqual("metrics"u8):
                Metrics = value;
                break;
            case 7 when name.SequenceEqual("details"u8):
                Details = value;
                break;
            case 7 when name.SequenceEqual("message"u8):
                Message = value;
                break;
            case 9 when name.SequenceEqual("component"u8):
                Component = value;
                break;
            case 10 when name.SequenceEqual("request_id"u8):
                RequestId = value;
                break;
            case 10 when name.SequenceEqual("event_type"u8):
                EventType = value;
                break;
            case 10 when name.SequenceEqual("error_code"u8):
                ErrorCode = value;
                break;
            case 12 when name.SequenceEqual("message_type"u8):
                Kind = KindOf(value);
                break;
            case 13 when name.SequenceEqual("error_message"u8):
                ErrorMessage = value;
                break;
        }
    }

    private static IncomingKind KindOf(JsonSlice type) =>
        type.Is("response"u8) ? IncomingKind.Response
        : type.Is("event"u8) ? IncomingKind.Event
        : type.Is("error"u8) ? IncomingKind.Error
        : type.Is("diagnostic"u8) ? IncomingKind.Diagnostic
        : type.Is("heartbeat"u8) ? IncomingKind.Heartbeat
        : IncomingKind.None;
}
