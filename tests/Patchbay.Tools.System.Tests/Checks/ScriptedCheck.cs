using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Tests.Checks;

/// <summary>A check that answers, throws, blocks or hangs as told, and counts its runs.</summary>
internal sealed class ScriptedCheck(string id, string component = "services", DiagnosticLevel level = DiagnosticLevel.Basic) : IDiagnosticCheck
{
    private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource<CheckReading> _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private int _runs;

    public string Id => id;

    public string Component => component;

    public DiagnosticLevel Level => level;

    /// <summary>What it answers at once; null: nothing until released.</summary>
    public CheckReading? Answer { get; init; }

    public Exception? Fault { get; init; }

    public ManualResetEventSlim? Block { get; init; }

    public Task Started => _started.Task;

    public int Runs => Volatile.Read(ref _runs);

    public void Release() => _release.TrySetResult(new CheckReading(CheckStatus.Healthy, "Released."));

    public async ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _runs);
        _started.TrySetResult();
        Block?.Wait(CancellationToken.None);
        if (Fault is not null)
            throw Fault;
        return Answer ?? await _release.Task;
    }
}
