using System.Security.Cryptography;
using System.Text;

namespace Patchbay.Transport.WebSockets;

/// <summary>The parts of the opening handshake that need no server (RFC 6455 §4.2).</summary>
public static class Handshake
{
    /// <summary>The subprotocol of this contract.</summary>
    public const string Subprotocol = "mcp.v2";

    /// <summary>The only WebSocket version there is.</summary>
    public const string Version = "13";

    /// <summary>Browsers, which cannot set headers, offer their ticket as a subprotocol with this prefix.</summary>
    public const string TicketPrefix = "ticket.";

    private const int KeyBytes = 16;

    /// <summary>Whether a <c>Sec-WebSocket-Key</c> is the base64 of 16 bytes.</summary>
    public static bool IsKey(string? key)
    {
        Span<byte> bytes = stackalloc byte[KeyBytes + 8];
        return key is { Length: 24 } && Convert.TryFromBase64String(key, bytes, out var length) && length == KeyBytes;
    }

    /// <summary>The <c>Sec-WebSocket-Accept</c> of a key (§4.2.2: SHA-1 over the key and a fixed GUID).</summary>
    public static string Accept(string key)
    {
#pragma warning disable CA5350 // The standard asks for SHA-1; nothing is kept secret by it.
        Span<byte> hash = stackalloc byte[SHA1.HashSizeInBytes];
        SHA1.HashData(Encoding.ASCII.GetBytes(key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11"), hash);
#pragma warning restore CA5350
        return Convert.ToBase64String(hash);
    }

    /// <summary>Chooses the subprotocol. Tickets count as none offered.</summary>
    /// <param name="offered">The entries of <c>Sec-WebSocket-Protocol</c>, trimmed.</param>
    /// <param name="chosen">What to echo, or null for none.</param>
    /// <returns>False when something was offered and nothing of it is spoken here.</returns>
    public static bool TryChoose(IEnumerable<string> offered, out string? chosen)
    {
        var others = false;
        chosen = null;
        foreach (var name in offered)
        {
            if (name == Subprotocol)
                chosen = Subprotocol;
            else if (!name.StartsWith(TicketPrefix, StringComparison.Ordinal))
                others = true;
        }

        return chosen is not null || !others;
    }
}
