using System.ComponentModel.DataAnnotations;

namespace Patchbay.Server.Options;

/// <summary>The settings of <c>Patchbay:Session</c>: what a resumable session is kept for.</summary>
public sealed class SessionOptions
{
    /// <summary>Seconds a session is kept after its connection is lost.</summary>
    /// <value>The default is 120; 1 to 86,400.</value>
    [Range(1, 86_400)]
    public int TtlSeconds { get; set; } = 120;

    /// <summary>Unacknowledged messages of a session.</summary>
    /// <value>The default is 1,000; 16 to 100,000.</value>
    [Range(16, 100_000)]
    public int ReplayMessages { get; set; } = 1000;

    /// <summary>Bytes of unacknowledged messages of a session.</summary>
    /// <value>The default is 1,048,576; 4 KiB to 64 MiB.</value>
    [Range(4096, 67_108_864)]
    public int ReplayBytes { get; set; } = 1_048_576;
}
