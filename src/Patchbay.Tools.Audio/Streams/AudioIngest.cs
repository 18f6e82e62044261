using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Streams;

/// <summary>
/// The way of a binary message into its stream. Checks the header and the size, copies it into the stream's queue and returns; measuring is done
/// elsewhere. A full queue holds back the connection until there is room.
/// </summary>
internal sealed class AudioIngest(StreamRegistry registry, TimeProvider time) : IBinaryMessages
{
    /// <inheritdoc />
    public IReadOnlyList<string> Capabilities { get; } = CapabilitiesWith(OpusLibrary.Instance);

    /// <summary>Only what is missing is said: what the contract names is there.</summary>
    public static IReadOnlyList<string> CapabilitiesWith(OpusLibrary? opus) => opus is null ? ["opus_unavailable"] : [];

    /// <inheritdoc />
    public ValueTask<ProtocolError?> ReceiveAsync(IToolSession session, ReadOnlyMemory<byte> message, long receivedTimestamp)
    {
        if (message.Length < FrameHeader.Size || message.Span[0] != FrameHeader.Version)
            return new(ProtocolError.Format("header", "An audio frame begins with a header of 16 bytes of version 1."));
        var header = FrameHeader.Read(message.Span);
        if (registry.Find(session)?.Find(header.StreamNo) is not { } stream)
            return new(Refuse(session, header, null, "No such stream: open one with audio/open and use its stream_no."));
        var payload = message.Span[FrameHeader.Size..];
        if (payload.Length > FrameHeader.MaxPayload)
            return new(Refuse(session, header, stream, $"The payload has {payload.Length} bytes; at most {FrameHeader.MaxPayload} are taken."));
        if (!stream.Format.Takes(payload) || (payload.IsEmpty && !header.EndOfStream))
        {
            return new(Refuse(session, header, stream, stream.Format.IsRtp
                ? $"The payload of {payload.Length} bytes is no RTP packet of version 2."
                : $"The payload of {payload.Length} bytes is no whole number of samples of {stream.Format.Channels} channels, or no valid packet."));
        }

        if (stream.TryAdd(message.Span, receivedTimestamp, out var ended))
            return default;
        return ended ? new(Refuse(session, header, stream, "The stream has ended.")) : WaitAsync(session, stream, header, message, receivedTimestamp);
    }

    private async ValueTask<ProtocolError?> WaitAsync(IToolSession session, AudioStream stream, FrameHeader header, ReadOnlyMemory<byte> message, long receivedTimestamp)
    {
        while (true)
        {
            await stream.WaitForRoomAsync(message.Length).ConfigureAwait(false);
            if (stream.TryAdd(message.Span, receivedTimestamp, out var ended))
                return null;
            if (ended)
                return Refuse(session, header, stream, "The stream has ended.");
        }
    }

    private ProtocolError? Refuse(IToolSession session, FrameHeader header, AudioStream? stream, string message)
    {
        stream?.CountInvalid();
        return registry.Of(session).MayComplain(header.StreamNo, time)
            ? new ProtocolError(ErrorCodes.InvalidMessageFormat, message, new JsonObject { ["field"] = stream is null ? "stream_no" : "payload", ["stream_no"] = (int)header.StreamNo })
            : null;
    }
}
