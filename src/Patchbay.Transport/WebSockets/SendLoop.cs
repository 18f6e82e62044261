using System.Buffers;

namespace Patchbay.Transport.WebSockets;

/// <summary>The only one that writes to the socket. What waits together goes out in one write.</summary>
internal sealed class SendLoop(Stream stream, OutboundQueue queue, TimeProvider time)
{
    // One write of this size keeps a socket busy without holding more than this per connection that is sending.
    private const int BatchBytes = 16 * 1024;

    private long _writingSince;

    /// <summary>Since when a write has been waiting for the socket, in ticks of the clock; 0 when none is.</summary>
    public long WritingSince => Volatile.Read(ref _writingSince);

    /// <summary>Sends until the last frame is out.</summary>
    /// <returns>False when the socket failed.</returns>
    public async Task<bool> RunAsync(CancellationToken abort)
    {
        try
        {
            await ProcessAsync(abort).ConfigureAwait(false);
            return true;
        }
        catch (Exception fault) when (SocketFaults.IsExpected(fault))
        {
            return false;
        }
        finally
        {
            queue.Abort();
        }
    }

    private async Task ProcessAsync(CancellationToken abort)
    {
        while (await queue.WaitAsync().ConfigureAwait(false))
        {
            var batch = ArrayPool<byte>.Shared.Rent(BatchBytes);
            try
            {
                while (Fill(batch, out var used, out var large, out var gate))
                {
                    // The gates open in order: the last one stands for all before it.
                    if (gate is { IsOpen: false } && !await gate.WaitAsync().ConfigureAwait(false))
                        throw new IOException("What was to be sent could not be stored.");
                    await WriteAsync(batch.AsMemory(0, used), abort).ConfigureAwait(false);
                    if (large is null)
                        continue;
                    // In pieces: a slow peer that goes on reading shows that it does.
                    for (var rest = large.Bytes; rest.Length > 0; rest = rest[Math.Min(BatchBytes, rest.Length)..])
                        await WriteAsync(rest[..Math.Min(BatchBytes, rest.Length)], abort).ConfigureAwait(false);
                    large.Release();
                }
            }
            finally
            {
                ArrayPool<byte>.Shared.Return(batch);
            }
        }
    }

    // Puts frames one behind the other; a message that is larger than the batch is written from its own array behind its header.
    private bool Fill(byte[] batch, out int used, out OutboundMessage? large, out ISendGate? gate)
    {
        used = 0;
        large = null;
        gate = null;
        while (used + FrameHeader.MaxServerSize <= BatchBytes / 2 && queue.TryDequeue(out var frame))
        {
            var payload = frame.Message.Bytes;
            gate = frame.Gate ?? gate;
            used += FrameHeader.Write(batch.AsSpan(used), frame.Opcode, payload.Length);
            if (payload.Length > batch.Length - used)
            {
                large = frame.Message;
                return true;
            }

            payload.CopyTo(batch.AsMemory(used));
            used += payload.Length;
            frame.Message.Release();
        }

        return used > 0;
    }

    private async ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken abort)
    {
        var writing = stream.WriteAsync(bytes, abort);
        if (writing.IsCompletedSuccessfully)
        {
            writing.GetAwaiter().GetResult();
            return;
        }

        Volatile.Write(ref _writingSince, time.GetTimestamp());
        await writing.ConfigureAwait(false);
        Volatile.Write(ref _writingSince, 0);
    }
}
