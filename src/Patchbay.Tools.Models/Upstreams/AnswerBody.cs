namespace Patchbay.Tools.Models.Upstreams;

/// <summary>The body of an answer as it comes. Tells the clock of each byte, also of those a parser does not show, and lets the first one be looked at.</summary>
internal sealed class AnswerBody(Stream body, PhaseClock clock)
{
    private readonly byte[] _head = new byte[256];
    private int _headStart;
    private int _headEnd;

    /// <summary>The first byte that is no white space, which stays to be read; null when there is none, or not among the first.</summary>
    public async ValueTask<byte?> PeekAsync(CancellationToken cancellationToken)
    {
        while (_headEnd < _head.Length)
        {
            var read = await ReadBodyAsync(_head.AsMemory(_headEnd), cancellationToken).ConfigureAwait(false);
            if (read == 0)
                return null;
            _headEnd += read;
            foreach (var one in _head.AsSpan(0, _headEnd))
            {
                if (one is not ((byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n'))
                    return one;
            }
        }

        return null;
    }

    /// <summary>Reads on; 0 at the end.</summary>
    public async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        if (_headStart == _headEnd)
            return await ReadBodyAsync(buffer, cancellationToken).ConfigureAwait(false);
        var read = Math.Min(buffer.Length, _headEnd - _headStart);
        _head.AsMemory(_headStart, read).CopyTo(buffer);
        _headStart += read;
        return read;
    }

    /// <summary>Reads all of it.</summary>
    /// <exception cref="UpstreamException">It is larger than <paramref name="maxBytes"/>.</exception>
    public async ValueTask<byte[]> ReadAllAsync(int maxBytes, CancellationToken cancellationToken)
    {
        using var all = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (await ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is var read and > 0)
        {
            if (all.Length + read > maxBytes)
                throw new UpstreamException(UpstreamFault.TooLarge("sent an answer of more bytes", maxBytes, "Patchbay:Models:MaxBodyBytes"));
            all.Write(buffer, 0, read);
        }

        return all.ToArray();
    }

    /// <summary>Reads its beginning, and no more.</summary>
    public async ValueTask<ReadOnlyMemory<byte>> ReadBeginningAsync(int maxBytes, CancellationToken cancellationToken)
    {
        var buffer = new byte[maxBytes];
        var length = 0;
        while (length < maxBytes && await ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false) is var read and > 0)
            length += read;
        return buffer.AsMemory(0, length);
    }

    private async ValueTask<int> ReadBodyAsync(Memory<byte> buffer, CancellationToken cancellationToken)
    {
        var read = await body.ReadAsync(buffer, cancellationToken).ConfigureAwait(false);
        if (read > 0)
            clock.Enter(Phase.Idle);
        return read;
    }
}
