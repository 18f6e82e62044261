using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Patchbay.Protocol.Errors;
using Patchbay.Server;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>GET /api/mcp/diagnostics</c>: the diagnostic report, for scope <c>diagnostics</c>.</summary>
internal sealed class DiagnosticsEndpoint(Engine engine)
{
    public Task HandleAsync(HttpContext context, ApiKey key)
    {
        if (key.Scopes.Has(KeyScopes.Diagnostics))
            return JsonBody.WriteAsync(context, DiagnosticReport.Of(engine, key), static (writer, report) => report.WriteTo(writer));
        engine.Refused(Violation.UnauthorizedAccess, null, Doors.Visitor.Of(context).Client.Address, "diagnostics");
        return HttpErrors.WriteAsync(context, StatusCodes.Status403Forbidden, new ProtocolError(
            ErrorCodes.UnauthorizedAccess, "This key may not read diagnostics.", new JsonObject { ["scope"] = KeyScopes.Diagnostics }));
    }
}
