using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.Debug;

internal sealed record SleepArguments([property: Range(0, 600_000)] int Ms);

internal sealed record SleepResult(int SleptMs);

/// <summary><c>debug/sleep</c>: waits.</summary>
internal sealed class SleepTool(TimeProvider time) : Tool<SleepArguments, SleepResult>
{
    public override ToolDefinition Definition { get; } =
        DebugTool.Define("debug/sleep", "Sleep", "Waits ms milliseconds.", InputSchema, OutputSchema) with { Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true, LongRunning: true) };

    protected override async ValueTask<ToolResult<SleepResult>> RunAsync(SleepArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        await Task.Delay(TimeSpan.FromMilliseconds(arguments.Ms), time, cancellationToken).ConfigureAwait(false);
        return new SleepResult(arguments.Ms);
    }
}
