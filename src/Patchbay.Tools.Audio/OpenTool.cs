using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio;

/// <summary><c>audio/open</c>: begins a stream.</summary>
internal sealed class OpenTool(StreamRegistry registry) : Tool<OpenTool.Arguments, OpenTool.Result>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "audio/open",
        Title = "Open an audio stream",
        Description = "Opens a live audio stream. Its frames follow as binary messages: 16 bytes little-endian (u8 version 1, u8 flags with bit 0 for the end of the stream, u16 stream_no, u32 sequence, "
            + "u64 capture_ts in samples; Opus counts 48,000 a second), then the payload, at most 64 KiB of whole samples, or one Opus packet."
            + (OpusLibrary.Instance is null ? " Opus is unavailable on this server: libopus was not found." : ""),
        InputSchema = InputSchema,
        OutputSchema = OutputSchema,
        Scope = "audio",
    };

    protected override ValueTask<ToolResult<Result>> RunAsync(Arguments arguments, ToolContext context, CancellationToken cancellationToken) => new(Run(arguments, context));

    private ToolResult<Result> Run(Arguments arguments, ToolContext context)
    {
        if (Check(arguments) is { } error)
            return error;
        var format = new StreamFormat(arguments.Codec, arguments.SampleRate, arguments.Channels, arguments.FrameMs, arguments.Payload == PayloadKind.Rtp);
        var (stream, refusal) = registry.Open(context.Session, format, arguments.Label);
        return stream is null ? refusal! : new Result(stream.Identity.StreamId, stream.Identity.StreamNo);
    }

    private static ProtocolError? Check(Arguments arguments)
    {
        if (arguments.SampleRate is < 8000 or > 192_000)
            return ProtocolError.Params("/sample_rate", "8000 to 192000 Hz.");
        if (arguments.Channels is < 1 or > 8)
            return ProtocolError.Params("/channels", "1 to 8.");
        if (arguments.FrameMs is < 1 or > 1000)
            return ProtocolError.Params("/frame_ms", "1 to 1000 ms.");
        // RTP has linear samples in the other byte order (RFC 3551 §4.5.11).
        if (arguments.Payload == PayloadKind.Rtp && arguments.Codec is not (AudioCodec.Mulaw or AudioCodec.Alaw or AudioCodec.Opus))
            return ProtocolError.Params("/payload", "rtp carries mulaw, alaw or opus.");
        if (arguments.Codec != AudioCodec.Opus)
            return null;
        if (!OpusDecoder.SampleRates.Contains(arguments.SampleRate))
            return ProtocolError.Params("/sample_rate", $"Opus is decoded at one of {string.Join(", ", OpusDecoder.SampleRates)} Hz.");
        if (arguments.Channels > 2)
            return ProtocolError.Params("/channels", "Opus has 1 or 2 channels.");
        return OpusLibrary.Instance is null ? ProtocolError.Failed("Opus is unavailable on this server: libopus was not found.") : null;
    }

    internal sealed record Arguments(
        [property: Description("How the payload is coded.")] AudioCodec Codec,
        [property: Description("Samples a second; for Opus the rate to decode to."), Range(8000, 192_000)] int SampleRate,
        [property: Description("Interleaved channels; Opus 1 or 2."), Range(1, 8)] int Channels,
        [property: Description("Milliseconds a frame. Without it the frames tell."), Range(1.0, 1000.0)] double? FrameMs = null,
        [property: Description("A name for people."), StringLength(128)] string? Label = null,
        [property: Description("What the payload of a frame is: samples (or an Opus packet), or a whole relayed RTP packet (mulaw, alaw, opus), whose own number and timestamp then count in place of the frame's.")]
        PayloadKind Payload = PayloadKind.Samples);

    internal enum PayloadKind
    {
        Samples,
        Rtp,
    }

    internal sealed record Result(string StreamId, int StreamNo);
}
