namespace Patchbay.Protocol.Envelope;

/// <summary>The table of message types: id prefix, required and allowed fields, and who may send it.</summary>
internal sealed class MessageRules
{
    private const uint Any = (1u << (int)Field.ProtocolVersion) | (1u << (int)Field.MessageType) | (1u << (int)Field.MessageId) | (1u << (int)Field.Ack);

    private static readonly MessageRules[] All =
    [
        new("request", "req-", byClient: true, [Field.Method], [Field.Params, Field.Context]),
        new("response", "resp-", byClient: false, [Field.RequestId, Field.Result], [Field.Metrics]),
        new("event", "evt-", byClient: true, [Field.EventType], [Field.Data, Field.Source]),
        new("error", "err-", byClient: true, [Field.ErrorCode, Field.ErrorMessage], [Field.Details, Field.RequestId]),
        new("diagnostic", "diag-", byClient: true, [Field.Level, Field.Component, Field.Message], [Field.Details, Field.Metrics]),
        new("heartbeat", "hb-", byClient: true, [Field.ClientId, Field.Uptime], [Field.Metrics]),
    ];

    private MessageRules(string type, string prefix, bool byClient, Field[] required, Field[] optional)
    {
        Type = type;
        Prefix = prefix;
        ByClient = byClient;
        Required = required;
        Allowed = required.Concat(optional).Aggregate(Any, (mask, field) => mask | FieldSet.Bit(field));
        Utf8Type = System.Text.Encoding.UTF8.GetBytes(type);
    }

    /// <summary>The rules of the compact dialect's only message a client sends.</summary>
    public static MessageRules Compact { get; } = new("request", "", byClient: true, [Field.Method], [Field.Id, Field.Params, Field.Context]) { Allowed = CompactFields };

    public string Type { get; }

    public string Prefix { get; }

    public bool ByClient { get; }

    /// <summary>An array, so that going through it for every message makes no enumerator.</summary>
    public Field[] Required { get; }

    /// <summary>A bit for each field the type may have.</summary>
    public uint Allowed { get; private init; }

    private static uint CompactFields =>
        FieldSet.Bit(Field.Id) | FieldSet.Bit(Field.Method) | FieldSet.Bit(Field.Params) | FieldSet.Bit(Field.Context) | FieldSet.Bit(Field.Ack);

    private byte[] Utf8Type { get; }

    /// <summary>The rules of a <c>message_type</c>, or null when there is no such type.</summary>
    public static MessageRules? Find(in FieldSet fields)
    {
        foreach (var rules in All)
        {
            if (fields.Equals(Field.MessageType, rules.Utf8Type))
                return rules;
        }

        return null;
    }
}
