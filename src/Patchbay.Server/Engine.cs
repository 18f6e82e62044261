using System.Net;
using System.Reflection;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Diagnostics;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Guard;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.RateLimit;
using Patchbay.Server.Guard.Violations;
using Patchbay.Server.Options;
using Patchbay.Server.Sessions;
using Patchbay.Store;
using Patchbay.Tools;
using Patchbay.Transport;

namespace Patchbay.Server;

/// <summary>What all sessions share, and the door a finished handshake comes in by.</summary>
internal sealed partial class Engine
{
    private readonly IBinaryMessages? _binary;
    private readonly ILogger _logger;
    private readonly long _startedAt;
    private readonly Func<ConnectionSettings> _forConnections;

    public Engine(
        IOptions<PatchbayOptions> options, Func<ConnectionSettings> forConnections, TimeProvider time, IdSource ids, ToolCatalog catalog, Dispatcher dispatcher, Deadlines deadlines, Faults faults,
        SessionRegistry sessions, StatisticsBook statistics, ViolationLog violations, IAuditLog audit, IOptions<AuditOptions> auditOptions, KeyLimiter limiter, IStore store, IEnumerable<IBinaryMessages> binary, IEnumerable<ISessionObserver> observers, ILogger<Engine> logger)
    {
        Options = options.Value;
        Time = time;
        Ids = ids;
        Catalog = catalog;
        Dispatcher = dispatcher;
        Deadlines = deadlines;
        Faults = faults;
        Sessions = sessions;
        Statistics = statistics;
        Violations = violations;
        Audit = audit;
        AuditsCalls = auditOptions.Value.ToolCalls;
        Limiter = limiter;
        Store = store;
        Executions = new Executions(this);
        Clock = new SteadyClock(time);
        _binary = binary.SingleOrDefault();
        Observer = observers.FirstOrDefault();
        _logger = logger;
        _startedAt = time.GetTimestamp();
        _forConnections = forConnections;
    }

    /// <summary>The version of the product.</summary>
    public static string Version { get; } =
        typeof(Engine).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    /// <summary>The settings as they were at the start.</summary>
    public PatchbayOptions Options { get; }

    public TimeProvider Time { get; }

    public IdSource Ids { get; }

    public ToolCatalog Catalog { get; }

    public Dispatcher Dispatcher { get; }

    public Deadlines Deadlines { get; }

    public Faults Faults { get; }

    public SessionRegistry Sessions { get; }

    public StatisticsBook Statistics { get; }

    public ViolationLog Violations { get; }

    public IAuditLog Audit { get; }

    /// <summary>Whether every tool call goes to the audit log.</summary>
    public bool AuditsCalls { get; }

    public KeyLimiter Limiter { get; }

    public SteadyClock Clock { get; }

    public IStore Store { get; }

    /// <summary>Who is told what sessions do, or null.</summary>
    public ISessionObserver? Observer { get; }

    public Executions Executions { get; }

    /// <summary>What a connection is promised that begins now.</summary>
    public ConnectionSettings ForConnections => _forConnections();

    public IReadOnlyList<string> Capabilities => field ??= ["tools", "batching", "streaming", "resume", "diagnostics", "events", .. _binary?.Capabilities ?? []];

    /// <summary>Runs something later and outside every lock; null for the thread pool. A simulation of one thread takes it in its own hand.</summary>
    public Action<Action>? Later { get; init; }

    /// <summary>Whether the server is about to stop and takes nothing new.</summary>
    public bool IsDraining { get; set; }

    public double UptimeSeconds => Time.GetElapsedTime(_startedAt).TotalSeconds;

    /// <summary>Serves one connection from the finished handshake to its end.</summary>
    /// <param name="stream">The raw stream.</param>
    /// <param name="key">Whose key opened it.</param>
    /// <param name="address">Where it comes from.</param>
    /// <param name="abort">Ends the socket at once.</param>
    public async Task ServeAsync(Stream stream, ApiKey key, IPAddress address, Action? abort)
    {
        var settings = ForConnections;
        using var connection = new Connection(stream, settings.TransportOptions, Time, abort);
        var session = new Session(this, key, address, connection, settings);
        var inbox = new Inbox(session, connection, _binary);
        var end = new ConnectionEnd(ConnectionEnd.Lost, ByPeer: true);
        Sessions.Add(session);
        try
        {
            Audit.Write(AuditRecord.Connect(Time.GetUtcNow(), key.Id, session.ClientId, address.ToString()));
            Statistics.Events.ConnectionOpened();
            Observer?.SessionStarted(session.SessionId, session.StartedAt);
            Welcome.Send(session);
            end = await connection.RunAsync(inbox).ConfigureAwait(false);
        }
        finally
        {
            inbox.Session.Detach(connection, end);
            Statistics.Events.ConnectionClosed(end);
            Audit.Write(AuditRecord.Disconnect(Time.GetUtcNow(), key.Id, inbox.Session.ClientId, address.ToString(), end.Code, end.ByPeer ? "by the client" : "by the server"));
        }
    }

    /// <summary>Closes every connection of a key.</summary>
    public void CloseKey(string keyId, CloseCode code, ProtocolError? error = null, string? reason = null)
    {
        foreach (var session in Sessions.All)
        {
            if (session.KeyId == keyId)
                session.Close(code, error, reason);
        }
    }

    /// <summary>Takes a diagnostic of a client in, and forwards it to those who may see the server's.</summary>
    public void TakeDiagnostic(Session from, DiagnosticMessage diagnostic)
    {
        foreach (var session in Sessions.Listeners)
        {
            if (session != from && session.HasScope(KeyScopes.Diagnostics) && session.Subscriptions.Diagnostics?.Matches(diagnostic.Level, diagnostic.Component) == true)
                session.Tell(diagnostic.Level, diagnostic.Component, diagnostic.Text, new JsonObject { ["client_id"] = from.ClientId });
        }
    }

    /// <summary>Tells a diagnostic to the subscribers it concerns.</summary>
    /// <param name="level">How grave it is.</param>
    /// <param name="component">What it is about.</param>
    /// <param name="message">A line for people.</param>
    /// <param name="details">A JSON object, or null.</param>
    /// <param name="keyId">The key it concerns; its own sessions and those with scope <c>diagnostics</c> are told. Null for the server itself.</param>
    public void Diagnose(DiagnosticLevel level, string component, string message, JsonObject? details = null, string? keyId = null)
    {
        foreach (var session in Sessions.Listeners)
        {
            if (session.Subscriptions.Diagnostics?.Matches(level, component) == true && (session.KeyId == keyId || session.HasScope(KeyScopes.Diagnostics)))
                session.Tell(level, component, message, details);
        }
    }

    /// <summary>Something was refused: it goes to the report, the audit log and those who subscribed.</summary>
    /// <param name="type">The type of violation, in snake case.</param>
    /// <param name="session">Whose, when there is a session.</param>
    /// <param name="address">Where from.</param>
    /// <param name="what">What was wrong; never a secret, never the content of a message.</param>
    public void Refused(string type, Session? session, IPAddress? address, string what)
    {
        LogRefused(_logger, address ?? session?.Address, session?.ClientId, type, what);
        Violations.Record(new ViolationRecord(
            Time.GetUtcNow(), type, session?.ClientId, session?.KeyId, (address ?? session?.Address)?.ToString(), new JsonObject { ["reason"] = what }));
    }

    /// <summary>Tells a violation to those it concerns.</summary>
    public void TellViolation(ViolationRecord violation)
    {
        // A flood breaks rules many times a second: nothing is made for nobody.
        if (Sessions.HasListeners)
            Diagnose(DiagnosticLevel.Warning, "violations", $"{violation.Type}: {violation.Details?["reason"]}", new JsonObject { ["type"] = violation.Type, ["client_id"] = violation.ClientId }, violation.KeyId);
    }

    /// <summary>A key has climbed a step of the ladder.</summary>
    public void TellStep(PenaltyStep step)
    {
        Statistics.Events.PenaltyStepped(step.Level);
        if (!step.IsCritical)
            return;
        Audit.Write(AuditRecord.Penalty(Time.GetUtcNow(), step));
        Diagnose(DiagnosticLevel.Critical, "penalties", $"The key {step.KeyId} is on level {step.Level}.", new JsonObject { ["level"] = step.Level, ["blocked_for_ms"] = step.BlockedForMs }, step.KeyId);
    }
}
