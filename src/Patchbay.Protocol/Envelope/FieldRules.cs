using System.Buffers.Text;
using System.Numerics;
using System.Text.Json;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Envelope;

/// <summary>The rules for fields: type known and sendable, nothing missing, the right JSON types, nothing unknown, names and texts in bounds.</summary>
internal static class FieldRules
{
    private const long MaxInteger = (1L << 53) - 1;

    public static ProtocolError? Check(in FieldSet fields, MessageRules? rules, Direction direction)
    {
        if (rules is null)
            return ProtocolError.Format("message_type", "message_type must be one of request, event, error, diagnostic, heartbeat.");
        if (direction == Direction.ClientToServer && !rules.ByClient)
            return ProtocolError.Format("message_type", $"A client may not send a {rules.Type}.");

        foreach (var field in rules.Required)
        {
            if (!fields.Has(field))
                return ProtocolError.Format(Fields.Name(field), $"A {rules.Type} needs {Fields.Name(field)}.");
        }

        return CheckTypes(fields, rules)
            ?? (direction == Direction.ClientToServer ? CheckUnknown(fields, rules) : null)
            ?? CheckBounds(fields, rules);
    }

    private static ProtocolError? CheckTypes(in FieldSet fields, MessageRules rules)
    {
        // From the lowest bit to the highest: the fields that are there, in their order.
        for (var known = fields.Present & (rules.Allowed | FieldSet.Bit(Field.Seq)); known != 0; known &= known - 1)
        {
            var field = (Field)BitOperations.TrailingZeroCount(known);
            if (!Fits(fields, field))
                return ProtocolError.Format(Fields.Name(field), $"{Fields.Name(field)} must be {Describe(Fields.Kind(field))}.");
        }

        if (IsPart(fields, rules, Field.Level) && MessageBuilder.Level(fields) is null)
            return ProtocolError.Format("level", "level must be one of debug, info, warning, error, critical.");
        if (rules.Type == "event" && fields.Equals(Field.EventType, "ack"u8) && CheckAckEvent(fields) is { } error)
            return error;
        return IsPart(fields, rules, Field.Context) ? ContextReader.Check(fields.Slice(Field.Context)) : null;
    }

    private static bool Fits(in FieldSet fields, Field field)
    {
        var type = fields.Type(field);
        return Fields.Kind(field) switch
        {
            JsonKind.Object => type == JsonTokenType.StartObject,
            JsonKind.Number => type == JsonTokenType.Number,
            JsonKind.Integer => type == JsonTokenType.Number && Integer(fields.Raw(field)) is not null,
            JsonKind.StringOrNull => type is JsonTokenType.String or JsonTokenType.Null,
            _ => type == JsonTokenType.String,
        };
    }

    /// <summary>An integer from 0 to 2^53-1 written without fraction or exponent; else null.</summary>
    public static long? Integer(ReadOnlySpan<byte> number) =>
        Utf8Parser.TryParse(number, out long value, out var used) && used == number.Length && number[0] != '-' && value <= MaxInteger ? value : null;

    private static ProtocolError? CheckUnknown(in FieldSet fields, MessageRules rules)
    {
        if (fields.Unknown is { } unknown)
            return ProtocolError.Format(unknown, $"A {rules.Type} has no such field.");
        var extra = fields.Present & ~rules.Allowed;
        if (extra == 0)
            return null;
        var name = Fields.Name((Field)BitOperations.TrailingZeroCount(extra));
        return ProtocolError.Format(name, $"A {rules.Type} has no field {name}.");
    }

    private static ProtocolError? CheckBounds(in FieldSet fields, MessageRules rules)
    {
        foreach (var field in (ReadOnlySpan<Field>)[Field.Method, Field.EventType, Field.Component, Field.Source, Field.ClientId])
        {
            if (IsPart(fields, rules, field) && !IsName(fields, field))
                return ProtocolError.Format(Fields.Name(field), $"{Fields.Name(field)} must have 1 to {Names.MaxNameLength} characters and no control characters.");
        }

        foreach (var field in (ReadOnlySpan<Field>)[Field.Message, Field.ErrorMessage])
        {
            if (IsPart(fields, rules, field) && fields.Raw(field).Length > Names.MaxTextLength && fields.String(field).Length > Names.MaxTextLength)
                return ProtocolError.Format(Fields.Name(field), $"{Fields.Name(field)} must have at most {Names.MaxTextLength} characters.");
        }

        return null;
    }

    // Most names are short ASCII: those need no string to be checked.
    private static bool IsName(in FieldSet fields, Field field)
    {
        var raw = fields.Raw(field);
        return raw.Length is > 0 and <= Names.MaxNameLength && !raw.ContainsAnyExceptInRange((byte)' ', (byte)'~') && !raw.Contains((byte)'\\')
            || Names.IsName(fields.String(field));
    }

    private static bool IsPart(in FieldSet fields, MessageRules rules, Field field) =>
        fields.Has(field) && (rules.Allowed & FieldSet.Bit(field)) != 0;

    private static ProtocolError? CheckAckEvent(in FieldSet fields) =>
        fields.Has(Field.Data) && ContextReader.AckSeq(fields.Slice(Field.Data)) is not null
            ? null
            : ProtocolError.Format("data.seq", "An ack has data.seq, an integer from 0 to 2^53-1.");

    private static string Describe(JsonKind kind) => kind switch
    {
        JsonKind.Object => "an object",
        JsonKind.Number => "a number",
        JsonKind.Integer => "an integer from 0 to 2^53-1",
        JsonKind.StringOrNull => "a string or null",
        _ => "a string",
    };
}
