using System.ComponentModel;

namespace Patchbay.Tools.System.Performance;

internal sealed record NetworkReport
{
    [Description("Sum over the interfaces with in_total")]
    public required double? ReceivedBytesPerS { get; init; }

    public required double? SentBytesPerS { get; init; }

    [Description("Both directions")]
    public required double? ErrorsPerS { get; init; }

    [Description("Both directions")]
    public required double? DropsPerS { get; init; }

    public required IReadOnlyList<InterfaceReport> Interfaces { get; init; }

    public required TcpReport? Tcp { get; init; }
}

internal sealed record InterfaceReport
{
    public required string Name { get; init; }

    [Description("False for the loopback and for interfaces whose traffic passes another one too")]
    public required bool InTotal { get; init; }

    [Description("A bridge, the end of a container's link, a VLAN or a mirror")]
    public required bool Virtual { get; init; }

    public required double? ReceivedBytesPerS { get; init; }

    public required double? SentBytesPerS { get; init; }

    public required double? ReceivedPacketsPerS { get; init; }

    public required double? SentPacketsPerS { get; init; }

    public required double? ErrorsPerS { get; init; }

    public required double? DropsPerS { get; init; }
}

internal sealed record TcpReport
{
    public required double? SegmentsSentPerS { get; init; }

    public required double? RetransmitsPerS { get; init; }

    [Description("Of the segments sent, 0 to 100; null while too few were sent to speak of")]
    public required double? RetransmitPercent { get; init; }

    public required double? ListenOverflowsPerS { get; init; }

    public required double? ListenDropsPerS { get; init; }
}
