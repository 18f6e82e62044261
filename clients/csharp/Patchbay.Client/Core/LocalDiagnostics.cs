using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Client.Core;

/// <summary>Diagnostics the client makes itself. They come to the same callbacks as the server's, with component <c>client</c> and <c>details.kind</c>.</summary>
internal sealed class LocalDiagnostics(Outbox outbox)
{
    public void Say(DiagnosticLevel level, string kind, string message, JsonObject? facts = null) =>
        outbox.Emit(new Output(OutputKind.Diagnostic, Value: Make(level, kind, message, facts)));

    public static McpDiagnostic Make(DiagnosticLevel level, string kind, string message, JsonObject? facts = null)
    {
        var details = facts ?? [];
        details["kind"] = kind;
        return new McpDiagnostic(level, "client", message, details, []);
    }
}
