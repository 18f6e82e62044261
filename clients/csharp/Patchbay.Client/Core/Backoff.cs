namespace Patchbay.Client.Core;

/// <summary>Waiting times: exponential backoff with full jitter.</summary>
internal static class Backoff
{
    /// <summary>random() · min(most, initial · 2^attempt), in seconds; <paramref name="attempt"/> counts from 0.</summary>
    /// <remarks>Full jitter keeps clients that failed together from coming back together. 2^64 is beyond any range of the options.</remarks>
    public static double FullJitter(Func<double> random, TimeSpan initial, TimeSpan most, int attempt) =>
        random() * Math.Min(most.TotalSeconds, initial.TotalSeconds * Math.Pow(2, Math.Min(attempt, 64)));
}
