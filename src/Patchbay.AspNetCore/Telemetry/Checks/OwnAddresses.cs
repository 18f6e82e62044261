using System.Net;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;

namespace Patchbay.AspNetCore.Telemetry.Checks;

/// <summary>Where this server listens, as seen from this machine.</summary>
internal sealed class OwnAddresses(IServer server)
{
    /// <summary>Each address with a host that can be connected to; sockets that are no TCP ports are left out.</summary>
    public IReadOnlyList<Uri> All() =>
        [.. (server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []).Select(Reachable).OfType<Uri>()];

    private static Uri? Reachable(string address)
    {
        // "every address" is written in ways that are no host names.
        var written = address.Replace("://*", "://0.0.0.0", StringComparison.Ordinal).Replace("://+", "://0.0.0.0", StringComparison.Ordinal);
        if (!Uri.TryCreate(written, UriKind.Absolute, out var url) || url.Host.Length == 0)
            return null;
        return IPAddress.TryParse(url.Host.Trim('[', ']'), out var host) && (host.Equals(IPAddress.Any) || host.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(url) { Host = host.Equals(IPAddress.Any) ? "127.0.0.1" : "[::1]" }.Uri
            : url;
    }
}
