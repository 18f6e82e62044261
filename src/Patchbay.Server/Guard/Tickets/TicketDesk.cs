using System.Buffers.Text;
using System.Net;
using System.Security.Cryptography;
using System.Text;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.Server.Guard.Tickets;

/// <summary>Single-use tickets for browsers, which cannot set headers (protocol section 2). Only hashes are held. Safe for concurrent use.</summary>
/// <param name="time">The clock.</param>
/// <param name="find">Gives the key with an id as it is now, or null: a ticket of a revoked key opens nothing.</param>
internal sealed class TicketDesk(TimeProvider time, Func<string, ApiKey?> find)
{
    /// <summary>How long a ticket works.</summary>
    public const int LifetimeSeconds = 30;

    /// <summary>A key holds at most so many at a time, so that one key cannot use up the room of all.</summary>
    public const int MaxPerKey = 64;

    /// <summary>All keys together hold at most so many at a time (some 20 MiB).</summary>
    public const int MaxTotal = 65_536;

    private const int TicketBytes = 32;
    private const int TextLength = 43;

    private readonly SteadyClock _clock = new(time);
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Ticket> _tickets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> _perKey = new(StringComparer.Ordinal);
    private readonly LinkedList<string> _byAge = new();

    /// <summary>Makes a ticket; null when the key, or all keys together, hold too many already.</summary>
    /// <param name="key">The key that asks.</param>
    /// <param name="origin">The Origin of the request, or null when it has none.</param>
    public string? Issue(ApiKey key, string? origin)
    {
        string text = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(TicketBytes));
        string hash = Hash(text);
        lock (_lock)
        {
            long now = _clock.Milliseconds;
            DropExpired(now);
            int held = _perKey.GetValueOrDefault(key.Id);
            if (held >= MaxPerKey || _tickets.Count >= MaxTotal)
                return null;
            long expiresAt = now + (LifetimeSeconds * 1_000);
            _tickets[hash] = new Ticket(key.Id, origin, expiresAt, _byAge.AddLast(hash));
            _perKey[key.Id] = held + 1;
        }

        return text;
    }

    /// <summary>The key whose ticket this is, or null. Whatever the answer, the ticket is used up.</summary>
    /// <param name="text">What the caller presented.</param>
    /// <param name="origin">The Origin of the request, or null when it has none.</param>
    /// <param name="address">The client's address.</param>
    public ApiKey? Redeem(string text, string? origin, IPAddress? address)
    {
        if (text.Length != TextLength)
            return null;
        string hash = Hash(text);
        Ticket? ticket;
        long now;
        lock (_lock)
        {
            now = _clock.Milliseconds;
            ticket = Remove(hash);
        }

        if (ticket is null)
            return null;
        bool fits = now < ticket.ExpiresAt && string.Equals(ticket.Origin, origin, StringComparison.OrdinalIgnoreCase);
        return fits && find(ticket.KeyId) is { } key && key.MayComeFrom(origin, address) ? key : null;
    }

    private static string Hash(string text) => Convert.ToHexString(SHA256.HashData(Encoding.UTF8.GetBytes(text)));

    // All live equally long, so the oldest expires first.
    private void DropExpired(long now)
    {
        while (_byAge.First is { } oldest && _tickets[oldest.Value].ExpiresAt <= now)
            Remove(oldest.Value);
    }

    private Ticket? Remove(string hash)
    {
        if (!_tickets.Remove(hash, out var ticket))
            return null;
        _byAge.Remove(ticket.Place);
        int left = _perKey[ticket.KeyId] - 1;
        if (left == 0)
            _perKey.Remove(ticket.KeyId);
        else
            _perKey[ticket.KeyId] = left;
        return ticket;
    }

    private sealed record Ticket(string KeyId, string? Origin, long ExpiresAt, LinkedListNode<string> Place);
}
