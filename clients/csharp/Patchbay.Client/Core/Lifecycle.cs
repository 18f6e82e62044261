using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>Where the connection is on its way.</summary>
internal enum Step
{
    None,
    Backoff,
    Opening,
    Welcome,
    Resume,
    Replay,
    Hello,
    Ready,
}

/// <summary>The way of a connection: opening, welcome, resume or hello, ready. What follows when it is lost stands in the other part.</summary>
internal sealed partial class Lifecycle
{
    /// <summary>The client gives a connection up but not its session. Of the codes that keep a session, browsers may send only 3000 to 4999.</summary>
    public const int Abandon = 4000;

    private readonly McpClientOptions _options;
    private readonly Outbox _outbox;
    private readonly Timers _timers;
    private readonly Meter _meter;
    private readonly LocalDiagnostics _local;
    private readonly SessionState _session;
    private readonly RequestTable _table;
    private readonly ReconnectPlan _plan;
    private bool _wasReady;
    private double _readyAt;
    private string _ownSessionId = "";
    private long _replayLeft;
    private HashSet<string> _inFlight = [];

    public Lifecycle(
        McpClientOptions options, Outbox outbox, Timers timers, Meter meter, LocalDiagnostics local, SessionState session, RequestTable table, Func<double> random)
    {
        _options = options;
        _outbox = outbox;
        _timers = timers;
        _meter = meter;
        _local = local;
        _session = session;
        _table = table;
        _plan = new ReconnectPlan(options, random);
        Heartbeat = new Heartbeat(options, outbox, timers, meter);
        Subscriptions = new Subscriptions(options, table, local);
    }

    public McpConnectionState State { get; private set; }

    public Step Step { get; private set; }

    public string? ClientId { get; private set; }

    public McpServerInfo Server { get; private set; } = McpServerInfo.Unknown;

    /// <summary>The last error of this connection that named no request: a Close that says the same usually follows.</summary>
    public McpException? Told { get; set; }

    /// <summary>Why it is closed for good; null when the user closed it.</summary>
    public McpException? ClosingError { get; private set; }

    /// <summary>Seconds from <c>server.draining</c>.</summary>
    public double DrainDelay { get; set; }

    public Heartbeat Heartbeat { get; }

    public Subscriptions Subscriptions { get; }

    public bool HasTransport => Step is not (Step.None or Step.Backoff);

    /// <summary>A new life: nothing of an earlier one is left.</summary>
    public void Begin(double now)
    {
        _plan.Reset();
        _wasReady = false;
        SetState(McpConnectionState.Connecting);
        Open(now);
    }

    public void Open(double now)
    {
        Step = Step.Opening;
        Told = null;
        DrainDelay = 0;
        _timers.Set(TimerKey.Connect, now + _options.ConnectTimeout.TotalSeconds);
        _outbox.Emit(new Output(OutputKind.Open, _plan.Attempts));
    }

    public void Opened(double now)
    {
        if (Step != Step.Opening)
            return;
        Step = Step.Welcome;
        Heartbeat.Begin(now);
    }

    /// <returns>False when no welcome was due.</returns>
    public bool Welcomed(JsonElement data, double now)
    {
        if (Step != Step.Welcome)
            return false;
        var versions = Json.Elements(data, "protocol_versions").Where(version => version.ValueKind == JsonValueKind.String).Select(version => version.GetString()!).ToArray();
        if (!versions.Contains(_options.ProtocolVersion))
        {
            var details = new JsonObject { ["supported"] = new JsonArray([.. versions.Select(version => (JsonNode)version)]) };
            var error = McpErrors.Make(ErrorCodes.InvalidProtocolVersion, $"The server does not speak protocol {_options.ProtocolVersion}.", details);
            Drop(Abandon, "version", new Ending(error, MayReconnect: false), now);
            return true;
        }

        ClientId = Json.Text(data, "client_id");
        _ownSessionId = Json.Text(data, "session_id") ?? "";
        Server = ReadServer(data);
        _outbox.Limits = ReadLimits(data);
        _table.Wire.Gate.SetLimit(_outbox.Limits.MessagesPerMinute);
        Heartbeat.Told(Json.Number(data, "heartbeat_interval_s"), now);
        if (_session.CanResume)
        {
            Step = Step.Resume;
            _table.SendNow(Request.Own(_options, "session/resume", _session.WriteResume, ResumeAnswered), now);
        }
        else
        {
            Hello(now);
        }

        return true;
    }

    /// <summary>One message with a seq has been dealt with; the replay is over when all that were announced have.</summary>
    public void NumberedMessageTaken(double now)
    {
        if (Step != Step.Replay)
            return;
        _replayLeft--;
        EndReplay(now);
    }

    private void Hello(double now)
    {
        Step = Step.Hello;
        var resumable = _options.Resumable && Server.Capabilities.Contains("resume");
        if (resumable)
            _session.Begin();
        _session.SessionId = _ownSessionId;
        _table.SendNow(Request.Own(_options, "session/hello", writer => WriteHello(writer, resumable), HelloAnswered), now);
    }

    private void WriteHello(Utf8JsonWriter writer, bool resumable)
    {
        writer.WriteStartObject();
        writer.WriteStartObject("client");
        writer.WriteString("name", _options.ClientName);
        writer.WriteString("version", _options.ClientVersion);
        writer.WriteString("platform", $"dotnet {Environment.Version}");
        writer.WriteEndObject();
        writer.WriteBoolean("resumable", resumable);
        writer.WriteBoolean("batching", _options.Batching);
        writer.WriteEndObject();
    }

    private void HelloAnswered(JsonElement result, McpException? error, double now)
    {
        if (NotAdmitted(error, now))
            return;
        ClientId = Json.Text(result, "client_id") ?? ClientId;
        var epoch = result.ValueKind == JsonValueKind.Object && result.TryGetProperty("epoch", out var told) ? told : default;
        _session.Granted(Json.Text(result, "session_id") ?? _ownSessionId, Json.Text(result, "resume_token"), epoch);
        Ready(now);
        Subscriptions.MakeAgain(now);
        if (_wasReady)
            _local.Say(DiagnosticLevel.Info, "reconnected", "Connected again, with a new session.");
        _wasReady = true;
    }

    private void ResumeAnswered(JsonElement result, McpException? error, double now)
    {
        if (NotAdmitted(error, now))
            return;
        if (!Json.IsTrue(result, "resumed"))
        {
            var reason = Json.Text(result, "reason") ?? error?.Code ?? "refused";
            _session.Forget();
            _outbox.Emit(new Output(OutputKind.SessionLost, Value: reason));
            _local.Say(DiagnosticLevel.Warning, "session_lost", $"The session could not be resumed: {reason}.", new JsonObject { ["reason"] = reason });
            _table.SessionGone(now);
            Hello(now);
            return;
        }

        _session.Resumed(Json.Text(result, "resume_token"));
        _inFlight = [.. Json.Elements(result, "in_flight").Where(id => id.ValueKind == JsonValueKind.String).Select(id => id.GetString()!)];
        _replayLeft = Json.Count(result, "replayed") ?? 0;
        Step = Step.Replay;
        _meter.Resumed++;
        _local.Say(DiagnosticLevel.Info, "resumed", $"The session is back, {_replayLeft} messages are replayed.", new JsonObject { ["replayed"] = _replayLeft });
        EndReplay(now);
    }

    private bool NotAdmitted(McpException? error, double now)
    {
        if (error is not { Retryable: true })
            return false;
        Drop(Abandon, "not admitted", new Ending(error, MayReconnect: true, error.RetryAfterSeconds ?? 0), now);
        return true;
    }

    private void EndReplay(double now)
    {
        if (_replayLeft > 0)
            return;
        Ready(now);
        _table.Replayed(_inFlight, now);
    }

    private void Ready(double now)
    {
        Step = Step.Ready;
        _readyAt = now;
        _timers.Clear(TimerKey.Connect);
        _table.Wire.Ready = true;
        _table.Wire.Draining = false;
        Heartbeat.Ready(now);
        SetState(McpConnectionState.Connected);
    }

    // The default for each limit that is missing or no positive whole number.
    private static McpLimits ReadLimits(JsonElement data)
    {
        var told = Json.Part(data, "limits") ?? default;
        int Limit(string name, int otherwise) => Json.Count(told, name) is > 0 and <= int.MaxValue and var limit ? (int)limit : otherwise;
        var known = new McpLimits();
        return new McpLimits
        {
            MessagesPerMinute = Limit("messages_per_minute", known.MessagesPerMinute),
            MaxMessageBytes = Limit("max_message_bytes", known.MaxMessageBytes),
            MaxBatch = Limit("max_batch", known.MaxBatch),
            MaxInFlight = Limit("max_in_flight", known.MaxInFlight),
        };
    }

    private static McpServerInfo ReadServer(JsonElement data)
    {
        var server = Json.Part(data, "server") ?? default;
        string[] capabilities = [.. Json.Elements(data, "capabilities").Where(name => name.ValueKind == JsonValueKind.String).Select(name => name.GetString()!)];
        return new McpServerInfo(Json.Text(server, "name") ?? "", Json.Text(server, "version") ?? "", capabilities);
    }
}
