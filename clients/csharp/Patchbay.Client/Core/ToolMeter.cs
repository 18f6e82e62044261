using System.Text.Json.Nodes;

namespace Patchbay.Client.Core;

/// <summary>What is counted of one tool.</summary>
internal sealed class ToolMeter
{
    private readonly Latencies _latencies = new();
    private readonly SortedDictionary<string, int> _errors = new(StringComparer.Ordinal);
    private long _calls;

    public void Add(double? latency, McpException? error)
    {
        _calls++;
        if (latency is { } milliseconds)
            _latencies.Add(milliseconds);
        if (error is not null)
            _errors[error.Code] = _errors.GetValueOrDefault(error.Code) + 1;
    }

    public JsonObject Report()
    {
        var failed = _errors.Values.Sum();
        var codes = new JsonObject();
        foreach (var (code, count) in _errors)
            codes[code] = count;
        return new JsonObject
        {
            ["calls"] = _calls,
            ["errors"] = failed,
            ["success_rate"] = (double)(_calls - failed) / _calls,
            ["latency_ms"] = _latencies.Report(),
            ["error_codes"] = codes,
            // The server's to know.
            ["cpu_ms"] = null,
            ["allocated_bytes"] = null,
        };
    }
}
