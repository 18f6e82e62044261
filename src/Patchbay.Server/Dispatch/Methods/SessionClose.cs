using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed class SessionClose : Method<NoParams>
{
    public override string Name => "session/close";

    protected override void Start(in Call call, NoParams parameters)
    {
        call.Answer();
        call.Session.Close(CloseCodes.Normal);
    }
}
