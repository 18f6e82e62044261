using Patchbay.Store.Executions;

namespace Patchbay.Store.Memory;

/// <summary>
/// The executions that have ended, in the order they did, which is the order they leave in: values in a ring, their texts in pages, and an index of their
/// keys. None is an object of its own, so that the collector need not walk, move and free 100,000 of them for every second of calls. Not safe for concurrent use.
/// </summary>
internal sealed class EndedExecutions
{
    private readonly BytePages _pages = new();
    private readonly HashIndex _index = new();

    // A ring: the one that ended as the nth stands at n modulo its length, a power of two.
    private EndedExecution[] _ring = new EndedExecution[16];
    private uint _first;
    private uint _next;

    /// <summary>How many there are.</summary>
    public int Count => (int)(_next - _first);

    /// <summary>The one that ended first; there must be one.</summary>
    public ref readonly EndedExecution Oldest => ref At(_first);

    /// <summary>Adds one that ends now. There must be none with its key.</summary>
    public void Add(MemoryExecution execution, ExecutionAnswer answer, StoreTime now)
    {
        if (Count == _ring.Length)
            Grow();
        var key = execution.Key.Key;
        ref var ended = ref At(_next);
        ended = new EndedExecution
        {
            Digest = execution.Start.Digest,
            Number = execution.Number,
            CreatedAt = execution.CreatedAt,
            EndedAt = now,
            Scope = key.Scope,
            OwnerBytes = EndedExecution.Bytes(key.Owner).Length,
            IdBytes = EndedExecution.Bytes(key.Id).Length,
            AnswerBytes = answer.Json.Length,
            IsError = answer.IsError,
            KeyHash = execution.Key.GetHashCode(),
        };
        ended.Write(_pages.Take(ended.TextBytes, out ended.Place), key, answer.Json.Span);
        _index.Add(ended.KeyHash, _next++);
    }

    /// <summary>Finds the one with a key; false when there is none.</summary>
    public bool TryFind(in HashedKey key, out EndedExecution found)
    {
        foreach (var candidate in _index.Find(key.GetHashCode()))
        {
            found = At(candidate);
            if (found.HasKey(key.Key, TextOf(found)))
                return true;
        }

        found = default;
        return false;
    }

    /// <summary>The answer of one that is there.</summary>
    public ExecutionAnswer AnswerOf(in EndedExecution ended) => ended.ReadAnswer(TextOf(ended));

    /// <summary>Drops the one that ended first.</summary>
    public void DropOldest()
    {
        _index.Remove(Oldest.KeyHash, _first++);
        if (Count > 0)
            _pages.DropBefore(Oldest.Place);
        else
            _pages.Clear();
    }

    private ref EndedExecution At(uint number) => ref _ring[number & (uint)(_ring.Length - 1)];

    private ReadOnlySpan<byte> TextOf(in EndedExecution ended) => _pages.Read(ended.Place, ended.TextBytes);

    private void Grow()
    {
        var former = _ring;
        _ring = new EndedExecution[former.Length * 2];
        for (var number = _first; number != _next; number++)
            At(number) = former[number & (uint)(former.Length - 1)];
    }
}
