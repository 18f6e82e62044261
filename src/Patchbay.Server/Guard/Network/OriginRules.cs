namespace Patchbay.Server.Guard.Network;

/// <summary>Which pages may call (protocol section 2): those of the server itself, and those of the configured origins. Immutable.</summary>
internal sealed class OriginRules(IEnumerable<string> allowed)
{
    private readonly string[] _allowed = [.. allowed];

    /// <summary>What is wrong with an entry of <c>Patchbay:AllowedOrigins</c>, or null.</summary>
    public static string? Fault(string entry) =>
        OriginText.IsOrigin(entry) ? null : $"Patchbay:AllowedOrigins: '{entry}' is no origin such as https://example.org.";

    /// <summary>Whether a request may go on. Without an Origin it comes from no page; <c>null</c> (a sandboxed page, a file) is never allowed.</summary>
    /// <param name="origin">The header's value, null when it is absent; several headers are handed in joined and match nothing.</param>
    /// <param name="scheme"><c>http</c> or <c>https</c>.</param>
    /// <param name="host">The request's <c>Host</c>, which <see cref="HostRules"/> has let pass: the server's own origin is taken from it.</param>
    public bool Allows(string? origin, string scheme, string host)
    {
        if (origin is null)
            return true;
        foreach (string entry in _allowed)
        {
            if (origin.Equals(entry, StringComparison.OrdinalIgnoreCase))
                return true;
        }

        string defaultPort = scheme == "https" ? ":443" : ":80";
        string own = host.EndsWith(defaultPort, StringComparison.Ordinal) ? host[..^defaultPort.Length] : host;
        return origin.Equals($"{scheme}://{own}", StringComparison.OrdinalIgnoreCase);
    }
}
