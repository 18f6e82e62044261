using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Limits;
using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Tests.Conformance;

/// <summary>A text read as the server reads it.</summary>
internal sealed record Reading(ProtocolError? Whole, bool IsBatch, IReadOnlyList<ReadOutcome> Elements)
{
    public static Reading Of(ReadOnlyMemory<byte> text, ProtocolLimits? limits = null)
    {
        if (JsonText.Check(text.Span, limits ?? ProtocolLimits.Default, out var shape) is { } error)
            return new Reading(error, false, []);
        var elements = new ReadOnlyMemory<byte>[shape.Count];
        BatchReader.Split(text, shape, elements);
        return new Reading(null, shape.IsBatch, [.. elements.Select(element => EnvelopeReader.Read(element, Direction.ClientToServer))]);
    }
}
