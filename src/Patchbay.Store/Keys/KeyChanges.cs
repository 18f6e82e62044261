namespace Patchbay.Store.Keys;

/// <summary>The keys written since a version.</summary>
/// <param name="Version">The newest version in the store; hand it in at the next reading.</param>
/// <param name="Records">The keys whose <see cref="KeyRecord.Version"/> is above the version asked for, each in its newest form.</param>
public sealed record KeyChanges(long Version, IReadOnlyList<KeyRecord> Records);

/// <summary>A use of a key.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="At">When, UTC.</param>
public readonly record struct KeyUse(string KeyId, DateTimeOffset At);
