namespace Patchbay.Server.Guard.RateLimit;

/// <summary>The penalty of a key as others see it.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="Level">1 to 7.</param>
/// <param name="BlockedForMs">How long the cooldown or ban still lasts; 0 when there is none.</param>
internal readonly record struct PenaltyView(string KeyId, int Level, long BlockedForMs);

/// <summary>A step up the ladder.</summary>
/// <param name="KeyId">The key.</param>
/// <param name="Level">The level reached, 1 to 7; from 6 on it is for the audit log and a critical diagnostic.</param>
/// <param name="BlockedForMs">How long the cooldown or ban lasts.</param>
internal readonly record struct PenaltyStep(string KeyId, int Level, long BlockedForMs)
{
    /// <summary>Whether the step is written to the audit log and told as critical (level 6 and 7).</summary>
    public bool IsCritical => Level >= 6;
}
