using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Logging;

namespace Patchbay.AspNetCore.Dashboard;

/// <summary><c>GET /</c>: the web page, to anyone; its data needs a key. Without a build, how to make one.</summary>
internal static partial class DashboardEndpoint
{
    // Everything from this server, nothing inline, nothing evaluated, in nobody's frame (CSP Level 3); `connect-src 'self'` covers the WebSocket.
    private const string Policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'; require-trusted-types-for 'script'; trusted-types 'none'";

    private const string NotBuilt =
        """
        Patchbay is running; its dashboard has not been built.

        With Node 20.19 or later:

            npm --prefix dashboard ci
            npm --prefix dashboard run build

        and start the server again with ./run, which does both by itself when Node is there.

        """;

    private static readonly string[] Methods = [HttpMethods.Get, HttpMethods.Head];

    public static void MapDashboard(this IEndpointRouteBuilder app, string? folder, ILogger logger)
    {
        var files = DashboardFiles.Read(folder);
        if (!files.TryGetValue(DashboardFiles.Index, out var index))
        {
            LogMissing(logger);
            app.MapMethods("/", Methods, TellHowToBuildAsync);
            return;
        }

        LogServed(logger, files.Count, files.Values.Sum(file => (long)file.Length), folder!);
        app.MapMethods("/", Methods, context => SendAsync(context, index));
        foreach (var (name, file) in files)
            app.MapMethods($"/{name}", Methods, context => SendAsync(context, file));
    }

    private static async Task SendAsync(HttpContext context, DashboardFile file)
    {
        var response = context.Response;
        var (body, coding, etag) = file.Choose(context.Request.Headers.AcceptEncoding);
        WriteHeaders(response.Headers);
        response.Headers.CacheControl = file.CacheControl;
        response.Headers.ETag = etag;
        response.Headers.Vary = "Accept-Encoding";
        if (context.Request.Headers.IfNoneMatch.Any(value => value is not null && value.Split(',', StringSplitOptions.TrimEntries).Any(tag => tag == "*" || tag == etag || tag == $"W/{etag}")))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = file.ContentType;
        response.ContentLength = body.Length;
        if (coding is not null)
            response.Headers.ContentEncoding = coding;
        if (!HttpMethods.IsHead(context.Request.Method))
            await response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static Task TellHowToBuildAsync(HttpContext context)
    {
        WriteHeaders(context.Response.Headers);
        context.Response.Headers.CacheControl = "no-store";
        context.Response.ContentType = "text/plain; charset=utf-8";
        return HttpMethods.IsHead(context.Request.Method) ? Task.CompletedTask : context.Response.WriteAsync(NotBuilt, context.RequestAborted);
    }

    private static void WriteHeaders(IHeaderDictionary headers)
    {
        headers.ContentSecurityPolicy = Policy;
        headers.XContentTypeOptions = "nosniff";
        headers.XFrameOptions = "DENY";
        headers["Referrer-Policy"] = "no-referrer";
        headers["Cross-Origin-Opener-Policy"] = "same-origin";
        headers["Cross-Origin-Resource-Policy"] = "same-origin";
        headers["Permissions-Policy"] = "microphone=(self), camera=(), geolocation=()";
    }
}
