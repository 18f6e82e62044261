using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Options;
using Patchbay.AspNetCore.Doors;
using Patchbay.AspNetCore.Telemetry;
using Patchbay.AspNetCore.Telemetry.Exposition;
using Patchbay.Server;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>GET /metrics</c>: for who comes from this machine, or has a key with scope <c>metrics</c>.</summary>
internal sealed class MetricsEndpoint(Engine engine, Door door, MetricsCollector collector, IOptions<TelemetryOptions> options)
{
    public async Task HandleAsync(HttpContext context)
    {
        if (!options.Value.Metrics)
        {
            context.Response.StatusCode = StatusCodes.Status404NotFound;
            return;
        }

        if (Visitor.Of(context).Client.IsLoopback || await PassAsync(context).ConfigureAwait(false))
            await WriteAsync(context).ConfigureAwait(false);
    }

    private async Task<bool> PassAsync(HttpContext context)
    {
        if (!await door.PassAddressAsync(context, isHandshake: false).ConfigureAwait(false)
            || await door.AuthenticateAsync(context, allowTicket: false).ConfigureAwait(false) is not { } key
            || !await door.PassBanAsync(context, key).ConfigureAwait(false))
            return false;
        if (key.Scopes.Has(KeyScopes.Metrics))
            return true;
        await HttpErrors.RefuseScopeAsync(context, engine, KeyScopes.Metrics).ConfigureAwait(false);
        return false;
    }

    private async Task WriteAsync(HttpContext context)
    {
        var format = ExpositionFormat.For(context.Request.Headers.Accept);
        var body = Encoding.UTF8.GetBytes(collector.Write(format));
        context.Response.ContentType = format.ContentType;
        context.Response.ContentLength = body.Length;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }
}
