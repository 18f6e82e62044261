using Patchbay.Protocol.Errors;
using Patchbay.Store.Sessions;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed class SessionClose : Method<NoParams>
{
    public override string Name => "session/close";

    protected override void Start(in Call call, NoParams parameters)
    {
        var session = call.Session;
        if (session.Resumable is null)
            call.Answer();
        else
            session.Outbox.SendLast(call.Write(0, Call.WriteEmpty));
        session.Close(CloseCodes.Normal);
        session.End(SessionState.Closed);
    }
}
