using System.Buffers;
using System.Net;
using System.Net.Sockets;

namespace Patchbay.Server.Guard.Network;

/// <summary>Addresses and networks as people write them.</summary>
internal static class AddressText
{
    private static readonly SearchValues<char> Characters = SearchValues.Create("0123456789abcdefABCDEF:.");

    /// <summary>Reads <c>10.0.0.7</c>, <c>10.0.0.0/8</c>, <c>2001:db8::1</c> or <c>2001:db8::/32</c>. Bits beyond the prefix are ignored.</summary>
    public static bool TryParseNetwork(ReadOnlySpan<char> text, out IPNetwork network)
    {
        if (text.IndexOf('/') is var slash and >= 0)
        {
            network = default;
            return TryParseAddress(text[..slash], out _) && IPNetwork.TryParse(text, out network);
        }

        if (TryParseAddress(text, out var address))
        {
            network = new IPNetwork(address, address.GetAddressBytes().Length * 8);
            return true;
        }

        network = default;
        return false;
    }

    /// <summary>Reads one address in full form: no ports, zones, octal, hexadecimal or shortened IPv4. An IPv4 address in IPv6 clothes becomes IPv4.</summary>
    public static bool TryParseAddress(ReadOnlySpan<char> text, out IPAddress address)
    {
        address = IPAddress.None;
        if (text.IsEmpty || text.ContainsAnyExcept(Characters) || !IPAddress.TryParse(text, out var parsed))
            return false;

        // IPAddress.Parse takes "1.2" and "0177.0.0.1"; what is written back in another way was not an address to us.
        if (parsed.AddressFamily == AddressFamily.InterNetwork && !text.SequenceEqual(parsed.ToString()))
            return false;
        address = Plain(parsed);
        return true;
    }

    /// <summary>An address without IPv6 clothes and zone.</summary>
    public static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6)
            return address.MapToIPv4();
        return address.AddressFamily == AddressFamily.InterNetworkV6 && address.ScopeId != 0
            ? new IPAddress(address.GetAddressBytes())
            : address;
    }
}
