using System.Net;

namespace Patchbay.Server.Guard.Keys;

/// <summary>Who is calling: an immutable picture of a key at the moment it was checked. It holds nothing secret.</summary>
internal sealed class ApiKey
{
    /// <summary>The public id; owner of windows, penalties and sessions.</summary>
    public required string Id { get; init; }

    /// <summary>The name for people.</summary>
    public required string Name { get; init; }

    /// <summary>What the key may do.</summary>
    public required KeyScopes Scopes { get; init; }

    /// <summary>The key's own limit, or null for the server's.</summary>
    public int? MessagesPerMinute { get; init; }

    /// <summary>When the key stops working, or null.</summary>
    public DateTimeOffset? ExpiresAt { get; init; }

    /// <summary>The origins the key may be used from; empty for all.</summary>
    public IReadOnlyList<string> AllowedOrigins { get; init; } = [];

    /// <summary>The networks the key may be used from; empty for all.</summary>
    public IReadOnlyList<IPNetwork> AllowedAddresses { get; init; } = [];

    /// <summary>Whether the key may be used from here. A request without Origin comes from no page, and passes.</summary>
    public bool MayComeFrom(string? origin, IPAddress? address) =>
        (origin is null || AllowedOrigins.Count == 0 || AllowedOrigins.Contains(origin, StringComparer.OrdinalIgnoreCase))
        && (AllowedAddresses.Count == 0 || (address is not null && AllowedAddresses.Any(network => network.Contains(address))));
}
