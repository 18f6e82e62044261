using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Patchbay.Tools.Audio.Reports;
using Patchbay.Tools.Audio.Streams;

namespace Patchbay.Tools.Audio;

/// <summary><c>audio/close</c>: ends a stream and gives its final report.</summary>
internal sealed class CloseTool(StreamRegistry registry) : Tool<CloseTool.Arguments, AudioReport>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "audio/close",
        Title = "Close an audio stream",
        Description = "Ends a stream once every frame received before the call is measured, and gives its final report. Closing it again gives the same report for 10 minutes.",
        InputSchema = InputSchema,
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(Idempotent: true),
        Scope = "audio",
    };

    protected override async ValueTask<ToolResult<AudioReport>> RunAsync(Arguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var report = await registry.CloseAsync(context.Session, arguments.StreamId).WaitAsync(cancellationToken).ConfigureAwait(false);
        return report is null ? AnalyzeTool.NoSuchStream : report;
    }

    internal sealed record Arguments([property: Description("The stream, as audio/open named it."), StringLength(128, MinimumLength = 1)] string StreamId);
}
