using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Patchbay.AspNetCore.Dashboard;
using Patchbay.AspNetCore.Doors;
using Patchbay.AspNetCore.Endpoints;
using Patchbay.Server;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.AspNetCore;

/// <summary>Maps the endpoints.</summary>
public static class PatchbayApplicationExtensions
{
    /// <summary>Guards every path of the application with the rules for Host and Origin, and maps <c>/api/mcp/…</c>, <c>/health/…</c> and the dashboard.</summary>
    public static WebApplication MapPatchbay(this WebApplication app)
    {
        var services = app.Services;
        var door = services.GetRequiredService<Door>();
        var engine = services.GetRequiredService<Engine>();
        app.UseStatusCodePages(status => HttpErrors.WriteBareAsync(status.HttpContext));
        app.Use(async (context, next) =>
        {
            if (await door.EnterAsync(context).ConfigureAwait(false))
                await next(context).ConfigureAwait(false);
        });
        app.UseRouting();

        app.MapGet("/api/mcp/ws", services.GetRequiredService<WebSocketEndpoint>().HandleAsync);
        app.MapKeyed(HttpMethods.Get, "/api/mcp/status", door, services.GetRequiredService<StatusEndpoint>().HandleAsync);
        app.MapKeyed(HttpMethods.Get, "/api/mcp/tools", door, services.GetRequiredService<ToolsEndpoint>().HandleAsync);
        app.MapKeyed(HttpMethods.Post, "/api/mcp/tickets", door, services.GetRequiredService<TicketsEndpoint>().HandleAsync);
        app.MapKeyed(HttpMethods.Get, "/api/mcp/diagnostics", door, services.GetRequiredService<DiagnosticsEndpoint>().HandleAsync);
        app.MapGet("/metrics", services.GetRequiredService<MetricsEndpoint>().HandleAsync);
        app.MapKeyed(HttpMethods.Get, "/health/detail", door, services.GetRequiredService<HealthDetailEndpoint>().HandleAsync);
        app.MapGet("/health/live", context => HealthAsync(context, isWell: true));
        app.MapGet("/health/ready", context => HealthAsync(context, isWell: !engine.IsDraining));
        app.MapDashboard(app.Environment.WebRootPath, services.GetRequiredService<ILoggerFactory>().CreateLogger("Patchbay.Dashboard"));
        return app;
    }

    /// <summary>Maps a further endpoint behind the same door: a valid key, with a scope.</summary>
    /// <param name="app">The application, after <see cref="MapPatchbay"/>.</param>
    /// <param name="method">GET, POST and so on.</param>
    /// <param name="path">The path.</param>
    /// <param name="scope">The scope the key needs.</param>
    /// <param name="maxBodyBytes">The most bytes of the body as sent; beyond it 413.</param>
    /// <param name="handle">Answers the request.</param>
    public static void MapScoped(this WebApplication app, string method, string path, string scope, long maxBodyBytes, Func<HttpContext, Task> handle)
    {
        var engine = app.Services.GetRequiredService<Engine>();
        app.MapKeyed(
            method,
            path,
            app.Services.GetRequiredService<Door>(),
            (context, key) => key.Scopes.Has(scope) ? handle(context) : HttpErrors.RefuseScopeAsync(context, engine, scope),
            maxBodyBytes);
    }

    private static void MapKeyed(this IEndpointRouteBuilder app, string method, string path, Door door, Func<HttpContext, ApiKey, Task> handle, long? maxBodyBytes = null) =>
        app.MapMethods(path, [method], async context =>
        {
            if (await door.PassAddressAsync(context, isHandshake: false).ConfigureAwait(false)
                && await door.AuthenticateAsync(context, allowTicket: false).ConfigureAwait(false) is { } key
                && await door.PassBanAsync(context, key).ConfigureAwait(false)
                && PassLength(context, maxBodyBytes))
                await handle(context, key).ConfigureAwait(false);
        });

    // The web server looks at the length only when the body is read, and not every endpoint reads one.
    private static bool PassLength(HttpContext context, long? maxBodyBytes)
    {
        var size = context.Features.Get<IHttpMaxRequestBodySizeFeature>();
        if (maxBodyBytes is not null && size is { IsReadOnly: false })
            size.MaxRequestBodySize = maxBodyBytes;
        if (!(context.Request.ContentLength > size?.MaxRequestBodySize))
            return true;
        context.Response.StatusCode = StatusCodes.Status413PayloadTooLarge;
        return false;
    }

    private static Task HealthAsync(HttpContext context, bool isWell)
    {
        context.Response.StatusCode = isWell ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        return JsonBody.WriteAsync(context, isWell, static (writer, isWell) =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", isWell ? "ok" : "draining");
            writer.WriteEndObject();
        });
    }
}
