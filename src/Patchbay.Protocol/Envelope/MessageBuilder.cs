using System.Text.Json;

namespace Patchbay.Protocol.Envelope;

/// <summary>Makes the message from fields that passed every rule.</summary>
internal static class MessageBuilder
{
    public static Message Build(in FieldSet fields, MessageRules rules, string id) => rules.Type switch
    {
        "request" => Request(fields, id, Dialect.Envelope),
        "response" => new ResponseMessage
        {
            Id = id,
            Ack = Integer(fields, Field.Ack),
            Seq = Integer(fields, Field.Seq),
            RequestId = fields.StringOrNull(Field.RequestId) ?? "",
            Result = fields.Slice(Field.Result),
            Metrics = fields.Slice(Field.Metrics),
        },
        "event" => Event(fields, id),
        "error" => new ErrorMessage
        {
            Id = id,
            Ack = Integer(fields, Field.Ack),
            Seq = Integer(fields, Field.Seq),
            ErrorCode = fields.String(Field.ErrorCode),
            Text = fields.String(Field.ErrorMessage),
            Details = fields.Slice(Field.Details),
            RequestId = fields.StringOrNull(Field.RequestId),
        },
        "diagnostic" => new DiagnosticMessage
        {
            Id = id,
            Ack = Integer(fields, Field.Ack),
            Seq = Integer(fields, Field.Seq),
            Level = Level(fields)!.Value,
            Component = fields.String(Field.Component),
            Text = fields.String(Field.Message),
            Details = fields.Slice(Field.Details),
            Metrics = fields.Slice(Field.Metrics),
        },
        _ => new HeartbeatMessage
        {
            Id = id,
            Ack = Integer(fields, Field.Ack),
            Seq = Integer(fields, Field.Seq),
            ClientId = fields.String(Field.ClientId),
            Uptime = Number(fields.Raw(Field.Uptime)),
            Metrics = fields.Slice(Field.Metrics),
        },
    };

    public static RequestMessage Request(in FieldSet fields, string id, Dialect dialect) => new()
    {
        Dialect = dialect,
        Id = id,
        Ack = Integer(fields, Field.Ack),
        Method = KnownNames.Get(fields, Field.Method),
        Params = fields.Slice(Field.Params),
        Context = fields.Has(Field.Context) ? ContextReader.Read(fields.Slice(Field.Context)) : null,
    };

    public static DiagnosticLevel? Level(in FieldSet fields) => fields.String(Field.Level) switch
    {
        "debug" => DiagnosticLevel.Debug,
        "info" => DiagnosticLevel.Info,
        "warning" => DiagnosticLevel.Warning,
        "error" => DiagnosticLevel.Error,
        "critical" => DiagnosticLevel.Critical,
        _ => null,
    };

    private static EventMessage Event(in FieldSet fields, string id)
    {
        var type = KnownNames.Get(fields, Field.EventType);
        // An ack event says with data.seq what every other message says with ack; the higher one holds.
        var ack = Integer(fields, Field.Ack);
        if (type == "ack" && ContextReader.AckSeq(fields.Slice(Field.Data)) is { } seq)
            ack = Math.Max(seq, ack ?? 0);
        return new EventMessage
        {
            Id = id,
            Ack = ack,
            Seq = Integer(fields, Field.Seq),
            EventType = type,
            Data = fields.Slice(Field.Data),
            Source = fields.StringOrNull(Field.Source),
        };
    }

    private static long? Integer(in FieldSet fields, Field field) => fields.Has(field) ? FieldRules.Integer(fields.Raw(field)) : null;

    private static double Number(ReadOnlySpan<byte> raw)
    {
        var reader = new Utf8JsonReader(raw);
        reader.Read();
        return reader.GetDouble();
    }
}
