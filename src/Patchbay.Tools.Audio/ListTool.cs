using System.Globalization;
using Patchbay.Tools.Audio.Codecs;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio;

/// <summary><c>audio/list</c>: the open streams of the session, and what can be decoded.</summary>
internal sealed class ListTool(StreamRegistry registry) : Tool<ListTool.Arguments, ListTool.Result>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "audio/list",
        Title = "List audio streams",
        Description = "The open audio streams of this session, and whether each codec is available.",
        InputSchema = InputSchema,
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true),
        Scope = "audio",
    };

    private static IReadOnlyDictionary<string, string> Codecs { get; } = Enum.GetValues<AudioCodec>().ToDictionary(
        codec => System.Text.Json.JsonNamingPolicy.SnakeCaseLower.ConvertName(codec.ToString()),
        codec => codec == AudioCodec.Opus && OpusLibrary.Instance is null ? "unavailable" : "available");

    protected override ValueTask<ToolResult<Result>> RunAsync(Arguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var open = registry.Find(context.Session)?.Open ?? [];
        return new(new Result([.. open.Select(Describe)], Codecs));
    }

    private static Item Describe(AudioStream stream) => new(
        stream.Identity.StreamId,
        stream.Identity.StreamNo,
        stream.Identity.Label,
        stream.Format.Codec,
        stream.Format.SampleRate,
        stream.Format.Channels,
        stream.Identity.OpenedAt.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
        Math.Round(stream.DurationS, 6));

    internal sealed record Arguments;

    internal sealed record Result(IReadOnlyList<Item> Streams, IReadOnlyDictionary<string, string> Codecs);

    internal sealed record Item(string StreamId, int StreamNo, string? Label, AudioCodec Codec, int SampleRate, int Channels, string OpenedAt, double DurationS);
}
