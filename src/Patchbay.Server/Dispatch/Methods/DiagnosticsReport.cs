using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed class DiagnosticsReport : Method<NoParams>
{
    public override string Name => "diagnostics/report";

    protected override void Start(in Call call, NoParams parameters)
    {
        var session = call.Session;
        if (!session.HasScope(KeyScopes.Diagnostics))
        {
            session.Engine.Refused(Violation.UnauthorizedAccess, session, null, Name);
            call.Fail(new ProtocolError(ErrorCodes.UnauthorizedAccess, "This key may not read diagnostics.", new JsonObject { ["scope"] = KeyScopes.Diagnostics }));
            return;
        }

        call.Answer(DiagnosticReport.Of(session.Engine, session.Key), static (writer, report) => report.WriteTo(writer));
    }
}
