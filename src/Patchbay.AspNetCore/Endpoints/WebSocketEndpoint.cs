using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;
using Patchbay.AspNetCore.Doors;
using Patchbay.Protocol.Errors;
using Patchbay.Server;
using Patchbay.Server.Guard.Connections;
using Patchbay.Transport.WebSockets;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>GET /api/mcp/ws</c>: the opening handshake, then the engine has the stream.</summary>
internal sealed class WebSocketEndpoint(Engine engine, Door door, ConnectionLedger ledger)
{
    private const long ConnectionsRetryMs = 1000;

    public async Task HandleAsync(HttpContext context)
    {
        if (!await door.PassAddressAsync(context, isHandshake: true).ConfigureAwait(false) || !await PassUpgradeAsync(context).ConfigureAwait(false))
            return;
        if (await door.AuthenticateAsync(context, allowTicket: true).ConfigureAwait(false) is not { } key || !await door.PassBanAsync(context, key).ConfigureAwait(false))
            return;

        var visitor = Visitor.Of(context);
        using var place = ledger.TryOpen(key.Id, visitor.Client.Address);
        if (place is null)
        {
            await Door.WaitAsync(context, ConnectionsRetryMs, "This key or address has as many connections as it may have.").ConfigureAwait(false);
            return;
        }

        if (engine.IsDraining)
        {
            await HttpErrors.WriteAsync(
                context, StatusCodes.Status503ServiceUnavailable, new ProtocolError(ErrorCodes.ServerOverloaded, "The server is stopping."), ConnectionsRetryMs).ConfigureAwait(false);
            return;
        }

        if (!Handshake.TryChoose(Credentials.Subprotocols(context.Request.Headers.SecWebSocketProtocol), out var subprotocol))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, $"None of the offered subprotocols is spoken here; offer {Handshake.Subprotocol} or none.").ConfigureAwait(false);
            return;
        }

        var stream = await UpgradeAsync(context, subprotocol).ConfigureAwait(false);
        await engine.ServeAsync(stream, key, visitor.Client.Address, context.Abort).ConfigureAwait(false);
    }

    private static async Task<bool> PassUpgradeAsync(HttpContext context)
    {
        var headers = context.Request.Headers;
        var upgrade = context.Features.Get<IHttpUpgradeFeature>();
        if (upgrade is not { IsUpgradableRequest: true } || !Has(headers.Upgrade, "websocket") || !Has(headers.Connection, "upgrade"))
        {
            await RefuseAsync(context, StatusCodes.Status400BadRequest, "This path is a WebSocket: send Connection: Upgrade and Upgrade: websocket.").ConfigureAwait(false);
            return false;
        }

        if (headers.SecWebSocketVersion.ToString() != Handshake.Version)
        {
            context.Response.Headers.SecWebSocketVersion = Handshake.Version;
            await RefuseAsync(context, StatusCodes.Status426UpgradeRequired, $"Sec-WebSocket-Version must be {Handshake.Version}.").ConfigureAwait(false);
            return false;
        }

        if (Handshake.IsKey(headers.SecWebSocketKey))
            return true;
        await RefuseAsync(context, StatusCodes.Status400BadRequest, "Sec-WebSocket-Key must be the base64 of 16 bytes.").ConfigureAwait(false);
        return false;
    }

    private static Task<Stream> UpgradeAsync(HttpContext context, string? subprotocol)
    {
        var headers = context.Response.Headers;
        headers.Upgrade = "websocket";
        headers.Connection = HeaderNames.Upgrade;
        headers.SecWebSocketAccept = Handshake.Accept(context.Request.Headers.SecWebSocketKey!);
        if (subprotocol is not null)
            headers.SecWebSocketProtocol = subprotocol;
        return context.Features.GetRequiredFeature<IHttpUpgradeFeature>().UpgradeAsync();
    }

    private static bool Has(Microsoft.Extensions.Primitives.StringValues header, string token) =>
        header.Any(value => (value ?? "").Split(',', StringSplitOptions.TrimEntries).Contains(token, StringComparer.OrdinalIgnoreCase));

    private static Task RefuseAsync(HttpContext context, int status, string message) =>
        HttpErrors.WriteAsync(context, status, new ProtocolError(ErrorCodes.InvalidProtocolVersion, message));
}
