using System.Text;
using Patchbay.Protocol.Errors;
using Patchbay.Tools;

namespace Patchbay.Testing.Simulation;

/// <content>The tools that run.</content>
internal sealed partial class World
{
    /// <summary>A tool begins.</summary>
    public async Task<ToolResult> Started(
        string identity, bool isRepeatable, bool isInline, int timeoutMs, ToolContext context, CancellationToken cancellationToken)
    {
        var run = new SimRun(Checks.Started(identity, isRepeatable), context, Up, Checks.ServerEnds, timeoutMs, isInline);
        _running.Add(run);
        if (Chance(30))
            context.ReportProgress(0.5);
        await using var told = Flaw == Flaw.HearsNoCancel ? default : cancellationToken.Register(() => Stop(run));
        return await run.Source.Task.ConfigureAwait(false);
    }

    /// <summary>One of the running tools ends.</summary>
    public void EndTool()
    {
        var run = _running[Next(_running.Count)];
        // It waits until there is room for its chunk.
        if (!run.Writing.IsCompleted)
            return;
        _running.Remove(run);
        run.Execution.Ends++;
        if (Chance(10))
            run.Source.SetResult(ToolResult.Fail(new ProtocolError(ErrorCodes.ToolExecutionFailed, $"{run.Execution.Identity} run {run.Number}")));
        else
            run.Source.SetResult(ToolResult.FromJson(Encoding.UTF8.GetBytes($$"""{"n":"{{run.Execution.Identity}}","run":{{run.Number}}}""")));
    }

    /// <summary>One of the running tools sends chunks, when one can.</summary>
    public void SendChunk()
    {
        var able = _running.Where(run => run.CanStream).ToList();
        if (able.Count == 0)
            return;
        var run = able[Next(able.Count)];
        for (var count = 1 + Next(8); count > 0 && run.CanStream; count--)
        {
            if (Flaw == Flaw.LosesChunks && Chance(10))
                run.Chunks++;
            run.Write($"{run.Execution.Identity} run {run.Number} chunk {run.Chunks++}");
        }
    }

    // Most tools stop when they are told to; some go on to their end.
    private void Stop(SimRun run)
    {
        run.IsToldToStop = true;
        if (Chance(70) && _running.Remove(run))
            run.Source.SetCanceled();
    }

    // Everything that was put off has been done: who is to stop has been told.
    private void LookAtRunning()
    {
        foreach (var run in _running)
        {
            if (run.IsInline || run.IsToldToStop)
                continue;
            if (run.Execution.UnwantedIn == run.StartedIn)
                Fail($"{run.Execution.Identity} runs on, although nobody waits for it");
            if (Up - run.StartedAt > TimeSpan.FromMilliseconds(run.TimeoutMs + 100))
                Fail($"{run.Execution.Identity} has run for {Up - run.StartedAt}, although it has {run.TimeoutMs} ms");
        }
    }
}
