using Patchbay.Store.Penalties;

namespace Patchbay.Server.Guard.Penalties;

/// <summary>Between a state of the ladder and what is kept of it.</summary>
internal static class PenaltyRecords
{
    public static PenaltyRecord ToRecord(string keyId, PenaltyState state) => new()
    {
        KeyId = keyId,
        Level = state.Level,
        CleanSince = DateTimeOffset.FromUnixTimeMilliseconds(state.CleanSince),
        LastExcessAt = Time(state.LastExcess),
        LastStepAt = Time(state.LastStep),
        BlockedUntil = Time(state.BlockedUntil),
        BanLevel = state.BanLevel,
        BannedAt = Time(state.BanLevel > 0 ? state.LastStep : 0),
        InvalidCloses = [.. state.InvalidCloses.Select(DateTimeOffset.FromUnixTimeMilliseconds)],
    };

    /// <summary>The state a record tells of; what lies outside the ladder (a hand has been at the store) is brought back into it.</summary>
    public static PenaltyState ToState(PenaltyRecord record) => new()
    {
        Level = (byte)Math.Clamp(record.Level, 0, PenaltyLadder.Top),
        CleanSince = record.CleanSince.ToUnixTimeMilliseconds(),
        LastExcess = Milliseconds(record.LastExcessAt),
        LastStep = Milliseconds(record.BanLevel > 0 ? record.BannedAt : record.LastStepAt),
        BlockedUntil = Milliseconds(record.BlockedUntil),
        BanLevel = record.BanLevel is >= PenaltyLadder.FirstBan and <= PenaltyLadder.Top ? (byte)record.BanLevel : (byte)0,
        InvalidCloses = [.. record.InvalidCloses.TakeLast(PenaltyLadder.InvalidClosesForBan).Select(close => close.ToUnixTimeMilliseconds())],

        // The window of a new process is empty: whatever is refused next comes after something was admitted.
        AdmittedSince = true,
    };

    private static DateTimeOffset? Time(long milliseconds) => milliseconds == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);

    private static long Milliseconds(DateTimeOffset? time) => time?.ToUnixTimeMilliseconds() ?? 0;
}
