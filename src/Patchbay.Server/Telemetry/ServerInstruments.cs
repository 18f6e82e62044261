using System.Diagnostics.Metrics;
using Microsoft.Extensions.Hosting;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Violations;
using Patchbay.Server.Sessions;
using Patchbay.Store;

namespace Patchbay.Server.Telemetry;

/// <summary>
/// Instruments that are asked when somebody collects, and read what the engine counts anyway: between two collections they cost nothing.
/// </summary>
internal sealed class ServerInstruments(Engine engine, IMeterFactory factory) : IHostedService
{
    private readonly Meter _meter = PatchbayMeter.Of(factory);

    /// <summary>Makes the instruments.</summary>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        AddServer();
        AddTraffic();
        AddSessions();
        AddGuard();
        AddStore();
        ToolInstruments.Add(_meter, engine.Statistics.Server);
        return Task.CompletedTask;
    }

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void AddServer()
    {
        _meter.CreateObservableGauge("process.uptime", () => engine.UptimeSeconds, "s", "Time since the server started.");
        _meter.CreateObservableUpDownCounter("patchbay.server.draining", () => engine.IsDraining ? 1L : 0, null, "1 while the server ends and takes nothing new.");
        _meter.CreateObservableUpDownCounter("patchbay.tools.registered", () => (long)engine.Catalog.Entries.Count, "{tool}", "Tools in the catalogue.");
        _meter.CreateObservableUpDownCounter("patchbay.calls.running", () => Everyone().Sum(session => (long)session.Calls.Running), "{call}", "Tools that run.");
    }

    private void AddTraffic()
    {
        var traffic = engine.Statistics.Server.Traffic;
        _meter.CreateObservableCounter("patchbay.messages", () => BothWays(traffic.Received, traffic.Sent), "{message}", "Messages received and sent.");
        _meter.CreateObservableCounter("patchbay.message.io", () => BothWays(traffic.ReceivedBytes, traffic.SentBytes), "By", "Bytes of messages received and sent, without frame headers.");
        _meter.CreateObservableUpDownCounter(
            "patchbay.outbound.queued", () => engine.Sessions.All.Sum(session => session.Connection?.QueuedBytes ?? 0), "By", "Bytes that wait to be sent, over all connections.");
        _meter.CreateObservableGauge(
            "patchbay.outbound.utilization", () => Fullest(session => session.Connection?.QueuedBytes ?? 0, engine.ForConnections.Limits.MaxOutboundBytes), "1", "Fill of the fullest queue of a connection.");
    }

    private void AddSessions()
    {
        _meter.CreateObservableUpDownCounter("patchbay.connections.active", () => (long)engine.Sessions.Count, "{connection}", "Connections that stand.");
        _meter.CreateObservableUpDownCounter("patchbay.sessions.resumable", () => engine.Sessions.Kept.LongCount(), "{session}", "Sessions that can be resumed.");
        _meter.CreateObservableUpDownCounter(
            "patchbay.sessions.away", () => engine.Sessions.Kept.LongCount(session => session.Connection is null), "{session}", "Resumable sessions whose client is away.");
        _meter.CreateObservableUpDownCounter(
            "patchbay.replay.kept", () => engine.Sessions.Kept.Sum(session => session.Outbox.Kept.Bytes), "By", "Bytes of messages that wait to be acknowledged.");
        _meter.CreateObservableGauge("patchbay.replay.utilization", () => Fullest(session => session.Outbox.Kept.Bytes, engine.Options.Session.ReplayBytes), "1", "Fill of the fullest replay buffer.");
    }

    private void AddGuard()
    {
        _meter.CreateObservableCounter(
            "patchbay.violations", Violations, "{violation}", "Broken rules by type; rate_limit_exceeded are the messages refused by the rate limit.");
        _meter.CreateObservableUpDownCounter(
            "patchbay.penalties.active", () => engine.Limiter.List().GroupBy(view => view.Level).Select(level => new Measurement<long>(level.LongCount(), new KeyValuePair<string, object?>(Tags.PenaltyLevel, level.Key))),
            "{key}", "Keys with a penalty, by its level.");
        if (engine.Audit is not AuditLog audit)
            return;
        _meter.CreateObservableUpDownCounter("patchbay.audit.pending", () => (long)audit.Pending, "{record}", "Audit records that wait to be written.");
        _meter.CreateObservableGauge("patchbay.audit.losing", () => audit.Losing, "{record}", "Audit records lost since writing last worked.");
    }

    private void AddStore()
    {
        _meter.CreateObservableCounter("patchbay.store.writes", () => engine.Store.Figures.Writes, "{write}", "Writes committed.");
        _meter.CreateObservableCounter("patchbay.store.commits", () => engine.Store.Figures.Commits, "{commit}", "Commits made.");
        _meter.CreateObservableCounter("patchbay.store.commit.failures", () => engine.Store.Figures.FailedCommits, "{commit}", "Commits the disk refused.");
        _meter.CreateObservableUpDownCounter("patchbay.store.pending", () => (long)engine.Store.Figures.PendingWrites, "{write}", "Writes that wait to be committed.");
        _meter.CreateObservableGauge(
            "patchbay.store.utilization", () => engine.Store.Figures.PendingWrites / (double)engine.Options.Store.MaxPendingWrites, "1", "Fill of the queue of writes.");
        _meter.CreateObservableUpDownCounter("patchbay.store.executions", () => (long)engine.Store.Figures.Executions, "{record}", "Execute-once records held.");
        _meter.CreateObservableCounter("patchbay.store.evictions", () => engine.Store.Figures.EvictedExecutions, "{record}", "Execute-once records dropped before their time.");
        _meter.CreateObservableUpDownCounter("patchbay.store.failing", () => engine.Store.Figures.Fault == StoreFault.None ? 0L : 1, null, "1 while the store cannot commit.");
    }

    // Every type from the start on: what appears with its first occurrence has no rate at that occurrence.
    private IEnumerable<Measurement<long>> Violations()
    {
        var counts = engine.Violations.Summarize(null, most: 0).ByType;
        return Violation.Types.Select(type => new Measurement<long>(counts.GetValueOrDefault(type), new KeyValuePair<string, object?>(Tags.ViolationType, type)));
    }

    private IEnumerable<Session> Everyone() => engine.Sessions.All.Union(engine.Sessions.Kept);

    private double Fullest(Func<Session, long> bytes, int most) => Everyone().Select(bytes).DefaultIfEmpty(0).Max() / (double)most;

    private static Measurement<long>[] BothWays(long received, long sent) =>
    [
        new(received, new KeyValuePair<string, object?>(Tags.Direction, Tags.Receive)),
        new(sent, new KeyValuePair<string, object?>(Tags.Direction, Tags.Transmit)),
    ];
}
