using System.ComponentModel.DataAnnotations;

namespace Patchbay.Server.Options;

/// <summary>The settings of <c>Patchbay:Limits</c>.</summary>
public sealed class LimitsOptions
{
    /// <summary>Bytes of one message.</summary>
    /// <value>The default is 262,144; 1 KiB to 16 MiB.</value>
    [Range(1024, 16_777_216)]
    public int MaxMessageBytes { get; set; } = 262_144;

    /// <summary>Messages of one batch.</summary>
    /// <value>The default is 64.</value>
    [Range(1, 1_000_000_000)]
    public int MaxBatch { get; set; } = 64;

    /// <summary>Tool calls in flight on one connection.</summary>
    /// <value>The default is 64.</value>
    [Range(1, 1_000_000_000)]
    public int MaxInFlight { get; set; } = 64;

    /// <summary>Connections of one key.</summary>
    /// <value>The default is 10.</value>
    [Range(1, 1_000_000_000)]
    public int ConnectionsPerKey { get; set; } = 10;

    /// <summary>Connections from one address.</summary>
    /// <value>The default is 50.</value>
    [Range(1, 1_000_000_000)]
    public int ConnectionsPerAddress { get; set; } = 50;

    /// <summary>Handshakes a minute from one address.</summary>
    /// <value>The default is 120.</value>
    [Range(1, 1_000_000_000)]
    public int HandshakesPerMinutePerAddress { get; set; } = 120;

    /// <summary>Bytes that may wait to be sent on one connection. Producers wait beyond it.</summary>
    /// <value>The default is 1,048,576; 64 KiB to 256 MiB.</value>
    [Range(65_536, 268_435_456)]
    public int MaxOutboundBytes { get; set; } = 1_048_576;

    /// <summary>Milliseconds a call may take when neither the client nor the tool says otherwise.</summary>
    /// <value>The default is 30,000; 1 to 300,000.</value>
    [Range(1, 300_000)]
    public int DefaultTimeoutMs { get; set; } = 30_000;
}
