using System.Buffers;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Validation;
using Patchbay.Server.Guard.Violations;
using Patchbay.Tools;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>What one connection receives: texts are checked and split, and their messages handed to the session one by one.</summary>
internal sealed class Inbox(Session session, IBinaryMessages? binary) : IConnectionHandler
{
    private const int MinBinaryBytes = 16;
    private const byte BinaryVersion = 1;

    public void OnText(ReadOnlyMemory<byte> text, long receivedAt)
    {
        if (JsonText.Check(text.Span, session.Engine.ProtocolLimits, out var shape) is { } error)
        {
            session.Receive(ReadOutcome.Invalid(error), receivedAt, isAlone: true, text.Length);
            return;
        }

        var elements = ArrayPool<ReadOnlyMemory<byte>>.Shared.Rent(shape.Count);
        BatchReader.Split(text, elements);
        for (var i = 0; i < shape.Count && !session.Connection.IsClosing; i++)
            session.Receive(EnvelopeReader.Read(elements[i], Direction.ClientToServer, session.Calls), receivedAt, !shape.IsBatch, elements[i].Length);
        ArrayPool<ReadOnlyMemory<byte>>.Shared.Return(elements, clearArray: true);
    }

    public async ValueTask OnBinaryAsync(ReadOnlyMemory<byte> message, long receivedAt)
    {
        if (binary is null || message.Length < MinBinaryBytes || message.Span[0] != BinaryVersion)
        {
            session.Close(CloseCodes.UnexpectedBinary);
            return;
        }

        if (await binary.ReceiveAsync(session, message, receivedAt).ConfigureAwait(false) is { } error)
            session.Receive(ReadOutcome.Invalid(error), receivedAt, isAlone: true, message.Length);
    }

    public void OnFault(CloseCode code)
    {
        session.Engine.Refused(Violation.TypeOf(code.Error ?? ErrorCodes.InvalidMessageFormat), session, null, code.Reason);
        if (code.Error is not { } why)
            return;
        var error = code == CloseCodes.MessageTooLarge
            ? new ProtocolError(why, $"A message has at most {session.Engine.Options.Limits.MaxMessageBytes} bytes.", new JsonObject { ["max_message_bytes"] = session.Engine.Options.Limits.MaxMessageBytes })
            : new ProtocolError(why, "Too many control frames or fragments.");
        session.Close(code, error);
    }
}
