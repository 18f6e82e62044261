namespace Patchbay.Tools.Audio.Streams;

/// <summary>Which stream it is and whose.</summary>
internal sealed record StreamIdentity(string StreamId, ushort StreamNo, string? Label, IToolSession Session, DateTimeOffset OpenedAt);

/// <summary>Why a stream ended, as it stands in <c>closed_by</c>.</summary>
internal static class ClosedBy
{
    public const string Client = "client";
    public const string EndOfStream = "end_of_stream";
    public const string Idle = "idle";
    public const string SessionEnded = "session_ended";
    public const string Fault = "fault";
    public const string EndOfFile = "end_of_file";
}
