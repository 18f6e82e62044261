using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Patchbay.Transport.WebSockets;

namespace Patchbay.AspNetCore.Doors;

/// <summary>What a request presents to be let in.</summary>
internal enum CredentialKind
{
    /// <summary>Nothing.</summary>
    Missing,

    /// <summary>Something that cannot be a credential, or several that differ.</summary>
    Malformed,
    Key,
    Ticket,
}

/// <summary>The credential of a request; a key never comes from the URL.</summary>
internal readonly record struct Credentials(CredentialKind Kind, string Text)
{
    private const string Bearer = "Bearer ";

    /// <summary>Reads the credential of a request.</summary>
    /// <param name="request">The request.</param>
    /// <param name="allowTicket">Whether tickets count here.</param>
    public static Credentials Read(HttpRequest request, bool allowTicket)
    {
        var found = default(Credentials);
        foreach (var key in request.Headers["X-API-Key"])
            found = found.And(new Credentials(CredentialKind.Key, key ?? ""));
        foreach (var value in request.Headers.Authorization)
            found = found.And(OfAuthorization(value ?? ""));
        if (!allowTicket)
            return found;
        foreach (var name in Subprotocols(request.Headers.SecWebSocketProtocol))
        {
            if (name.StartsWith(Handshake.TicketPrefix, StringComparison.Ordinal))
                found = found.And(new Credentials(CredentialKind.Ticket, name[Handshake.TicketPrefix.Length..]));
        }

        foreach (var ticket in request.Query["ticket"])
            found = found.And(new Credentials(CredentialKind.Ticket, ticket ?? ""));
        return found;
    }

    /// <summary>The entries of <c>Sec-WebSocket-Protocol</c>, trimmed.</summary>
    public static IEnumerable<string> Subprotocols(StringValues header) =>
        header.SelectMany(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries));

    private static Credentials OfAuthorization(string value) =>
        value.StartsWith(Bearer, StringComparison.OrdinalIgnoreCase)
            ? new Credentials(CredentialKind.Key, value[Bearer.Length..].Trim())
            : new Credentials(CredentialKind.Malformed, "");

    // The same credential twice is one; two that differ are a malformed one.
    private Credentials And(Credentials other) =>
        Kind == CredentialKind.Missing || this == other ? other : new Credentials(CredentialKind.Malformed, "");
}
