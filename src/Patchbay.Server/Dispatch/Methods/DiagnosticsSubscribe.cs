using System.ComponentModel.DataAnnotations;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Validation;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed record DiagnosticsSubscribeParams(
    DiagnosticLevel Level = DiagnosticLevel.Warning, [property: Length(1, DiagnosticsSubscribe.MaxComponents)] IReadOnlyList<string>? Components = null);

internal sealed class DiagnosticsSubscribe : Method<DiagnosticsSubscribeParams>
{
    public const int MaxComponents = 64;

    public override string Name => "diagnostics/subscribe";

    protected override void Start(in Call call, DiagnosticsSubscribeParams parameters)
    {
        var components = parameters.Components ?? ["*"];
        for (var i = 0; i < components.Count; i++)
        {
            if (Names.IsName(components[i]))
                continue;
            call.Fail(ProtocolError.Params($"/components/{i}", "A component has 1 to 128 characters and no control characters."));
            return;
        }

        call.Session.Subscriptions.Diagnostics = new DiagnosticFilter(parameters.Level, components);
        call.Session.Engine.Sessions.Listen(call.Session);
        call.Session.SaveSubscriptions();
        call.Answer();
    }
}

internal sealed class DiagnosticsUnsubscribe : Method<NoParams>
{
    public override string Name => "diagnostics/unsubscribe";

    protected override void Start(in Call call, NoParams parameters)
    {
        call.Session.Subscriptions.Diagnostics = null;
        call.Session.Engine.Sessions.Listen(call.Session);
        call.Session.SaveSubscriptions();
        call.Answer();
    }
}
