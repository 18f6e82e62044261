using System.ComponentModel.DataAnnotations;

namespace Patchbay.Server.Options;

/// <summary>The settings of <c>Patchbay:Heartbeat</c>.</summary>
public sealed class HeartbeatOptions
{
    /// <summary>Seconds between heartbeats of a client, and after which a silent one is pinged. It is gone 10 seconds later.</summary>
    /// <value>The default is 30; 1 to 300.</value>
    [Range(1, 300)]
    public int IntervalSeconds { get; set; } = 30;
}
