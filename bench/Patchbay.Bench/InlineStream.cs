using System.Threading.Tasks.Sources;

namespace Patchbay.Bench;

/// <summary>
/// The socket's place, without a socket: what is delivered runs through the whole server on the delivering thread, and what the server writes is
/// only counted. It allocates nothing, so that what is allocated is the server's.
/// </summary>
internal sealed class InlineStream : Stream, IValueTaskSource<int>
{
    private ManualResetValueTaskSourceCore<int> _signal;
    private Memory<byte> _wanted;
    private ReadOnlyMemory<byte> _delivered;
    private bool _isEnded;

    /// <summary>Bytes the server has written.</summary>
    public long Written { get; private set; }

    /// <summary>The start of what the server wrote last.</summary>
    public byte[] LastWritten { get; } = new byte[1024];

    /// <summary>How long that was.</summary>
    public int LastLength { get; private set; }

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>Hands bytes to the waiting server; returns when it waits for more.</summary>
    public void Deliver(ReadOnlyMemory<byte> bytes)
    {
        _delivered = bytes;
        while (!_delivered.IsEmpty)
            _signal.SetResult(Take());
    }

    /// <summary>FIN.</summary>
    public void End()
    {
        _isEnded = true;
        _signal.SetResult(0);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        _wanted = buffer;
        if (_isEnded || !_delivered.IsEmpty)
            return ValueTask.FromResult(Take());
        _signal.Reset();
        return new ValueTask<int>(this, _signal.Version);
    }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        Written += buffer.Length;
        LastLength = Math.Min(buffer.Length, LastWritten.Length);
        buffer.Span[..LastLength].CopyTo(LastWritten);
        return ValueTask.CompletedTask;
    }

    public int GetResult(short token) => _signal.GetResult(token);

    public ValueTaskSourceStatus GetStatus(short token) => _signal.GetStatus(token);

    public void OnCompleted(Action<object?> continuation, object? state, short token, ValueTaskSourceOnCompletedFlags flags) =>
        _signal.OnCompleted(continuation, state, token, flags);

    public override void Flush()
    {
        // Nothing is held back.
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    // A zero-byte read only tells that something is there.
    private int Take()
    {
        var count = Math.Min(_wanted.Length, _delivered.Length);
        _delivered[..count].CopyTo(_wanted);
        _delivered = _delivered[count..];
        return count;
    }
}
