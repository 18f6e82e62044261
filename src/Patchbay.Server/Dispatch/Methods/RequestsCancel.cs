using System.ComponentModel.DataAnnotations;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed record CancelParams([property: StringLength(128, MinimumLength = 1)] string RequestId);

internal sealed class RequestsCancel : Method<CancelParams>
{
    public override string Name => "requests/cancel";

    protected override void Start(in Call call, CancelParams parameters) =>
        call.Answer(call.Session.Calls.Find(parameters.RequestId) is { } waiter && waiter.Call?.Cancel(waiter) == true, static (writer, cancelled) =>
        {
            writer.WriteStartObject();
            writer.WriteBoolean("cancelled", cancelled);
            writer.WriteEndObject();
        });
}
