namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Passes on at most a number of bytes and one more, by which the excess is known; then it ends.</summary>
internal sealed class BoundedStream(Stream inner, long limit) : Stream
{
    private long _passed;

    public bool IsExceeded => _passed > limit;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => _passed;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var room = (int)Math.Min(buffer.Length, limit + 1 - _passed);
        if (room <= 0)
            return 0;
        var read = await inner.ReadAsync(buffer[..room], cancellationToken).ConfigureAwait(false);
        _passed += read;
        return read;
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }
}
