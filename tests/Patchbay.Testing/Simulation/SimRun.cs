using Patchbay.Tools;

namespace Patchbay.Testing.Simulation;

/// <summary>A tool that runs, until the simulation ends it.</summary>
internal sealed class SimRun(Execution execution, ToolContext context, TimeSpan startedAt, int startedIn, int timeoutMs, bool isInline)
{
    public TaskCompletionSource<ToolResult> Source { get; } = new();

    public Execution Execution => execution;

    /// <summary>Which run of its execution it is.</summary>
    public int Number { get; } = execution.Starts;

    /// <summary>When it began, in the time servers have run.</summary>
    public TimeSpan StartedAt => startedAt;

    /// <summary>Ends of the server before it began.</summary>
    public int StartedIn => startedIn;

    /// <summary>How long it may take; nothing stops one that is started where its request is handled.</summary>
    public int TimeoutMs => timeoutMs;

    public bool IsInline => isInline;

    /// <summary>Whether it was told to stop.</summary>
    public bool IsToldToStop { get; set; }

    /// <summary>Chunks it has written.</summary>
    public int Chunks { get; set; }

    /// <summary>The chunk that was written last, until there was room for it.</summary>
    public Task Writing { get; set; } = Task.CompletedTask;

    public bool CanStream => context.Stream is not null && Writing.IsCompletedSuccessfully;

    /// <summary>Writes the next chunk.</summary>
    public void Write(string chunk) => Writing = context.Stream!.WriteAsync(chunk, CancellationToken.None).AsTask();
}
