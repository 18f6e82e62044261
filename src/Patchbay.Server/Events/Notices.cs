using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Sessions;
using Patchbay.Store;
using Patchbay.Tools;

namespace Patchbay.Server.Events;

/// <summary>What subscribers of diagnostics are told of calls, sessions, slow readers and the store (protocol section 9).</summary>
internal static class Notices
{
    /// <summary>A call has failed, or has taken long although its tool is not said to.</summary>
    public static void CallEnded(Engine engine, Waiter waiter, CatalogEntry entry, ErrorCode? error, TimeSpan took)
    {
        if (!engine.Sessions.HasListeners)
            return;
        var tool = entry.Definition.Name;
        var milliseconds = (long)took.TotalMilliseconds;
        if (error == ErrorCodes.ToolExecutionFailed || error == ErrorCodes.ToolTimeout || error == ErrorCodes.InternalError)
            engine.Diagnose(error == ErrorCodes.InternalError ? DiagnosticLevel.Error : DiagnosticLevel.Warning, "tools", $"A call of {tool} failed: {error.Name}.", Details(error.Name), waiter.Session.KeyId);
        else if (milliseconds >= engine.Options.Diagnostics.SlowCallMs && !entry.Definition.Annotations.LongRunning)
            engine.Diagnose(DiagnosticLevel.Warning, "tools", $"A call of {tool} took {milliseconds} ms.", Details(error?.Name), waiter.Session.KeyId);

        JsonObject Details(string? code) => new()
        {
            ["tool"] = tool,
            ["request_id"] = waiter.RequestId,
            ["client_id"] = waiter.Session.ClientId,
            ["duration_ms"] = milliseconds,
            ["error_code"] = code,
        };
    }

    /// <summary>A session goes on over a new connection.</summary>
    public static void Resumed(Session session, int replayed) => session.Engine.Diagnose(
        DiagnosticLevel.Info, "sessions", $"A session was resumed, {replayed} messages replayed.", new JsonObject { ["client_id"] = session.ClientId, ["replayed"] = replayed }, session.KeyId);

    /// <summary>A session was not resumed.</summary>
    public static void NotResumed(Session asker, string reason) => asker.Engine.Diagnose(
        DiagnosticLevel.Info, "sessions", $"A session was not resumed: {reason}.", new JsonObject { ["client_id"] = asker.ClientId, ["reason"] = reason }, asker.KeyId);

    /// <summary>A client does not take what is sent to it, and is closed.</summary>
    public static void SlowConsumer(Session session) => session.Engine.Diagnose(
        DiagnosticLevel.Warning, "connections", "A connection is closed: its client does not keep up.", new JsonObject { ["client_id"] = session.ClientId }, session.KeyId);

    /// <summary>The store has a fault, or none any more.</summary>
    public static void Store(Engine engine, StoreFault fault)
    {
        if (fault == StoreFault.None)
            engine.Diagnose(DiagnosticLevel.Info, "store", "The store takes writes again.");
        else
            engine.Diagnose(DiagnosticLevel.Critical, "store", $"The store is in trouble: {fault}.", new JsonObject { ["fault"] = fault.ToString() });
    }
}

/// <summary>The way of the rooms to the subscribers. The engine is looked up late: rooms are made before it.</summary>
internal sealed class RoomNotices(Func<Engine> engine) : IDiagnosticChannel
{
    public void Tell(DiagnosticLevel level, string component, string message, JsonObject? details = null) => engine().Diagnose(level, component, message, details);
}
