using Microsoft.AspNetCore.Http;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>GET /api/mcp/tools</c>: the tool list, as <c>tools/list</c> gives it; <c>?cursor=</c> for the next page.</summary>
internal sealed class ToolsEndpoint(ToolCatalog catalog)
{
    public Task HandleAsync(HttpContext context, ApiKey key)
    {
        string? cursor = context.Request.Query["cursor"];
        if (cursor is not null && !ToolPage.IsCursor(cursor))
            return HttpErrors.WriteAsync(context, StatusCodes.Status400BadRequest, ProtocolError.Params("/cursor", "The cursor is not one that the tool list gave."));
        return JsonBody.WriteAsync(context, ToolPage.Of(catalog, key, cursor), static (writer, page) => page.WriteTo(writer));
    }
}
