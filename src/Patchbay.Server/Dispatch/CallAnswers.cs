using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Events;
using Patchbay.Server.Sessions;
using Patchbay.Server.Streaming;
using Patchbay.Store.Executions;
using Patchbay.Tools;

namespace Patchbay.Server.Dispatch;

/// <summary>When a tool ran, in ticks of the clock; started at 0 when it did not run for this request.</summary>
internal readonly record struct ExecutionTime(long StartedAt, long EndedAt)
{
    public ResponseMetrics Metrics(TimeProvider time, long receivedAt) => new(
        Since(time, receivedAt).TotalMilliseconds,
        StartedAt == 0 ? 0 : time.GetElapsedTime(StartedAt, EndedAt).TotalMilliseconds,
        StartedAt == 0 ? 0 : Math.Max(0, time.GetElapsedTime(receivedAt, StartedAt).TotalMilliseconds));

    /// <summary>From the receipt of a request to the end; a request that came later has waited for nothing.</summary>
    public TimeSpan Since(TimeProvider time, long receivedAt) => receivedAt < EndedAt ? time.GetElapsedTime(receivedAt, EndedAt) : TimeSpan.Zero;
}

/// <summary>Sends what a call came to, to one request that waits for it.</summary>
internal static class CallAnswers
{
    /// <summary>Answers a request, unless that has been done; completes when the answer had room.</summary>
    /// <exception cref="NotSupportedException">The result cannot be written; the request is still open then.</exception>
    public static ValueTask SendAsync(
        Engine engine, Waiter waiter, CatalogEntry? entry, ToolResult result, int? chunks, ExecutionTime execution, ExecutionDelivery? delivery = null)
    {
        if (!waiter.IsOpen)
            return ValueTask.CompletedTask;
        var outbox = waiter.Session.Outbox;
        var message = result.Error is { } error
            ? outbox.WriteError(waiter.Dialect, waiter.RequestId, error)
            : outbox.WriteResponse(
                waiter.Dialect,
                waiter.RequestId,
                (result, chunks),
                static (writer, state) => ResultWriter.Write(writer, state.result, state.chunks),
                execution.Metrics(engine.Time, waiter.ReceivedAt));
        if (!waiter.TryAnswer())
        {
            message.Release();
            return ValueTask.CompletedTask;
        }

        var took = execution.Since(engine.Time, waiter.ReceivedAt);
        Record(waiter, entry, took, result.Error?.Code);
        Observe(engine, waiter, entry, result.Error?.Code, execution);
        if (entry is not null && execution.StartedAt != 0)
            Notices.CallEnded(engine, waiter, entry, result.Error?.Code, took);
        return outbox.SendAsync(message, delivery, waiter.Session.Ended);
    }

    /// <summary>Answers a request with an error, unless it has been answered.</summary>
    public static void Fail(Engine engine, Waiter waiter, CatalogEntry? entry, ProtocolError error)
    {
        if (waiter.TryAnswer())
            SendError(engine, waiter, entry, error);
    }

    /// <summary>Sends an error to a request whose answering the caller has taken.</summary>
    public static void SendError(Engine engine, Waiter waiter, CatalogEntry? entry, ProtocolError error)
    {
        Record(waiter, entry, engine.Time.GetElapsedTime(waiter.ReceivedAt), error.Code);
        waiter.Session.Outbox.SendError(waiter.Dialect, waiter.RequestId, error);
    }

    private static void Observe(Engine engine, Waiter waiter, CatalogEntry? entry, ErrorCode? error, ExecutionTime execution)
    {
        if (entry is null || execution.StartedAt == 0 || engine.Observer is not { WantsCall: true } observer)
            return;
        var now = engine.Time.GetUtcNow();
        observer.CallEnded(waiter.Session.SessionId, waiter.Session.StartedAt, new ServerCall(
            waiter.RequestId,
            entry.Definition.Name,
            now - engine.Time.GetElapsedTime(waiter.ReceivedAt),
            now - engine.Time.GetElapsedTime(execution.StartedAt),
            now - engine.Time.GetElapsedTime(execution.EndedAt),
            error?.Name));
    }

    private static void Record(Waiter waiter, CatalogEntry? entry, TimeSpan duration, ErrorCode? error)
    {
        if (entry is null)
            waiter.Session.Counter.CountRequest("tools/call", duration, error);
        else
            waiter.Session.Counter.CountCall(entry.Definition.Name, duration, error);
    }
}
