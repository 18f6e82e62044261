using Patchbay.Server.Guard.Audit;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.Server.Diagnostics.Checks;

/// <summary>How the engine, its store and its audit log fare.</summary>
internal static class EngineChecks
{
    // Below so many requests a minute a share is noise.
    private const int FewestRequests = 20;

    /// <summary>Makes each check of this room; the engine is asked for when it runs.</summary>
    public static IReadOnlyList<Func<Func<Engine>, IDiagnosticCheck>> Makers { get; } =
    [
        engine => new EngineCheck("server.draining", DiagnosticLevel.Basic, () => Draining(engine())),
        engine => new EngineCheck("sessions.outbound", DiagnosticLevel.Basic, () => Outbound(engine())),
        engine => new EngineCheck("sessions.replay", DiagnosticLevel.Basic, () => Replay(engine())),
        engine => new EngineCheck("store.queue", DiagnosticLevel.Basic, () => Queue(engine())),
        engine => new EngineCheck("audit.writable", DiagnosticLevel.Basic, () => Audit(engine())),
        engine => new EngineCheck("server.error_rate", DiagnosticLevel.Detailed, () => ErrorRate(engine())),
        engine => new StoreRoundtripCheck(engine),
    ];

    private static CheckReading Draining(Engine engine) => engine.IsDraining
        ? new CheckReading(CheckStatus.Degraded, "The server is about to stop and takes nothing new.") { Hint = "Connect to another one, or wait for its restart." }
        : new CheckReading(CheckStatus.Healthy, "The server takes requests.");

    private static CheckReading Outbound(Engine engine) => EngineCheck.Judge(
        "Fullest queue of what waits to be sent to a client", Percent(engine.Sessions.All.Select(session => session.Connection?.QueuedBytes ?? 0), engine.ForConnections.Limits.MaxOutboundBytes),
        "percent", 80, 200, "A client reads too slowly; it is closed with 4430 when it stays stuck.");

    private static CheckReading Replay(Engine engine) => EngineCheck.Judge(
        "Fullest buffer of messages that wait to be acknowledged", Percent(engine.Sessions.Kept.Select(session => session.Outbox.Kept.Bytes), engine.Options.Session.ReplayBytes),
        "percent", 80, 200, "A client does not acknowledge, or is away: beyond the bound its session cannot be resumed.");

    private static CheckReading Queue(Engine engine)
    {
        var figures = engine.Store.Figures;
        if (figures.Fault != Store.StoreFault.None)
            return new CheckReading(CheckStatus.Unhealthy, $"The store cannot commit ({figures.Fault}).") { Hint = "Look at the disk of the data directory: full, read-only or gone?" };
        return EngineCheck.Judge("Writes that wait to be committed, of the most that may", 100.0 * figures.PendingWrites / engine.Options.Store.MaxPendingWrites, "percent", 50, 90,
            "The disk is too slow for the load: see disk.write_latency (level full).");
    }

    private static CheckReading Audit(Engine engine)
    {
        if (engine.Audit is not AuditLog audit)
            return CheckReading.Skip("This server keeps its audit log elsewhere.");
        if (audit.Losing > 0)
            return new CheckReading(CheckStatus.Unhealthy, $"{audit.Losing} records were lost since writing last worked.") { Observed = audit.Losing, Unit = "count", Hint = "Look at the disk of the data directory." };
        try
        {
            // Opened and closed again: whether it may be written, without writing.
            using var file = File.OpenHandle(
                Path.Combine(engine.Options.DataDirectory, AuditFiles.Current), FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            return new CheckReading(CheckStatus.Healthy, "The audit log can be written.") { Observed = audit.Pending, Unit = "count" };
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return new CheckReading(CheckStatus.Unhealthy, $"The audit log cannot be opened for writing ({fault.GetType().Name}).") { Hint = "Give the server's user the right to write in the data directory." };
        }
    }

    private static CheckReading ErrorRate(Engine engine)
    {
        var (requests, share) = engine.Statistics.Server.Traffic.LastMinute();
        return requests < FewestRequests
            ? CheckReading.NotKnown("Too few requests in the last minute for a share.")
            : EngineCheck.Judge("Requests answered with an error in the last minute", 100 * share, "percent", 25, 75, "performance_metrics of diagnostics/report tell which tools and codes.");
    }

    private static double Percent(IEnumerable<long> bytes, int most) => 100.0 * bytes.DefaultIfEmpty(0).Max() / most;
}
