using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Reports;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio;

/// <summary><c>audio/analyze</c>: the measurements of a stream so far.</summary>
internal sealed class AnalyzeTool(StreamRegistry registry) : Tool<AnalyzeTool.Arguments, AudioReport>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "audio/analyze",
        Title = "Analyze an audio stream",
        Description = "Measures a stream over its whole life, every frame received before the call included: loudness by EBU R 128, level, clipping, silence, bandwidth, noise and speech (quality); "
            + "jitter, delay variation and stalls (latency); loss, bursts and the E-model's rating (errors); and findings in words. A closed stream gives its final report for 10 minutes.",
        InputSchema = InputSchema,
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true),
        Scope = "audio",
    };

    /// <summary>The answer for a stream that does not exist, or not for the asker.</summary>
    public static ProtocolError NoSuchStream { get; } = ProtocolError.NotFound("No such audio stream in this session.");

    protected override async ValueTask<ToolResult<AudioReport>> RunAsync(Arguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var sections = ReportSections.None;
        foreach (var metric in arguments.Metrics ?? [])
            sections |= (ReportSections)(1 << (int)metric);
        if (sections == ReportSections.None)
            sections = ReportSections.All;
        var report = await registry.ReportAsync(context.Session, arguments.StreamId, sections).WaitAsync(cancellationToken).ConfigureAwait(false);
        return report is null ? NoSuchStream : report;
    }

    internal sealed record Arguments(
        [property: Description("The stream, as audio/open named it."), StringLength(128, MinimumLength = 1)] string StreamId,
        [property: Description("Parts of the report; all of them by default."), Length(0, 16)] IReadOnlyList<Metric>? Metrics = null);

    internal enum Metric
    {
        Quality,
        Latency,
        Errors,
    }
}
