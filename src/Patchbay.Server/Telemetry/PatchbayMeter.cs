using System.Diagnostics.Metrics;

namespace Patchbay.Server.Telemetry;

/// <summary>The one meter of the product, and its source of traces.</summary>
public static class PatchbayMeter
{
    /// <summary>The name of the <see cref="Meter"/> and of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string Name = "Patchbay";

    /// <summary>The meter of a host; the same one each time.</summary>
    /// <param name="factory">The host's factory, so that two servers in one process do not count for each other.</param>
    internal static Meter Of(IMeterFactory factory) => factory.Create(new MeterOptions(Name) { Version = Engine.Version });
}
