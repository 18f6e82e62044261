namespace Patchbay.Protocol.Envelope;

/// <summary>Every member name the two dialects know.</summary>
internal enum Field
{
    ProtocolVersion, MessageType, MessageId, Id, Method, Params, Context, Ack, Seq, RequestId, Result, Metrics,
    EventType, Data, Source, ErrorCode, ErrorMessage, Details, Level, Component, Message, ClientId, Uptime, JsonRpc,
    Count,
}

/// <summary>Names on the wire, and the JSON type each field must have.</summary>
internal static class Fields
{
    private static readonly string[] Names =
    [
        "protocol_version", "message_type", "message_id", "id", "method", "params", "context", "ack", "seq", "request_id", "result", "metrics",
        "event_type", "data", "source", "error_code", "error_message", "details", "level", "component", "message", "client_id", "uptime", "jsonrpc",
    ];

    private static readonly byte[][] Utf8Names = [.. Names.Select(System.Text.Encoding.UTF8.GetBytes)];

    public static string Name(Field field) => Names[(int)field];

    /// <summary>Finds a field by its exact name; null when there is none.</summary>
    public static Field? Find(ReadOnlySpan<byte> name)
    {
        for (var i = 0; i < Utf8Names.Length; i++)
        {
            if (name.SequenceEqual(Utf8Names[i]))
                return (Field)i;
        }

        return null;
    }

    public static JsonKind Kind(Field field) => field switch
    {
        Field.Params or Field.Context or Field.Result or Field.Metrics or Field.Data or Field.Details => JsonKind.Object,
        Field.Ack or Field.Seq => JsonKind.Integer,
        Field.Uptime => JsonKind.Number,
        Field.RequestId => JsonKind.StringOrNull,
        _ => JsonKind.String,
    };
}

/// <summary>What a field's value must be.</summary>
internal enum JsonKind
{
    String,
    StringOrNull,
    Object,
    Number,

    /// <summary>0 to 2^53-1, written without fraction or exponent.</summary>
    Integer,
}
