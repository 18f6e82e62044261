using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using Patchbay.Server.Guard.Network;

namespace Patchbay.Server.Guard.Connections;

/// <summary>What counts as one address: an IPv4 address, or the 64-bit prefix of an IPv6 address (RFC 6177: a site has at least that much to itself).</summary>
internal readonly record struct AddressBlock(ulong Prefix, bool IsV6)
{
    public static AddressBlock Of(IPAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address = AddressText.Plain(address);
        address.TryWriteBytes(bytes, out _);
        return address.AddressFamily == AddressFamily.InterNetworkV6
            ? new AddressBlock(BinaryPrimitives.ReadUInt64BigEndian(bytes), true)
            : new AddressBlock(BinaryPrimitives.ReadUInt32BigEndian(bytes), false);
    }
}
