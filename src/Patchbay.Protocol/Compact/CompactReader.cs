using System.Text.Json;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Compact;

/// <summary>Reads a compact request: <c>{"id","method","params","context","ack"}</c>.</summary>
internal static class CompactReader
{
    public static ReadOutcome Read(in FieldSet fields, IIdsInUse? inUse)
    {
        var id = EnvelopeReader.AnswerableId(fields, Field.Id);
        if (fields.Has(Field.JsonRpc))
            return ReadOutcome.Invalid(EnvelopeReader.NotJsonRpc(), Dialect.Compact, id);
        if (id is null || fields.Type(Field.Id) != JsonTokenType.String || !Names.IsCompactId(id))
            return ReadOutcome.Invalid(EnvelopeReader.WrongId("id must be a string of 1 to 64 characters of A-Z a-z 0-9 . _ : -, the first a letter or digit."), Dialect.Compact, id);
        if (inUse?.Contains(id) == true)
            return ReadOutcome.Invalid(EnvelopeReader.InUse(id), Dialect.Compact, id);

        var error = FieldRules.Check(fields, MessageRules.Compact, Direction.ClientToServer);
        return error is null
            ? ReadOutcome.Valid(MessageBuilder.Request(fields, id, Dialect.Compact))
            : ReadOutcome.Invalid(error, Dialect.Compact, id);
    }
}
