using System.Diagnostics.CodeAnalysis;
using System.Text.Json;

namespace Patchbay.Client.Shell;

/// <summary>The chunks of one stream. Holds about <c>capacity</c> of them; the rest waits on the other side of the socket.</summary>
internal sealed class StreamSink(int capacity, Action<McpProgress>? onProgress) : Sink(onProgress)
{
    private readonly Lock _lock = new();
    private readonly Queue<JsonElement> _chunks = new();
    private readonly Wakeup _changed = new();
    private JsonElement? _result;
    private McpException? _error;

    /// <summary>The result, once it has ended well.</summary>
    public JsonElement? Result
    {
        get
        {
            lock (_lock)
                return _result;
        }
    }

    /// <summary>Waits for whatever comes next; calls may be lost to nobody, as only one reads.</summary>
    public ValueTask ChangedAsync() => _changed.WaitAsync();

    /// <summary>Wakes the reader.</summary>
    public void Wake() => _changed.Set();

    /// <summary>Takes the next chunk.</summary>
    /// <param name="chunk">It.</param>
    /// <param name="isDrained">Whether so much was taken that reading should go on.</param>
    /// <param name="hasEnded">Whether there will be no more.</param>
    /// <exception cref="McpException">The stream failed, after the chunks that came before it.</exception>
    public bool TryTake([MaybeNullWhen(false)] out JsonElement chunk, out bool isDrained, out bool hasEnded)
    {
        lock (_lock)
        {
            hasEnded = false;
            if (_chunks.TryDequeue(out chunk))
            {
                isDrained = _chunks.Count <= capacity / 2;
                return true;
            }

            isDrained = true;
            hasEnded = _result is not null;
            return _error is null ? false : throw _error;
        }
    }

    public override void Resolved(JsonElement result)
    {
        lock (_lock)
            _result = result;
        _changed.Set();
    }

    public override void Failed(McpException error)
    {
        lock (_lock)
            _error = error;
        _changed.Set();
    }

    public override bool Chunk(JsonElement chunk)
    {
        bool isFull;
        lock (_lock)
        {
            _chunks.Enqueue(chunk);
            isFull = _chunks.Count >= capacity;
        }

        _changed.Set();
        return isFull;
    }
}
