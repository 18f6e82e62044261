using System.Buffers;
using System.IO.Compression;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Reads a body into a rented buffer, bounded before and after decompression.</summary>
internal static class BodyReader
{
    private const int FirstBuffer = 64 * 1024;

    /// <summary>The body, to be returned to the pool by disposing it; or the status of the refusal.</summary>
    public static async ValueTask<(RentedBody? Body, int Refusal)> ReadAsync(Stream body, bool isGzip, int limit, CancellationToken cancellationToken)
    {
        var bounded = new BoundedStream(body, limit);
        if (!isGzip)
            return await FillAsync(bounded, limit, cancellationToken).ConfigureAwait(false);
        try
        {
            using var gzip = new GZipStream(bounded, CompressionMode.Decompress, leaveOpen: true);
            var (read, refusal) = await FillAsync(gzip, limit, cancellationToken).ConfigureAwait(false);
            return bounded.IsExceeded ? (null, 413) : (read, refusal);
        }
        catch (InvalidDataException)
        {
            return (null, bounded.IsExceeded ? 413 : 400);
        }
    }

    private static async ValueTask<(RentedBody? Body, int Refusal)> FillAsync(Stream source, int limit, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(FirstBuffer);
        var length = 0;
        try
        {
            while (true)
            {
                if (length == buffer.Length)
                    buffer = Grow(buffer, length);
                var read = await source.ReadAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
                length += read;
                if (length > limit)
                    return (null, 413);
                if (read > 0)
                    continue;
                var whole = new RentedBody(buffer, length);
                buffer = null;
                return (whole, 0);
            }
        }
        finally
        {
            if (buffer is not null)
                ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static byte[] Grow(byte[] buffer, int length)
    {
        var larger = ArrayPool<byte>.Shared.Rent(buffer.Length * 2);
        buffer.AsSpan(0, length).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(buffer);
        return larger;
    }
}

/// <summary>A body in a rented buffer.</summary>
internal sealed class RentedBody(byte[] buffer, int length) : IDisposable
{
    public ReadOnlyMemory<byte> Memory => buffer.AsMemory(0, length);

    public void Dispose() => ArrayPool<byte>.Shared.Return(buffer);
}
