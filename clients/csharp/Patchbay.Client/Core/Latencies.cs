using System.Text.Json.Nodes;

namespace Patchbay.Client.Core;

/// <summary>The newest 1,000 latencies, in milliseconds.</summary>
internal sealed class Latencies
{
    private const int Capacity = 1000;

    private readonly List<double> _values = [];
    private int _oldest;

    public void Add(double milliseconds)
    {
        if (_values.Count < Capacity)
        {
            _values.Add(milliseconds);
            return;
        }

        _values[_oldest] = milliseconds;
        _oldest = (_oldest + 1) % Capacity;
    }

    /// <summary>p50, p95, p99 by nearest rank, and max; zeros when there is nothing.</summary>
    public JsonObject Report()
    {
        if (_values.Count == 0)
            return new JsonObject { ["p50"] = 0, ["p95"] = 0, ["p99"] = 0, ["max"] = 0 };
        var ordered = _values.Order().ToArray();
        double Rank(double share) => ordered[(int)Math.Ceiling(share * ordered.Length) - 1];
        return new JsonObject { ["p50"] = Rank(0.5), ["p95"] = Rank(0.95), ["p99"] = Rank(0.99), ["max"] = ordered[^1] };
    }
}
