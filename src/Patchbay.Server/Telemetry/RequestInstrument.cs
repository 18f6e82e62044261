using System.Collections.Frozen;
using System.Diagnostics.Metrics;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Dispatch;

namespace Patchbay.Server.Telemetry;

/// <summary><c>mcp.server.operation.duration</c>: one measurement for each request that was answered. It is the only instrument of the call path.</summary>
internal sealed class RequestInstrument
{
    // The conventions' buckets begin at 10 ms, where most calls here have long ended: finer ones stand before them.
    private static readonly double[] Boundaries = [0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

    private readonly Histogram<double> _duration;
    private readonly FrozenSet<string> _methods;

    public RequestInstrument(IMeterFactory factory, IEnumerable<Method> methods)
    {
        _methods = methods.Select(method => method.Name).ToFrozenSet(StringComparer.Ordinal);
        _duration = PatchbayMeter.Of(factory).CreateHistogram(
            "mcp.server.operation.duration", "s", "Time from the receipt of a request to its answer.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Boundaries });
    }

    /// <summary>Counts a request that is no call of a known tool.</summary>
    /// <param name="method">Its method, as the client wrote it.</param>
    /// <param name="duration">From receipt to answer.</param>
    /// <param name="error">What it was answered with, or null.</param>
    public void Record(string method, TimeSpan duration, ErrorCode? error)
    {
        if (!_duration.Enabled)
            return;
        var name = new KeyValuePair<string, object?>(Tags.Method, _methods.TryGetValue(method, out var known) ? known : Tags.Other);
        if (error is null)
            _duration.Record(duration.TotalSeconds, name);
        else
            _duration.Record(duration.TotalSeconds, name, new KeyValuePair<string, object?>(Tags.ErrorType, error.Name));
    }

    /// <summary>Counts a call of a tool.</summary>
    /// <param name="tool">Its name in the catalogue.</param>
    /// <param name="duration">From receipt to answer.</param>
    /// <param name="error">What it was answered with, or null.</param>
    public void RecordCall(string tool, TimeSpan duration, ErrorCode? error)
    {
        if (!_duration.Enabled)
            return;
        var method = new KeyValuePair<string, object?>(Tags.Method, "tools/call");
        var name = new KeyValuePair<string, object?>(Tags.Tool, tool);
        var operation = new KeyValuePair<string, object?>(Tags.Operation, Tags.ExecuteTool);
        if (error is null)
            _duration.Record(duration.TotalSeconds, method, name, operation);
        else
            _duration.Record(duration.TotalSeconds, method, name, operation, new KeyValuePair<string, object?>(Tags.ErrorType, error.Name));
    }
}
