using Patchbay.Protocol.Errors;

namespace Patchbay.Protocol.Envelope;

/// <summary>What reading one message came to: the message, or the error that says why not and how to answer it.</summary>
public readonly struct ReadOutcome
{
    private ReadOutcome(Message? message, ProtocolError? error, Dialect dialect, string? requestId)
    {
        Message = message;
        Error = error;
        Dialect = dialect;
        RequestId = requestId;
    }

    /// <summary>The message, when <see cref="Error"/> is null.</summary>
    public Message? Message { get; }

    /// <summary>What is wrong, or null.</summary>
    public ProtocolError? Error { get; }

    /// <summary>The dialect to answer in.</summary>
    public Dialect Dialect { get; }

    /// <summary>The id to answer to, when one could be read: a valid one, or a malformed one of at most 64 characters.</summary>
    public string? RequestId { get; }

    /// <summary>A valid message.</summary>
    public static ReadOutcome Valid(Message message) => new(message, null, message.Dialect, message.Id);

    /// <summary>A fault.</summary>
    public static ReadOutcome Invalid(ProtocolError error, Dialect dialect = Dialect.Envelope, string? requestId = null) => new(null, error, dialect, requestId);
}

/// <summary>The ids that are taken: a request with one of them is refused by the rule of ids, before its other fields are looked at.</summary>
public interface IIdsInUse
{
    /// <summary>Whether a request of this id is in flight.</summary>
    bool Contains(string id);
}

/// <summary>Who sends.</summary>
public enum Direction
{
    /// <summary>Strict: what the contract does not know is refused.</summary>
    ClientToServer,

    /// <summary>Fields a client does not know yet are ignored, so that a newer server can add some.</summary>
    ServerToClient,
}
