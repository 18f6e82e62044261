using System.Runtime.CompilerServices;

namespace Patchbay.Client.Shell;

/// <summary>Under the WebSocket: what is written while it gathers goes out in one write, and what arrived together is read in one read.</summary>
/// <remarks>A WebSocket writes each frame by itself, and reads header and payload apart: with 32 calls in flight that is most of what a call costs.</remarks>
internal sealed class GatheringStream(Stream inner) : Stream
{
    private const int ReadBytes = 16 * 1024;
    private const int MostGathered = 64 * 1024;

    private readonly SemaphoreSlim _writing = new(1, 1);
    private readonly byte[] _read = new byte[ReadBytes];
    private byte[] _gathered = new byte[4 * 1024];
    private int _gatheredBytes;
    private int _readFrom;
    private int _readTo;
    private bool _gathers;

    /// <summary>What the server said in its Close.</summary>
    public CloseWatch Watch { get; } = new();

    public override bool CanRead => true;

    public override bool CanWrite => true;

    public override bool CanSeek => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    /// <summary>From now on writes wait for <see cref="ReleaseAsync"/>. Only the sending task calls these two.</summary>
    public void Gather() => _gathers = true;

    /// <summary>Writes what was gathered.</summary>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public async ValueTask ReleaseAsync()
    {
        await _writing.WaitAsync(CancellationToken.None).ConfigureAwait(false);
        try
        {
            _gathers = false;
            await WriteGatheredAsync(CancellationToken.None).ConfigureAwait(false);
        }
        finally
        {
            _writing.Release();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder))]
    public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default)
    {
        // The WebSocket answers pings from the receiving task.
        await _writing.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            if (_gatheredBytes + buffer.Length > MostGathered)
                await WriteGatheredAsync(cancellationToken).ConfigureAwait(false);
            if (!_gathers || buffer.Length > MostGathered)
            {
                await WriteGatheredAsync(cancellationToken).ConfigureAwait(false);
                await inner.WriteAsync(buffer, cancellationToken).ConfigureAwait(false);
                return;
            }

            if (_gatheredBytes + buffer.Length > _gathered.Length)
                Array.Resize(ref _gathered, MostGathered);
            buffer.Span.CopyTo(_gathered.AsSpan(_gatheredBytes));
            _gatheredBytes += buffer.Length;
        }
        finally
        {
            _writing.Release();
        }
    }

    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        if (buffer.Length == 0)
            return 0;
        if (_readFrom == _readTo)
        {
            if (buffer.Length >= ReadBytes)
            {
                var direct = await inner.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
                Watch.See(buffer.Span[..direct]);
                return direct;
            }

            _readFrom = 0;
            _readTo = await inner.ReadAsync(_read, cancellationToken).ConfigureAwait(false);
            Watch.See(_read.AsSpan(0, _readTo));
        }

        var count = Math.Min(buffer.Length, _readTo - _readFrom);
        _read.AsMemory(_readFrom, count).CopyTo(buffer);
        _readFrom += count;
        return count;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override Task WriteAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        WriteAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    // Nothing is held back unless it is to be.
    public override Task FlushAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public override void Flush()
    {
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            inner.Dispose();
        base.Dispose(disposing);
    }

    private async ValueTask WriteGatheredAsync(CancellationToken cancellationToken)
    {
        if (_gatheredBytes == 0)
            return;
        var bytes = _gatheredBytes;
        _gatheredBytes = 0;
        await inner.WriteAsync(_gathered.AsMemory(0, bytes), cancellationToken).ConfigureAwait(false);
    }
}
