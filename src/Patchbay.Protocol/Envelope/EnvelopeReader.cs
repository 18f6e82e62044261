using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Compact;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Envelope;

/// <summary>Reads one message of either dialect: the rules of validation in their order, the first that fails answers.</summary>
public static class EnvelopeReader
{
    /// <summary>The only supported protocol version.</summary>
    public const string ProtocolVersion = "2.0";

    /// <summary>Reads one message.</summary>
    /// <param name="element">The text of one element that has passed <see cref="JsonText.Check"/>, without surrounding white space.</param>
    /// <param name="direction">Who sent it.</param>
    /// <param name="inUse">Ids a request may not have, or null when that is decided later.</param>
    public static ReadOutcome Read(ReadOnlyMemory<byte> element, Direction direction, IIdsInUse? inUse = null)
    {
        if (element.Span[0] != '{')
            return ReadOutcome.Invalid(new ProtocolError(ErrorCodes.InvalidMessageFormat, "A message is a JSON object."));

        var fields = FieldSet.Read(element);
        var isEnvelope = fields.Has(Field.ProtocolVersion) || fields.Has(Field.MessageType);
        if (!isEnvelope && (fields.Has(Field.Id) || fields.Has(Field.Method)))
            return CompactReader.Read(fields, inUse);

        var id = AnswerableId(fields, Field.MessageId);
        if (fields.Has(Field.JsonRpc))
            return ReadOutcome.Invalid(NotJsonRpc(), Dialect.Envelope, id);
        if (!isEnvelope)
            return ReadOutcome.Invalid(ProtocolError.Format("message_type", "The object is neither an envelope (protocol_version, message_type) nor compact (id, method)."), Dialect.Envelope, id);
        return ReadEnvelope(fields, direction, inUse, id);
    }

    /// <summary>The error for a message of the other protocol on this socket.</summary>
    internal static ProtocolError NotJsonRpc() => WrongVersion("This connection does not speak JSON-RPC; offer the subprotocol \"mcp\" for it.");

    /// <summary>The id of a message for its answer: a valid one, or a malformed one of at most 64 characters.</summary>
    // A prefix of five characters and 60 behind it make 65: that is valid too.
    internal static string? AnswerableId(in FieldSet fields, Field field) =>
        fields.StringOrNull(field) is { } id && (id.Length <= Names.MaxIdLength || Names.IsMessageId(id)) ? id : null;

    private static ReadOutcome ReadEnvelope(in FieldSet fields, Direction direction, IIdsInUse? inUse, string? id)
    {
        if (fields.Type(Field.ProtocolVersion) != JsonTokenType.String || !fields.Equals(Field.ProtocolVersion, "2.0"u8))
            return ReadOutcome.Invalid(WrongVersion("protocol_version must be \"2.0\"."), Dialect.Envelope, id);

        var rules = fields.Type(Field.MessageType) == JsonTokenType.String ? MessageRules.Find(fields) : null;
        if (id is null || !Names.IsMessageId(id))
            return ReadOutcome.Invalid(WrongId("message_id must be a prefix (req-, resp-, evt-, err-, diag-, hb-) and 1 to 60 characters of A-Z a-z 0-9 . _ : -, the first a letter or digit."), Dialect.Envelope, id);
        if (rules is not null && !id.StartsWith(rules.Prefix, StringComparison.Ordinal))
            return ReadOutcome.Invalid(WrongId($"The message_id of a {rules.Type} starts with {rules.Prefix}."), Dialect.Envelope, id);
        if (rules?.Type == "request" && inUse?.Contains(id) == true)
            return ReadOutcome.Invalid(InUse(id), Dialect.Envelope, id);

        var error = FieldRules.Check(fields, rules, direction);
        return error is null ? ReadOutcome.Valid(MessageBuilder.Build(fields, rules!, id)) : ReadOutcome.Invalid(error, Dialect.Envelope, id);
    }

    internal static ProtocolError InUse(string id) => WrongId($"A request with the id {id} is still in flight.");

    internal static ProtocolError WrongId(string message) => new(ErrorCodes.InvalidMessageId, message);

    private static ProtocolError WrongVersion(string message) =>
        new(ErrorCodes.InvalidProtocolVersion, message, new JsonObject { ["supported"] = new JsonArray(ProtocolVersion) });
}
