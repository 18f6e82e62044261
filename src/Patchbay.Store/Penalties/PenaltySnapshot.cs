namespace Patchbay.Store.Penalties;

/// <summary>Every stored penalty at one moment.</summary>
/// <param name="ClearVersion">The newest clearing in the store.</param>
/// <param name="Records">The stored penalties.</param>
public sealed record PenaltySnapshot(long ClearVersion, IReadOnlyList<PenaltyRecord> Records);

/// <summary>The clearings since a version.</summary>
/// <param name="ClearVersion">The newest clearing in the store; hand it in at the next reading.</param>
/// <param name="KeyIds">The keys cleared since.</param>
public sealed record PenaltyClears(long ClearVersion, IReadOnlyList<string> KeyIds);
