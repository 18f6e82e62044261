using Microsoft.AspNetCore.Http;
using Patchbay.Server;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>GET /api/mcp/diagnostics</c>: the diagnostic report, for scope <c>diagnostics</c>.</summary>
internal sealed class DiagnosticsEndpoint(Engine engine)
{
    public Task HandleAsync(HttpContext context, ApiKey key) =>
        key.Scopes.Has(KeyScopes.Diagnostics)
            ? JsonBody.WriteAsync(context, DiagnosticReport.Of(engine, key), static (writer, report) => report.WriteTo(writer))
            : HttpErrors.RefuseScopeAsync(context, engine, KeyScopes.Diagnostics);
}
