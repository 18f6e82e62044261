using System.Diagnostics.Metrics;

namespace Patchbay.Server.Telemetry;

/// <summary>The meter of the engine and its source of traces; rooms of tools have their own, under its name.</summary>
public static class PatchbayMeter
{
    /// <summary>The name of the <see cref="Meter"/> and of the <see cref="System.Diagnostics.ActivitySource"/>.</summary>
    public const string Name = "Patchbay";

    /// <summary>The names of the meters and sources of rooms, for example <c>Patchbay.Models</c>, as a pattern.</summary>
    public const string Rooms = Name + ".*";

    /// <summary>Whether a meter is of this product.</summary>
    internal static bool IsOurs(string meter) => meter == Name || meter.StartsWith(Name + ".", StringComparison.Ordinal);

    /// <summary>The meter of a host; the same one each time.</summary>
    /// <param name="factory">The host's factory, so that two servers in one process do not count for each other.</param>
    internal static Meter Of(IMeterFactory factory) => factory.Create(new MeterOptions(Name) { Version = Engine.Version });
}
