using System.Globalization;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Core;

/// <summary>What this client counted since it was made, and the report of protocol section 9 made of it.</summary>
internal sealed class Meter(Func<DateTimeOffset> wall)
{
    private const int NewestViolations = 1000;

    private readonly MinuteCounter _rateIn = new();
    private readonly MinuteCounter _rateOut = new();
    private readonly MinuteCounter _ended = new();
    private readonly MinuteCounter _failed = new();
    private readonly Latencies _latencies = new();
    private readonly Dictionary<string, ToolMeter> _tools = [];
    private readonly Queue<JsonObject> _violations = new();
    private readonly Dictionary<string, int> _violationTypes = [];
    private long _sent;
    private long _received;
    private double? _started;

    public double? RoundTripMs { get; set; }

    public int ReconnectAttempts { get; set; }

    public int Resumed { get; set; }

    public McpException? LastError { get; set; }

    public void Started(double now) => _started ??= now;

    public double Uptime(double now) => now - (_started ?? now);

    public void MessageOut(double now)
    {
        _sent++;
        _rateOut.Add(now);
    }

    public void MessageIn(double now)
    {
        _received++;
        _rateIn.Add(now);
    }

    /// <summary>Notes a violation under its snake-case name.</summary>
    public void Violation(string type, JsonObject details)
    {
        if (_violations.Count == NewestViolations)
            _violations.Dequeue();
        _violations.Enqueue(new JsonObject
        {
            ["timestamp"] = wall().UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture),
            ["type"] = type,
            ["details"] = details,
        });
        _violationTypes[type] = _violationTypes.GetValueOrDefault(type) + 1;
    }

    /// <summary>The server refused something; errors of form and of security are violations.</summary>
    public void Refused(McpException error)
    {
        if (ErrorCodes.Find(error.Code) is { Group: "protocol" or "security" } && TypeOf(error.Code) is { } type)
            Violation(type, error.Details.DeepClone().AsObject());
    }

    /// <summary>One request has its result or its error; <paramref name="latency"/> in milliseconds, null when it was never sent.</summary>
    public void RequestEnded(double now, string? tool, double? latency, McpException? error)
    {
        _ended.Add(now);
        if (error is not null)
            _failed.Add(now);
        if (latency is { } milliseconds)
            _latencies.Add(milliseconds);
        if (tool is null)
            return;
        if (!_tools.TryGetValue(tool, out var meter))
            _tools[tool] = meter = new ToolMeter();
        meter.Add(latency, error);
    }

    public JsonObject Report(double now, McpConnectionState state)
    {
        var span = Math.Min(60, Uptime(now)) is > 0 and var seconds ? seconds : 1;
        var ended = _ended.Sum(now);
        var tools = new JsonObject();
        foreach (var (name, meter) in _tools)
            tools[name] = meter.Report();
        var types = new JsonObject();
        foreach (var (type, count) in _violationTypes)
            types[type] = count;
        return new JsonObject
        {
            ["message_counts"] = new JsonObject { ["sent"] = _sent, ["received"] = _received },
            ["protocol_violations"] = new JsonArray([.. _violations.Select(violation => violation.DeepClone())]),
            ["active_connections"] = state == McpConnectionState.Connected ? 1 : 0,
            ["performance_metrics"] = new JsonObject
            {
                ["uptime_s"] = Uptime(now),
                ["messages_per_second"] = new JsonObject { ["in"] = _rateIn.Sum(now) / span, ["out"] = _rateOut.Sum(now) / span },
                ["error_rate"] = ended == 0 ? 0 : (double)_failed.Sum(now) / ended,
                ["latency_ms"] = _latencies.Report(),
                ["tools"] = tools,
            },
            ["error_summary"] = new JsonObject { ["total_violations"] = _violationTypes.Values.Sum(), ["violation_types"] = types },
            ["connection"] = new JsonObject
            {
                ["status"] = NameOf(state),
                ["reconnect_attempts"] = ReconnectAttempts,
                ["resumed"] = Resumed,
                ["last_error"] = LastError is { } last ? new JsonObject { ["error_code"] = last.Code, ["error_message"] = last.Message } : null,
                ["rtt_ms"] = RoundTripMs,
            },
        };
    }

    private static string NameOf(McpConnectionState state) => state switch
    {
        McpConnectionState.Connecting => "connecting",
        McpConnectionState.Connected => "connected",
        McpConnectionState.Reconnecting => "reconnecting",
        _ => "closed",
    };

    // The names of protocol section 8.
    private static string? TypeOf(string code) => code switch
    {
        "INVALID_MESSAGE_FORMAT" => "invalid_message",
        "INVALID_PROTOCOL_VERSION" => "protocol_version_mismatch",
        "INVALID_MESSAGE_ID" => "invalid_message_id",
        "MESSAGE_TOO_LARGE" => "message_too_large",
        "RATE_LIMIT_EXCEEDED" => "rate_limit_exceeded",
        "INVALID_API_KEY" => "invalid_api_key",
        "UNAUTHORIZED_ACCESS" => "unauthorized_access",
        "SECURITY_VIOLATION" => "security_violation",
        _ => null,
    };
}
