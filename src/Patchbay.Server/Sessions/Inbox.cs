using System.Buffers;
using System.Net;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Validation;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Guard;
using Patchbay.Server.Guard.Violations;
using Patchbay.Tools;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>
/// What one connection receives: texts are checked and split, and every message passes here in one place, whatever its dialect: counted, refused or
/// handed on. The session behind it changes once at most, by a resume.
/// </summary>
internal sealed class Inbox : IConnectionHandler
{
    private const int MinBinaryBytes = 16;
    private const byte BinaryVersion = 1;

    private readonly Engine _engine;
    private readonly IBinaryMessages? _binary;
    private readonly Gate _gate;
    private readonly ConnectionSettings _settings;
    private bool _isFirst = true;
    private bool _isResumed;

    public Inbox(Session session, Connection connection, IBinaryMessages? binary)
    {
        Session = session;
        Connection = connection;
        Address = session.Address;
        _engine = session.Engine;
        _settings = session.Settings;
        _binary = binary;
        _gate = new Gate(_engine, this);
    }

    /// <summary>The session this connection has.</summary>
    public Session Session { get; private set; }

    public Connection Connection { get; }

    public IPAddress Address { get; }

    /// <summary>This connection goes on with another session, and its own is over.</summary>
    public void SwitchTo(Session session)
    {
        Session = session;
        _isResumed = true;
    }

    public ValueTask OnTextAsync(ReadOnlyMemory<byte> text, long receivedAt)
    {
        Session.Counter.CountReceivedBytes(text.Length);
        if (JsonText.Check(text.Span, _settings.ProtocolLimits, out var shape) is { } error)
            return ReceiveAsync(ReadOutcome.Invalid(error), new Receipt(receivedAt, false, text.Length));
        if (shape.IsBatch)
            return BatchAsync(text, shape, receivedAt);
        return ReceiveAsync(Read(text.Slice(shape.Start, shape.Length)), new Receipt(receivedAt, true, text.Length));
    }

    public async ValueTask OnBinaryAsync(ReadOnlyMemory<byte> message, long receivedAt)
    {
        _isFirst = false;
        Session.Counter.CountReceivedBytes(message.Length);
        if (_binary is null || message.Length < MinBinaryBytes || message.Span[0] != BinaryVersion)
        {
            _engine.Refused(Violation.InvalidMessage, Session, null, CloseCodes.UnexpectedBinary.Reason);
            Session.Close(CloseCodes.UnexpectedBinary);
            return;
        }

        if (await _binary.ReceiveAsync(Session, message, receivedAt).ConfigureAwait(false) is { } error)
        {
            Session.Outbox.SendError(Dialect.Envelope, null, error);
            _gate.NoteInvalid(error);
        }
    }

    public void OnFault(CloseCode code)
    {
        _engine.Refused(Violation.TypeOf(code.Error ?? ErrorCodes.InvalidMessageFormat), Session, null, code.Reason);
        if (code.Error is not { } why)
            return;
        var limit = _settings.Limits.MaxMessageBytes;
        Session.Close(code, code == CloseCodes.MessageTooLarge
            ? new ProtocolError(why, $"A message has at most {limit} bytes.", new JsonObject { ["max_message_bytes"] = limit })
            : new ProtocolError(why, "Too many control frames or fragments."));
    }

    private async ValueTask BatchAsync(ReadOnlyMemory<byte> text, JsonShape shape, long receivedAt)
    {
        var elements = ArrayPool<ReadOnlyMemory<byte>>.Shared.Rent(shape.Count);
        BatchReader.Split(text, shape, elements);
        for (var i = 0; i < shape.Count && !Connection.IsClosing; i++)
            await ReceiveAsync(Read(elements[i]), new Receipt(receivedAt, false, elements[i].Length)).ConfigureAwait(false);
        ArrayPool<ReadOnlyMemory<byte>>.Shared.Return(elements, clearArray: true);
    }

    // In a resumable session the same id again asks for the same answer, so it is not refused by the rule of ids.
    private ReadOutcome Read(ReadOnlyMemory<byte> element) =>
        EnvelopeReader.Read(element, Direction.ClientToServer, Session.Resumable is null ? Session.Calls : null);

    private ValueTask ReceiveAsync(in ReadOutcome outcome, in Receipt receipt)
    {
        var isFirst = _isFirst && receipt.IsAlone;
        _isFirst = false;
        Session.CountReceived();
        if (_isResumed && Session.Resumable!.ForgetPrevious())
            _engine.Store.Sessions.ForgetPreviousToken(Session.SessionId);
        if (!_gate.Admit(outcome, receipt.Bytes, isFirst))
            return ValueTask.CompletedTask;
        if (outcome.Error is { } error)
        {
            Refuse(outcome, error);
            return ValueTask.CompletedTask;
        }

        var message = outcome.Message!;
        if (message.Ack is { } ack)
        {
            if (ack > Session.Outbox.LastSeq)
            {
                Refuse(outcome, ProtocolError.Format(message is EventMessage { EventType: "ack" } ? "data.seq" : "ack", "No message with that number was sent."));
                return ValueTask.CompletedTask;
            }

            Session.Outbox.Acknowledge(ack);
        }

        return HandleAsync(outcome, message, receipt, isFirst);
    }

    private ValueTask HandleAsync(in ReadOutcome outcome, Message message, in Receipt receipt, bool isFirst)
    {
        switch (message)
        {
            case RequestMessage request:
                if (Session.Resumable is not null && request.Method != "tools/call" && Session.Calls.Contains(request.Id))
                {
                    Refuse(outcome, new ProtocolError(ErrorCodes.InvalidMessageId, $"A request with the id {request.Id} is still in flight."));
                    return ValueTask.CompletedTask;
                }

                return _engine.Dispatcher.DispatchAsync(new Call(this, request, receipt.ReceivedAt, receipt.IsAlone, isFirst));
            case HeartbeatMessage heartbeat:
                AnswerHeartbeat(heartbeat);
                return ValueTask.CompletedTask;
            case DiagnosticMessage diagnostic:
                _engine.TakeDiagnostic(Session, diagnostic);
                return ValueTask.CompletedTask;
            default:
                return ValueTask.CompletedTask;
        }
    }

    /// <summary>Answers a message that breaks a rule of the protocol, and notes it.</summary>
    public void Refuse(in ReadOutcome outcome, ProtocolError error)
    {
        Session.Outbox.SendError(outcome.Dialect, outcome.RequestId, error);
        _gate.NoteInvalid(error);
    }

    private void AnswerHeartbeat(HeartbeatMessage heartbeat)
    {
        var message = new OutboundMessage();
        EnvelopeWriter.Heartbeat(message, Session.Outbox.NextNumber(), Session.ClientId, _engine.UptimeSeconds, heartbeat.Id);
        Session.Outbox.SendUnnumbered(message);
    }

    /// <summary>How a message came.</summary>
    private readonly record struct Receipt(long ReceivedAt, bool IsAlone, int Bytes);
}
