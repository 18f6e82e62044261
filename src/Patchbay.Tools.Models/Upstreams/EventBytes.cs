namespace Patchbay.Tools.Models.Upstreams;

/// <summary>The bytes of an event stream for a parser that buffers an event whatever its size: ends with an error before it has buffered too much.</summary>
internal sealed class EventBytes(AnswerBody body, int maxEventBytes) : Stream
{
    private int _eventBytes;
    private int _lineBytes;
    private bool _isComment;
    private bool _isAfterReturn;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        foreach (var one in buffer.Span[..read])
            Count(one);
        return read;
    }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    // Lines end with CR, LF or both, an event with an empty line (HTML Living Standard §9.2.5). A comment is gone at its end and counts no further.
    private void Count(byte one)
    {
        if (one is (byte)'\r' or (byte)'\n')
        {
            if (!(one == '\n' && _isAfterReturn))
                EndLine();
            _isAfterReturn = one == '\r';
            return;
        }

        _isAfterReturn = false;
        if (_lineBytes == 0)
            _isComment = one == ':';
        if (_eventBytes + ++_lineBytes > maxEventBytes)
            throw new UpstreamException(UpstreamFault.TooLarge("sent a single event of more bytes", maxEventBytes, "Patchbay:Models:MaxEventBytes") with { IsBreakdown = true });
    }

    private void EndLine()
    {
        if (_lineBytes == 0)
            _eventBytes = 0;
        else if (!_isComment)
            _eventBytes += _lineBytes;
        _lineBytes = 0;
    }
}
