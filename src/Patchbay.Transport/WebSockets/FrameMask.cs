using System.Numerics;
using System.Runtime.InteropServices;

namespace Patchbay.Transport.WebSockets;

/// <summary>Undoes the mask of a client's frame (RFC 6455 §5.3).</summary>
internal static class FrameMask
{
    /// <summary>XORs a payload with its mask, in place.</summary>
    /// <param name="payload">The whole payload; its first byte meets the mask's first.</param>
    /// <param name="mask">The four bytes as they stand on the wire, read little-endian.</param>
    public static void Apply(Span<byte> payload, uint mask)
    {
        if (mask == 0)
            return;
        var vectors = MemoryMarshal.Cast<byte, Vector<uint>>(payload);
        var vectorMask = new Vector<uint>(mask);
        for (var i = 0; i < vectors.Length; i++)
            vectors[i] ^= vectorMask;

        // A vector's size is a multiple of four, so the rest starts at the mask's first byte again.
        var rest = payload[(vectors.Length * Vector<byte>.Count)..];
        for (var i = 0; i < rest.Length; i++)
            rest[i] ^= (byte)(mask >> ((i & 3) * 8));
    }
}
