namespace Patchbay.Tools.Audio.Streams;

/// <summary>What is to be done next for a stream.</summary>
internal enum InboxItem
{
    /// <summary>Nothing waits, and the worker has been let go.</summary>
    None,

    /// <summary>A frame.</summary>
    Frame,

    /// <summary>A question whose frames have all been handled.</summary>
    Question,
}

/// <summary>
/// The way from the connection and the tools to the one worker of a stream: frames in a bounded ring, and questions, each of which is answered after
/// the frames that came before it. Safe for concurrent use; the worker is started when there is something to do and nobody does it.
/// </summary>
internal sealed class StreamInbox(int capacity, Action start)
{
    private readonly Lock _lock = new();
    private readonly FrameRing _ring = new(capacity);
    private readonly Queue<(long After, StreamQuestion Question)> _questions = new();
    private TaskCompletionSource? _room;
    private long _added;
    private long _taken;
    private bool _working;
    private bool _ended;

    /// <summary>Puts a frame in. False when it has no room; <paramref name="ended"/> says that it never will.</summary>
    public bool TryAdd(ReadOnlySpan<byte> message, long received, out bool ended)
    {
        lock (_lock)
        {
            ended = _ended;
            if (ended || !_ring.TryAdd(message, received))
                return false;
            _added++;
            if (_working)
                return true;
            _working = true;
        }
        start();
        return true;
    }

    /// <summary>Completes when a frame of a size has room, or the stream has ended.</summary>
    public Task WaitForRoomAsync(int length)
    {
        lock (_lock)
        {
            if (_ended || _ring.HasRoom(length))
                return Task.CompletedTask;
            _room ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            return _room.Task;
        }
    }

    /// <summary>Puts a question in, to be answered after the frames that are in now.</summary>
    public void Ask(StreamQuestion question)
    {
        lock (_lock)
        {
            _questions.Enqueue((_added, question));
            if (_working)
                return;
            _working = true;
        }
        start();
    }

    /// <summary>The worker's next item. After <see cref="InboxItem.None"/> the worker must stop: it will be started again.</summary>
    public InboxItem Take(ref byte[] message, out int length, out long received, out StreamQuestion? question)
    {
        (length, received, question) = (0, 0, null);
        TaskCompletionSource? room;
        lock (_lock)
        {
            if (_questions.TryPeek(out var first) && first.After <= _taken)
            {
                question = _questions.Dequeue().Question;
                return InboxItem.Question;
            }
            length = _ring.Take(ref message, out received);
            if (length < 0)
            {
                _working = false;
                return InboxItem.None;
            }
            _taken++;
            (room, _room) = (_room, null);
        }
        room?.SetResult();
        return InboxItem.Frame;
    }

    /// <summary>Refuses frames from now on. Those that are in are dropped; questions are still answered.</summary>
    public void End()
    {
        TaskCompletionSource? room;
        lock (_lock)
        {
            _ended = true;
            var none = Array.Empty<byte>();
            while (_ring.Take(ref none, out _) >= 0)
                _taken++;
            (room, _room) = (_room, null);
        }
        room?.SetResult();
    }
}

/// <summary>A question to a stream.</summary>
/// <param name="Close">Why the stream shall end first, or null.</param>
/// <param name="Sections">What the report shall hold.</param>
internal sealed record StreamQuestion(string? Close, ReportSections Sections)
{
    private readonly TaskCompletionSource<Reports.AudioReport> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>The report.</summary>
    public Task<Reports.AudioReport> Answer => _answer.Task;

    public void Reply(Reports.AudioReport report) => _answer.TrySetResult(report);

    public void Fail(Exception fault) => _answer.TrySetException(fault);
}

/// <summary>Parts of a report.</summary>
[Flags]
internal enum ReportSections
{
    None = 0,
    Quality = 1,
    Latency = 2,
    Errors = 4,
    All = Quality | Latency | Errors,
}
