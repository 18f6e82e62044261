using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Connections;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Network;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Server.Guard.Tickets;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.AspNetCore.Doors;

/// <summary>The checks every request passes, in the order of the contract. Each refusal is written here; a caller that gets false has nothing left to do.</summary>
internal sealed class Door(
    Engine engine, Func<NetworkRules> network, AddressGuard addresses, KeyRing keys, TicketDesk tickets, KeyLimiter limiter)
{
    /// <summary>Host and Origin, for every path; and who asks is found out.</summary>
    public async Task<bool> EnterAsync(HttpContext context)
    {
        var request = context.Request;
        var rules = network();
        var client = rules.Proxies.Resolve(context.Connection.RemoteIpAddress ?? IPAddress.None, request.Headers["X-Forwarded-For"]);
        context.Features.Set(new Visitor(client, Origin(request)));
        if (!rules.Hosts.Allows(request.Host.Value))
        {
            engine.Refused(Violation.SecurityViolation, null, client.Address, "host");
            await HttpErrors.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, new ProtocolError(
                ErrorCodes.SecurityViolation, "This server does not answer to that Host; Patchbay:AllowedHosts names the ones it does.")).ConfigureAwait(false);
            return false;
        }

        if (!rules.Origins.Allows(Origin(request), request.Scheme, request.Host.Value!))
        {
            engine.Refused(Violation.SecurityViolation, null, client.Address, "origin");
            await HttpErrors.WriteAsync(context, StatusCodes.Status403Forbidden, new ProtocolError(
                ErrorCodes.SecurityViolation, "Pages of that Origin may not call this server; Patchbay:AllowedOrigins names the ones that may.")).ConfigureAwait(false);
            return false;
        }

        return true;
    }

    /// <summary>An address that has shown too many wrong keys, or made too many handshakes, waits.</summary>
    public async Task<bool> PassAddressAsync(HttpContext context, bool isHandshake)
    {
        var visitor = Visitor.Of(context);
        var wait = isHandshake ? addresses.TakeHandshake(visitor.Client.Address) : addresses.BlockedForMs(visitor.Client.Address);
        if (wait == 0)
            return true;
        await WaitAsync(context, wait, "Too many handshakes or wrong keys from this address.").ConfigureAwait(false);
        return false;
    }

    /// <summary>The key a request presents; null when it was refused with 401.</summary>
    public async Task<ApiKey?> AuthenticateAsync(HttpContext context, bool allowTicket)
    {
        var visitor = Visitor.Of(context);
        var address = visitor.Client.Address;
        var credentials = Credentials.Read(context.Request, allowTicket);
        var key = credentials.Kind switch
        {
            CredentialKind.Key => keys.Authenticate(credentials.Text, visitor.Origin, address),
            CredentialKind.Ticket => tickets.Redeem(credentials.Text, visitor.Origin, address),
            _ => null,
        };
        if (key is not null)
        {
            engine.Audit.Write(AuditRecord.KeyUsed(engine.Time.GetUtcNow(), key.Id, address.ToString(), context.Request.Path));
            return key;
        }

        if (credentials.Kind is (CredentialKind.Key or CredentialKind.Malformed) && addresses.NoteWrongKey(address))
            engine.Diagnose(DiagnosticLevel.Warning, "keys", $"{address} is blocked for 15 minutes: it showed too many wrong keys.");
        engine.Audit.Write(AuditRecord.KeyRefused(engine.Time.GetUtcNow(), address.ToString(), context.Request.Path));
        engine.Refused(Violation.InvalidApiKey, null, address, credentials.Kind == CredentialKind.Missing ? "missing" : "wrong");
        context.Response.Headers.WWWAuthenticate = "Bearer";
        await HttpErrors.WriteAsync(context, StatusCodes.Status401Unauthorized, new ProtocolError(
            ErrorCodes.InvalidApiKey, "A valid API key is needed, in X-API-Key or Authorization: Bearer.")).ConfigureAwait(false);
        return null;
    }

    /// <summary>Whether the key is not banned.</summary>
    public async Task<bool> PassBanAsync(HttpContext context, ApiKey key)
    {
        var wait = limiter.BannedForMs(key.Id);
        if (wait == 0)
            return true;
        await WaitAsync(context, wait, "This key is banned for a while: it kept sending beyond its limit.").ConfigureAwait(false);
        return false;
    }

    /// <summary>429 with <c>Retry-After</c>.</summary>
    public static Task WaitAsync(HttpContext context, long milliseconds, string message) =>
        HttpErrors.WriteAsync(
            context,
            StatusCodes.Status429TooManyRequests,
            new ProtocolError(ErrorCodes.RateLimitExceeded, message, new System.Text.Json.Nodes.JsonObject { ["retry_after_ms"] = milliseconds }),
            milliseconds);

    // Several Origin headers are joined and match nothing.
    private static string? Origin(HttpRequest request) => request.Headers.Origin.Count == 0 ? null : request.Headers.Origin.ToString();
}

/// <summary>Who asks, found out once per request.</summary>
internal sealed record Visitor(ClientAddress Client, string? Origin)
{
    public static Visitor Of(HttpContext context) => context.Features.GetRequiredFeature<Visitor>();
}
