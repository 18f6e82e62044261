using Patchbay.Store.Writing;

namespace Patchbay.Store.Tests.Writing;

internal readonly record struct TestWrite(int Number, bool Begins = false, int Bytes = 1, bool CanWait = true) : IGroupWrite;

/// <summary>A disk in the hands of the test: each commit waits to be let through, with an outcome.</summary>
internal sealed class ManualSink : IGroupSink<TestWrite>, IDisposable
{
    private readonly SemaphoreSlim _arrived = new(0);
    private readonly SemaphoreSlim _allowed = new(0);
    private readonly Queue<StoreFault> _outcomes = new();

    public List<int[]> Committed { get; } = [];

    public List<int> Refused { get; } = [];

    public StoreFault Commit(ReadOnlySpan<TestWrite> writes)
    {
        _arrived.Release();
        Assert.True(_allowed.Wait(Samples.Patience));
        var outcome = _outcomes.Dequeue();
        if (outcome == StoreFault.None)
            Committed.Add([.. writes.ToArray().Select(write => write.Number)]);
        return outcome;
    }

    public void Refuse(in TestWrite write, StoreFault fault) => Refused.Add(write.Number);

    public void Tick()
    {
    }

    /// <summary>Waits until a commit is under way.</summary>
    public async Task ArrivedAsync() => Assert.True(await _arrived.WaitAsync(Samples.Patience));

    /// <summary>Lets the commit that is under way, or the next one, come to its end.</summary>
    public void Let(StoreFault outcome = StoreFault.None)
    {
        _outcomes.Enqueue(outcome);
        _allowed.Release();
    }

    public void Dispose()
    {
        _arrived.Dispose();
        _allowed.Dispose();
    }
}
