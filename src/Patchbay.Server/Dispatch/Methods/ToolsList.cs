using System.ComponentModel.DataAnnotations;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed record ToolsListParams([property: StringLength(512)] string? Cursor = null);

internal sealed class ToolsList(ToolCatalog catalog) : Method<ToolsListParams>
{
    public override string Name => "tools/list";

    protected override void Start(in Call call, ToolsListParams parameters)
    {
        if (parameters.Cursor is { } cursor && !ToolPage.IsCursor(cursor))
        {
            call.Fail(ProtocolError.Params("/cursor", "The cursor is not one that tools/list gave."));
            return;
        }

        call.Answer(ToolPage.Of(catalog, call.Session.Key, parameters.Cursor), static (writer, page) => page.WriteTo(writer));
    }
}
