namespace Patchbay.Testing.Simulation;

/// <summary>The server's end of a simulated connection. Whoever waits goes on where the simulation lets it.</summary>
internal sealed class SimStream(SimConnection connection) : Stream
{
    private readonly ByteFifo _arrived = new();
    private TaskCompletionSource<int>? _reading;
    private Memory<byte> _target;
    private TaskCompletionSource? _writing;
    private CancellationTokenRegistration _endReading;
    private CancellationTokenRegistration _endWriting;
    private bool _isEnded;
    private bool _isReset;

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Bytes arrive from the client.</summary>
    public void Arrive(ReadOnlySpan<byte> bytes)
    {
        _arrived.Add(bytes);
        CompleteReading();
    }

    /// <summary>The client's end arrives.</summary>
    public void End()
    {
        _isEnded = true;
        CompleteReading();
    }

    /// <summary>The socket is gone: whoever waits is told.</summary>
    public void Reset()
    {
        _isReset = true;
        _endReading.Dispose();
        _endWriting.Dispose();
        Take(ref _reading)?.SetException(new IOException("Reset."));
        Take(ref _writing)?.SetException(new IOException("Reset."));
    }

    /// <summary>The client has read: there is room on the way again.</summary>
    public void MakeRoom()
    {
        if (_writing is null)
            return;
        _endWriting.Dispose();
        Take(ref _writing)!.SetResult();
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isReset)
            return ValueTask.FromException<int>(new IOException("Reset."));
        if (_arrived.Count > 0 || _isEnded)
            return new ValueTask<int>(Copy(buffer));
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled<int>(cancellationToken);
        _target = buffer;
        var reading = _reading = new TaskCompletionSource<int>();
        _endReading = cancellationToken.Register(() => Take(ref _reading)?.SetCanceled(cancellationToken));
        return new ValueTask<int>(reading.Task);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (_isReset)
            return ValueTask.FromException(new IOException("Reset."));
        if (connection.Write(buffer.Span))
            return ValueTask.CompletedTask;
        if (cancellationToken.IsCancellationRequested)
            return ValueTask.FromCanceled(cancellationToken);
        var writing = _writing = new TaskCompletionSource();
        _endWriting = cancellationToken.Register(() => Take(ref _writing)?.SetCanceled(cancellationToken));
        return new ValueTask(writing.Task);
    }

    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
        // Writing is all there is.
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    private void CompleteReading()
    {
        if (_reading is null)
            return;
        _endReading.Dispose();
        var count = Copy(_target);
        Take(ref _reading)!.SetResult(count);
    }

    private int Copy(Memory<byte> buffer)
    {
        var count = Math.Min(buffer.Length, _arrived.Count);
        _arrived.Span[..count].CopyTo(buffer.Span);
        _arrived.Drop(count);
        return count;
    }

    private static T? Take<T>(ref T? field)
        where T : class
    {
        var value = field;
        field = null;
        return value;
    }
}
