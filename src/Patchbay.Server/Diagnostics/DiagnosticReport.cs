using System.Globalization;
using System.Text.Json;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.Server.Diagnostics;

/// <summary>The report of protocol section 9: of the whole server for a key with scope <c>admin</c>, else of the key.</summary>
internal sealed record DiagnosticReport(Statistics Statistics, ViolationSummary Violations, int ActiveConnections, double UptimeSeconds)
{
    public static DiagnosticReport Of(Engine engine, ApiKey key)
    {
        var isAdmin = key.Scopes.Has(KeyScopes.Admin);
        return new DiagnosticReport(
            isAdmin ? engine.Statistics.Server : engine.Statistics.OfKey(key.Id),
            engine.Violations.Summarize(isAdmin ? null : key.Id),
            isAdmin ? engine.Sessions.Count : engine.Sessions.All.Count(session => session.KeyId == key.Id),
            engine.UptimeSeconds);
    }

    public void WriteTo(Utf8JsonWriter writer)
    {
        var traffic = Statistics.Traffic;
        var (received, sent, errorRate) = traffic.Rates();
        writer.WriteStartObject();
        writer.WriteStartObject("message_counts");
        writer.WriteNumber("sent", traffic.Sent);
        writer.WriteNumber("received", traffic.Received);
        writer.WriteEndObject();
        WriteViolations(writer);
        writer.WriteNumber("active_connections", ActiveConnections);
        writer.WriteStartObject("performance_metrics");
        writer.WriteNumber("uptime_s", Math.Round(UptimeSeconds, 3));
        writer.WriteStartObject("messages_per_second");
        writer.WriteNumber("in", received);
        writer.WriteNumber("out", sent);
        writer.WriteEndObject();
        writer.WriteNumber("error_rate", errorRate);
        WriteLatency(writer, Statistics.Latency);
        WriteTools(writer);
        writer.WriteEndObject();
        writer.WriteStartObject("error_summary");
        writer.WriteNumber("total_violations", Violations.Total);
        writer.WriteStartObject("violation_types");
        foreach (var (type, count) in Violations.ByType)
            writer.WriteNumber(type, count);
        writer.WriteEndObject();
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteViolations(Utf8JsonWriter writer)
    {
        writer.WriteStartArray("protocol_violations");
        foreach (var violation in Violations.Newest)
        {
            writer.WriteStartObject();
            writer.WriteString("timestamp", violation.Timestamp.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteString("type", violation.Type);
            writer.WriteString("client_id", violation.ClientId);
            writer.WriteString("key_id", violation.KeyId);
            writer.WriteString("address", violation.Address);
            writer.WritePropertyName("details");
            if (violation.Details is null)
            {
                writer.WriteStartObject();
                writer.WriteEndObject();
            }
            else
            {
                violation.Details.WriteTo(writer);
            }

            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteTools(Utf8JsonWriter writer)
    {
        writer.WriteStartObject("tools");
        foreach (var (name, tool) in Statistics.Tools.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            var calls = tool.Calls;
            writer.WriteStartObject(name);
            writer.WriteNumber("calls", calls);
            writer.WriteNumber("errors", tool.Errors);
            writer.WriteNumber("success_rate", calls == 0 ? 1 : 1 - (tool.Errors / (double)calls));
            WriteLatency(writer, tool.Latency);
            writer.WriteStartObject("error_codes");
            foreach (var (code, count) in tool.ErrorCodes)
                writer.WriteNumber(code, count);
            writer.WriteEndObject();
            WriteFigure(writer, "cpu_ms", tool.CpuMilliseconds, decimals: 3);
            WriteFigure(writer, "allocated_bytes", tool.AllocatedBytes, decimals: 0);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    // What was not measured is null, never 0.
    private static void WriteFigure(Utf8JsonWriter writer, string name, double? figure, int decimals)
    {
        if (figure is { } known)
            writer.WriteNumber(name, Math.Round(known, decimals));
        else
            writer.WriteNull(name);
    }

    private static void WriteLatency(Utf8JsonWriter writer, LatencyHistogram histogram)
    {
        var latency = histogram.Summarize();
        writer.WriteStartObject("latency_ms");
        writer.WriteNumber("p50", latency.P50);
        writer.WriteNumber("p95", latency.P95);
        writer.WriteNumber("p99", latency.P99);
        writer.WriteNumber("max", latency.Max);
        writer.WriteEndObject();
    }
}
