namespace Patchbay.Tools.Diagnostics;

/// <summary>What a check came to.</summary>
public enum CheckStatus
{
    /// <summary>As it should be.</summary>
    Healthy,

    /// <summary>Works, but not as it should; worth a look.</summary>
    Degraded,

    /// <summary>Does not work, or will soon not.</summary>
    Unhealthy,

    /// <summary>Could not be found out: timed out, not permitted, or too little to judge by.</summary>
    Unknown,

    /// <summary>Does not apply here: the system does not have it, or nothing is configured.</summary>
    Skipped,
}
