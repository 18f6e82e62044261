using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Performance;

/// <summary><c>system/performance</c>.</summary>
internal sealed class PerformanceTool(Sampler sampler, PerformanceReporter reporter, TimeProvider time) : Tool<PerformanceArguments, PerformanceResult>
{
    // A server that has just started has its second sample within a second; half a second more is for a busy machine.
    private static readonly TimeSpan WaitForRates = TimeSpan.FromMilliseconds(1500);

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "system/performance",
        Title = "System performance",
        Description = "CPU, memory, disk and network of the machine the server runs on, now and over time, with statistics and findings. "
            + "In a container with limits the figures are relative to the limit. A figure that cannot be known is null.",
        InputSchema = InputSchema,
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true),
    };

    protected override async ValueTask<ToolResult<PerformanceResult>> RunAsync(PerformanceArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        if (!sampler.HasRates.IsCompleted)
            await WaitAsync(cancellationToken).ConfigureAwait(false);
        return reporter.Report(arguments);
    }

    private async Task WaitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await sampler.HasRates.WaitAsync(WaitForRates, time, cancellationToken).ConfigureAwait(false);
        }
        catch (TimeoutException)
        {
            // Then the answer has levels and no rates.
        }
    }
}
