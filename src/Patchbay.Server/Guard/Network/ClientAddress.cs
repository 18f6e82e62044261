using System.Net;

namespace Patchbay.Server.Guard.Network;

/// <summary>Where a request comes from.</summary>
/// <param name="Address">The client's address, without IPv6 clothes and zone.</param>
/// <param name="IsLoopback">Whether it comes from this machine, with nobody in between that says so.</param>
internal readonly record struct ClientAddress(IPAddress Address, bool IsLoopback);

/// <summary>The proxies whose <c>X-Forwarded-For</c> is believed; by default none. Immutable.</summary>
internal sealed class TrustedProxies
{
    private readonly IPNetwork[] _networks;

    /// <summary>Each entry is an address or a network that <see cref="Fault"/> has nothing against.</summary>
    public TrustedProxies(IEnumerable<string> proxies) =>
        _networks = [.. proxies.Select(entry => AddressText.TryParseNetwork(entry, out var network) ? network : throw new ArgumentException(Fault(entry), nameof(proxies)))];

    /// <summary>What is wrong with an entry of <c>Patchbay:TrustedProxies</c>, or null.</summary>
    public static string? Fault(string entry) =>
        AddressText.TryParseNetwork(entry, out _) ? null : $"Patchbay:TrustedProxies: '{entry}' is neither an address nor a network such as 10.0.0.0/8.";

    /// <summary>The client of a request.</summary>
    /// <param name="peer">The TCP peer.</param>
    /// <param name="forwardedFor">The values of <c>X-Forwarded-For</c>, in order; empty when the header is absent.</param>
    public ClientAddress Resolve(IPAddress peer, IReadOnlyList<string?> forwardedFor)
    {
        peer = AddressText.Plain(peer);
        if (forwardedFor.Count == 0)
            return new ClientAddress(peer, IPAddress.IsLoopback(peer));
        if (!Array.Exists(_networks, network => network.Contains(peer)))
            return new ClientAddress(peer, IsLoopback: false);

        // Only the last entry was written by the proxy itself; what stands before it was the client's to write. What is no address counts as the proxy's own.
        var last = forwardedFor[^1].AsSpan();
        last = last[(last.LastIndexOf(',') + 1)..].Trim();
        return new ClientAddress(AddressText.TryParseAddress(last, out var client) ? client : peer, IsLoopback: false);
    }
}
