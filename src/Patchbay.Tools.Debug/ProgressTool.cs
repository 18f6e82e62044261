using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.Debug;

internal sealed record ProgressArguments([property: Range(0, 100_000)] int Steps = 1, [property: Range(0, 600_000)] int DelayMs = 0);

internal sealed record ProgressResult(int Steps);

/// <summary><c>debug/progress</c>: reports progress step by step.</summary>
internal sealed class ProgressTool(TimeProvider time) : Tool<ProgressArguments, ProgressResult>
{
    public override ToolDefinition Definition { get; } =
        DebugTool.Define("debug/progress", "Progress", "Reports progress after each of its steps, delay_ms apart.", InputSchema, OutputSchema);

    protected override async ValueTask<ToolResult<ProgressResult>> RunAsync(ProgressArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        for (var step = 1; step <= arguments.Steps; step++)
        {
            if (arguments.DelayMs > 0)
                await Task.Delay(TimeSpan.FromMilliseconds(arguments.DelayMs), time, cancellationToken).ConfigureAwait(false);
            cancellationToken.ThrowIfCancellationRequested();
            context.ReportProgress(step, arguments.Steps, $"step {step} of {arguments.Steps}");
        }

        return new ProgressResult(arguments.Steps);
    }
}
