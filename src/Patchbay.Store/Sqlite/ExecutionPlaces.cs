namespace Patchbay.Store.Sqlite;

/// <summary>
/// Where each execution stands, by its number. Numbers rise and executions end about in their order, so they lie in chunks: 16 bytes to an execution, and no
/// table of a hundred thousand to search.
/// </summary>
internal sealed class ExecutionPlaces
{
    private const int ChunkLength = 1024;
    private readonly Dictionary<long, Chunk> _chunks = [];

    /// <summary>Where an execution stands.</summary>
    public PagePlace Find(long number) => _chunks.TryGetValue(number / ChunkLength, out var chunk) ? chunk.Places[number % ChunkLength] : default;

    /// <summary>Sets where an execution stands; nowhere takes it out.</summary>
    /// <returns>Where it stood.</returns>
    public PagePlace Set(long number, PagePlace place)
    {
        long key = number / ChunkLength;
        if (!_chunks.TryGetValue(key, out var chunk))
            _chunks.Add(key, chunk = new Chunk());
        ref var slot = ref chunk.Places[number % ChunkLength];
        var before = slot;
        slot = place;
        chunk.Count += (place.Length > 0 ? 1 : 0) - (before.Length > 0 ? 1 : 0);
        if (chunk.Count == 0)
            _chunks.Remove(key);
        return before;
    }

    private sealed class Chunk
    {
        public PagePlace[] Places { get; } = new PagePlace[ChunkLength];

        public int Count { get; set; }
    }
}
