namespace Patchbay.Server.Guard.Penalties;

/// <summary>Where a key stands on the ladder of protocol section 8. Immutable; times are milliseconds since the Unix epoch, 0 for never.</summary>
internal sealed record PenaltyState
{
    public static readonly PenaltyState Clean = new();

    /// <summary>0 to 7, as of <see cref="CleanSince"/>.</summary>
    public byte Level { get; init; }

    /// <summary>Where the clean time that lowers the level by one starts.</summary>
    public long CleanSince { get; init; }

    /// <summary>The last refused message.</summary>
    public long LastExcess { get; init; }

    /// <summary>The last step up; while <see cref="BanLevel"/> is known it is the last ban, for then every further step is a ban.</summary>
    public long LastStep { get; init; }

    /// <summary>The end of the cooldown (level 2) or the ban (level 3 and above).</summary>
    public long BlockedUntil { get; init; }

    /// <summary>The level of the last ban, 3 to 7; 0 when there was none or it lies too far back to matter.</summary>
    public byte BanLevel { get; init; }

    /// <summary>Whether a message was admitted since the last excess, which makes the next excess an excess again.</summary>
    public bool AdmittedSince { get; init; }

    /// <summary>Closes for too many invalid messages within the last hour, the oldest first, at most three.</summary>
    public IReadOnlyList<long> InvalidCloses { get; init; } = [];

    /// <summary>Whether nothing is held against the key.</summary>
    public bool IsClean => Level == 0 && BanLevel == 0 && InvalidCloses.Count == 0;

    /// <summary>Whether handshakes are refused and connections closed.</summary>
    public bool IsBanned(long now) => Level >= PenaltyLadder.FirstBan && now < BlockedUntil;

    /// <summary>Whether all but heartbeats and acks is refused.</summary>
    public bool IsCooling(long now) => Level == PenaltyLadder.Cooldown && now < BlockedUntil;
}
