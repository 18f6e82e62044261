using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Dispatch;

/// <summary>The one place where exceptions become error codes.</summary>
internal sealed partial class Faults(ILogger<Faults> logger, IdSource ids)
{
    /// <summary>The error a caller is told. What nobody expected gets a correlation id; its text goes to the log only.</summary>
    public ProtocolError ToError(Exception fault, string where, bool cancelled)
    {
        switch (fault)
        {
            case OperationCanceledException when cancelled:
                return new ProtocolError(ErrorCodes.RequestCancelled, "The request was cancelled.");
            default:
                var correlationId = ids.Next("cor-");
                LogUnexpected(logger, where, correlationId, fault);
                return new ProtocolError(
                    ErrorCodes.InternalError, "An unexpected fault; the server's log has it under the correlation id.", new JsonObject { ["correlation_id"] = correlationId });
        }
    }
}
