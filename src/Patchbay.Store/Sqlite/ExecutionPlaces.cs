namespace Patchbay.Store.Sqlite;

/// <summary>Where the bytes of an execution stand.</summary>
/// <param name="Page">The number of the row.</param>
/// <param name="Offset">The first byte in it.</param>
/// <param name="Length">How many; 0 stands for nowhere.</param>
internal readonly record struct ExecutionPlace(long Page, int Offset, int Length);

/// <summary>
/// Where each execution stands, by its number. Numbers rise and executions end about in their order, so they lie in chunks: 16 bytes to an execution, and no
/// table of a hundred thousand to search.
/// </summary>
internal sealed class ExecutionPlaces
{
    private const int ChunkLength = 1024;
    private readonly Dictionary<long, Chunk> _chunks = [];
    private readonly Dictionary<long, int> _inPage = [];

    /// <summary>The rows that nothing stands in any more since this was last asked.</summary>
    public List<long> EmptyPages { get; } = [];

    /// <summary>Where an execution stands.</summary>
    public ExecutionPlace Find(long number) =>
        _chunks.TryGetValue(number / ChunkLength, out var chunk) ? chunk.Places[number % ChunkLength] : default;

    /// <summary>Sets where an execution stands; nowhere takes it out.</summary>
    /// <returns>Where it stood.</returns>
    public ExecutionPlace Set(long number, ExecutionPlace place)
    {
        long key = number / ChunkLength;
        if (!_chunks.TryGetValue(key, out var chunk))
            _chunks.Add(key, chunk = new Chunk());
        ref var slot = ref chunk.Places[number % ChunkLength];
        var before = slot;
        slot = place;
        if (place.Length > 0)
            _inPage[place.Page] = _inPage.GetValueOrDefault(place.Page) + 1;
        if (before.Length > 0)
            Leave(before.Page);
        chunk.Count += (place.Length > 0 ? 1 : 0) - (before.Length > 0 ? 1 : 0);
        if (chunk.Count == 0)
            _chunks.Remove(key);
        return before;
    }

    private void Leave(long page)
    {
        if (--_inPage[page] > 0)
            return;
        _inPage.Remove(page);
        EmptyPages.Add(page);
    }

    private sealed class Chunk
    {
        public ExecutionPlace[] Places { get; } = new ExecutionPlace[ChunkLength];

        public int Count { get; set; }
    }
}
