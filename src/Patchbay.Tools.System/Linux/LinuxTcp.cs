using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>TCP counters of <c>/proc/net/snmp</c> and <c>/proc/net/netstat</c>, whose title lines name the columns: found by name, not by place.</summary>
internal sealed class LinuxTcp(LinuxPaths paths) : IDisposable
{
    private const int SegmentsSent = 0;
    private const int Retransmitted = 1;
    private const int ListenOverflows = 2;
    private const int ListenDrops = 3;

    // A ratio over a handful of segments is noise.
    private const double FewestSegments = 50;

    private readonly ProcFile _snmp = paths.File("net/snmp");
    private readonly ProcFile _netstat = paths.File("net/netstat");
    private readonly CounterSet _counters = new(4);

    public void Sample(long sample)
    {
        Span<long> raw = [-1, -1, -1, -1];
        if (_snmp.TryRead(out var snmp))
        {
            raw[SegmentsSent] = Column(snmp, "Tcp:"u8, "OutSegs"u8);
            raw[Retransmitted] = Column(snmp, "Tcp:"u8, "RetransSegs"u8);
        }

        if (_netstat.TryRead(out var netstat))
        {
            raw[ListenOverflows] = Column(netstat, "TcpExt:"u8, "ListenOverflows"u8);
            raw[ListenDrops] = Column(netstat, "TcpExt:"u8, "ListenDrops"u8);
        }

        _counters.Observe(sample, raw);
    }

    /// <summary>Retransmitted segments of all sent in the window, in percent; NaN while too few were sent to speak of.</summary>
    public double RetransmitPercent(in SampleWindow window)
    {
        var sent = _counters.Delta(SegmentsSent, window);
        return sent >= FewestSegments ? Figures.Percent(_counters.Delta(Retransmitted, window), sent) : double.NaN;
    }

    /// <summary>Connections refused because an accept queue was full, in the window.</summary>
    public double ListenFailures(in SampleWindow window) =>
        Figures.Sum(_counters.Delta(ListenOverflows, window), _counters.Delta(ListenDrops, window));

    public TcpReport Report(in SampleWindow window) => new()
    {
        SegmentsSentPerS = Figures.Known(_counters.Rate(SegmentsSent, window)),
        RetransmitsPerS = Figures.Known(_counters.Rate(Retransmitted, window)),
        RetransmitPercent = Figures.Known(RetransmitPercent(window)),
        ListenOverflowsPerS = Figures.Known(_counters.Rate(ListenOverflows, window)),
        ListenDropsPerS = Figures.Known(_counters.Rate(ListenDrops, window)),
    };

    public void Dispose()
    {
        _snmp.Dispose();
        _netstat.Dispose();
    }

    private static long Column(ReadOnlySpan<byte> text, ReadOnlySpan<byte> protocol, ReadOnlySpan<byte> name)
    {
        var lines = new TextLines(text);
        while (lines.Next(out var titles))
        {
            if (!titles.StartsWith(protocol) || !lines.Next(out var values))
                continue;
            var title = new TextFields(titles);
            var value = new TextFields(values);
            while (title.Next(out var column) && value.Next(out var number))
            {
                if (column.SequenceEqual(name))
                    return TextFields.Long(number);
            }
        }

        return -1;
    }
}
