namespace Patchbay.Server.Guard.RateLimit;

/// <summary>The settings of the limiter; one snapshot is taken per message.</summary>
/// <param name="MessagesPerMinute">The limit of keys without their own, 1 to 1,000,000,000. The default value is 100.</param>
/// <param name="Penalties">Whether the ladder is on. The default value is true.</param>
internal sealed record RateLimitSettings(int MessagesPerMinute = 100, bool Penalties = true);
