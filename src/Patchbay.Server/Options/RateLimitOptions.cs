using System.ComponentModel.DataAnnotations;

namespace Patchbay.Server.Options;

/// <summary>The settings of <c>Patchbay:RateLimit</c>.</summary>
public sealed class RateLimitOptions
{
    /// <summary>Messages one key may send in any 60 seconds, over all its connections.</summary>
    /// <value>The default is 100.</value>
    [Range(1, 1_000_000_000)]
    public int MessagesPerMinute { get; set; } = 100;

    /// <summary>Whether the ladder of penalties is on. Without it an excess is only refused.</summary>
    /// <value>The default is true.</value>
    public bool Penalties { get; set; } = true;
}
