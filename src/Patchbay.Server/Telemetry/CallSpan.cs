using System.Diagnostics;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Telemetry;

/// <summary>The span of a tool call, by the semantic conventions for MCP servers. Nothing is made of it while nobody listens.</summary>
internal static class CallSpan
{
    private static readonly ActivitySource Source = new(PatchbayMeter.Name, Engine.Version);

    /// <summary>Starts the span at the request's receipt, as a child of the caller's when <c>context.traceparent</c> names one.</summary>
    public static Activity? Start(Engine engine, Waiter waiter, string tool)
    {
        if (!Source.HasListeners())
            return null;
        // What is no W3C trace context starts a trace of its own (W3C Trace Context §3.3).
        if (!ActivityContext.TryParse(waiter.Context?.TraceParent, null, isRemote: true, out var parent))
            parent = default;
        // Never the span of whoever happens to run here.
        Activity.Current = null;
        var span = Source.StartActivity("tools/call " + tool, ActivityKind.Server, parent, startTime: engine.Time.GetUtcNow() - engine.Time.GetElapsedTime(waiter.ReceivedAt));
        if (span is not { IsAllDataRequested: true })
            return span;
        span.SetTag(Tags.Method, "tools/call");
        span.SetTag(Tags.Tool, tool);
        span.SetTag(Tags.Operation, Tags.ExecuteTool);
        span.SetTag("mcp.session.id", waiter.Session.SessionId);
        span.SetTag("patchbay.request.id", waiter.RequestId);
        span.SetTag("patchbay.protocol.version", EnvelopeReader.ProtocolVersion);
        span.SetTag("network.transport", "tcp");
        span.SetTag("network.protocol.name", "websocket");
        span.SetTag("client.address", waiter.Session.Address.ToString());
        return span;
    }

    /// <summary>Notes what the call was answered with.</summary>
    public static void Answered(Activity? span, ErrorCode? error)
    {
        if (span is null || error is null)
            return;
        span.SetTag(Tags.ErrorType, error.Name);
        span.SetStatus(ActivityStatusCode.Error);
    }
}
