using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Patchbay.Protocol.Envelope;
using Patchbay.Server.Catalog;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Dispatch.Methods;
using Patchbay.Server.Guard.Keys;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Server.Sessions;

/// <summary>
/// What an earlier process left: its sessions wait for their clients again; its calls run again when they may, and are answered as interrupted when not.
/// </summary>
internal sealed partial class Recovery(Engine engine, KeyRing keys, ToolCatalog catalog, ToolsCall toolsCall, ILogger<Recovery> logger) : IHostedService
{
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        var sessions = await engine.Store.Sessions.ReadLiveAsync(cancellationToken).ConfigureAwait(false);
        foreach (var record in sessions)
            Restore(record);
        var executions = await engine.Store.Executions.ReadOpenAsync(cancellationToken).ConfigureAwait(false);
        foreach (var record in executions)
            await RestoreAsync(record).ConfigureAwait(false);
        if (sessions.Count > 0 || executions.Count > 0)
            LogRestored(logger, sessions.Count, executions.Count);
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Restore(SessionRecord record)
    {
        // A key that is gone opens nothing any more.
        if (keys.Find(record.KeyId) is not { } key)
        {
            engine.Store.Sessions.End(record.Id, SessionState.Closed);
            return;
        }

        var session = Session.Restore(engine, key, record);
        if (record.ExpiresAt is null)
        {
            session.Resumable!.ExpiresAt = engine.Store.Now + TimeSpan.FromSeconds(engine.Options.Session.TtlSeconds);
            engine.Store.Sessions.SetExpiry(record.Id, session.Resumable.ExpiresAt);
        }

        engine.Sessions.Keep(session);
    }

    private async Task RestoreAsync(ExecutionRecord record)
    {
        var waiters = record.Waiters.Select(waiter => ToWaiter(waiter, record.Start.Digest)).OfType<Waiter>().ToList();
        foreach (var waiter in waiters)
            waiter.Session.Calls.Restore(waiter);

        var entry = catalog.Find(record.Start.Tool);
        var answer = record.Answer;
        if (answer is null && record.Start.Repeatable && waiters.Count > 0 && toolsCall.Restore(engine, waiters[0], record.Start.Params.Span, record.Number) is { } call)
        {
            foreach (var other in waiters.Skip(1))
                call.TryAttach(other);
            engine.Executions.RunAgain(record.Number, call);
            return;
        }

        if (answer is null)
        {
            answer = Executions.ErrorAnswer(ToolCall.Interrupted());
            await engine.Store.Executions.Finish(record.Number, answer.Value).WaitAsync().ConfigureAwait(false);
        }

        foreach (var waiter in waiters)
            await engine.Executions.DeliverAsync(record.Number, waiter, answer.Value, entry, new ExecutionTime(0, engine.Time.GetTimestamp())).ConfigureAwait(false);
    }

    private Waiter? ToWaiter(ExecutionWaiter stored, UInt128 digest) =>
        engine.Sessions.FindKept(stored.SessionId) is { } session
            ? new Waiter(
                session,
                new RequestMessage { Id = stored.RequestId, Method = "tools/call", Dialect = stored.Compact ? Dialect.Compact : Dialect.Envelope },
                engine.Time.GetTimestamp())
            { Digest = digest }
            : null;
}
