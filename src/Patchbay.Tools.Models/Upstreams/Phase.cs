namespace Patchbay.Tools.Models.Upstreams;

/// <summary>What a call is waiting for; each has its own time-out.</summary>
internal enum Phase
{
    /// <summary>Nothing of the upstream's: only the total counts.</summary>
    None,

    /// <summary>A connection, TLS included.</summary>
    Connect,

    /// <summary>The first byte of the answer's body.</summary>
    FirstByte,

    /// <summary>The next byte.</summary>
    Idle,

    /// <summary>The end.</summary>
    Total,
}
