using Patchbay.Server.Guard.Penalties;

namespace Patchbay.Server.Guard.RateLimit;

/// <summary>What is held against a key; only keys that were refused something have one.</summary>
internal sealed class Misconduct
{
    /// <summary>More refusals than lead to a ban need not be told apart.</summary>
    private const int RefusalsCounted = PenaltyLadder.RefusalsForBan + 1;
    private const int AnswersPerSecond = 10;
    private const int SecondMs = 1_000;

    private RecentTimes _refusals;
    private RecentTimes _answers;

    /// <summary>As of the last refusal or close; <see cref="PenaltyLadder.At"/> tells what has become of it.</summary>
    public PenaltyState Penalty { get; set; } = PenaltyState.Clean;

    public bool IsClean(long nowMs) =>
        PenaltyLadder.At(Penalty, nowMs).IsClean && _refusals.Expire(nowMs, SlidingWindow.LengthMs) == 0;

    /// <summary>Notes a refusal and returns how many there were in the last 60 seconds, counted to 51.</summary>
    public int Refuse(long nowMs)
    {
        _refusals.Expire(nowMs, SlidingWindow.LengthMs);
        _refusals.Add(nowMs, RefusalsCounted);
        return _refusals.Count;
    }

    /// <summary>Whether a refusal within a cooldown is answered: ten in any second are.</summary>
    public bool MayAnswer(long nowMs)
    {
        if (_answers.Expire(nowMs, SecondMs) >= AnswersPerSecond)
            return false;
        _answers.Add(nowMs, AnswersPerSecond);
        return true;
    }
}
