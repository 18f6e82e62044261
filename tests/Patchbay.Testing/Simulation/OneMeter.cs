using System.Diagnostics.Metrics;

namespace Patchbay.Testing.Simulation;

/// <summary>Gives every simulated server the same meter, which nobody listens to: a meter of each would stay known to the process.</summary>
internal sealed class OneMeter : IMeterFactory
{
    private readonly Meter _meter = new("Patchbay.Simulation");

    public static OneMeter Instance { get; } = new();

    public Meter Create(MeterOptions options) => _meter;

    public void Dispose()
    {
        // It lives as long as the process.
    }
}
