namespace Patchbay.Store.Penalties;

/// <summary>Where a key stands on the penalty ladder. A key without a record is clean.</summary>
/// <remarks>All times are UTC, to the millisecond.</remarks>
public sealed record PenaltyRecord
{
    /// <summary>The key.</summary>
    public required string KeyId { get; init; }

    /// <summary>The level as of <see cref="CleanSince"/>, 0 to 7; time that has passed since lowers it.</summary>
    public required int Level { get; init; }

    /// <summary>Where the clean time of the level starts.</summary>
    public required DateTimeOffset CleanSince { get; init; }

    /// <summary>The last refused message; null when there was none.</summary>
    public DateTimeOffset? LastExcessAt { get; init; }

    /// <summary>The last step up; null when there was none.</summary>
    public DateTimeOffset? LastStepAt { get; init; }

    /// <summary>The end of the cooldown or ban; null when there is none.</summary>
    public DateTimeOffset? BlockedUntil { get; init; }

    /// <summary>The level of the last ban, 3 to 7, or 0: it decides where a relapse leads, longer than the level lasts.</summary>
    public int BanLevel { get; init; }

    /// <summary>When the last ban began; null when there was none.</summary>
    public DateTimeOffset? BannedAt { get; init; }

    /// <summary>When connections of the key were closed for too many invalid messages, the oldest first, at most three.</summary>
    public IReadOnlyList<DateTimeOffset> InvalidCloses { get; init; } = [];
}
