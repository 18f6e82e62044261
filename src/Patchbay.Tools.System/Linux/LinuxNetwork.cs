using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Linux;

/// <summary>Interfaces from <c>/proc/net/dev</c>, TCP from <c>/proc/net/snmp</c> and <c>netstat</c>: those of the process's network namespace.</summary>
internal sealed class LinuxNetwork(LinuxPaths paths) : IMetricSource<NetworkReport>
{
    private const int ReceivedBytes = 0;
    private const int ReceivedPackets = 1;
    private const int ReceiveErrors = 2;
    private const int ReceiveDrops = 3;
    private const int SentBytes = 8;
    private const int SentPackets = 9;
    private const int SendErrors = 10;
    private const int SendDrops = 11;
    private const int Fields = 16;

    private readonly ProcFile _dev = paths.File("net/dev");
    private readonly LinuxTcp _tcp = new(paths);
    private readonly CounterTable _interfaces = new(Fields, NetworkInterfaces.CountsInTotal);
    private long _sample = -1;

    /// <summary>The interfaces of the newest sample.</summary>
    public CounterTable Interfaces => _interfaces;

    /// <summary>TCP counters.</summary>
    public LinuxTcp Tcp => _tcp;

    public void Sample(long sample)
    {
        _sample = sample;
        _tcp.Sample(sample);
        if (!_dev.TryRead(out var text))
            return;
        Span<long> raw = stackalloc long[Fields];
        var lines = new TextLines(text);
        while (lines.Next(out var line))
        {
            // The two title lines have no colon; old kernels write the first number right behind it.
            var colon = line.LastIndexOf((byte)':');
            if (colon < 0)
                continue;
            var fields = new TextFields(line[(colon + 1)..]);
            for (var i = 0; i < Fields; i++)
                raw[i] = fields.NextLong();
            _interfaces.Find(line[..colon].Trim((byte)' ')).Observe(sample, raw);
        }

        _interfaces.Forget(sample);
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        row[(int)SeriesId.NetworkReceivedBytesPerS] = Total(ReceivedBytes, lastStep);
        row[(int)SeriesId.NetworkSentBytesPerS] = Total(SentBytes, lastStep);
        row[(int)SeriesId.NetworkErrorsPerS] = Errors(lastStep);
        row[(int)SeriesId.NetworkDropsPerS] = Drops(lastStep);
        row[(int)SeriesId.NetworkTcpRetransmitPercent] = _tcp.RetransmitPercent(lastStep);
    }

    public NetworkReport Report(in SampleWindow window)
    {
        var interfaces = new List<InterfaceReport>();
        foreach (var entry in _interfaces.Present(_sample))
            interfaces.Add(Interface(entry, window));
        return new NetworkReport
        {
            ReceivedBytesPerS = Figures.Known(Total(ReceivedBytes, window)),
            SentBytesPerS = Figures.Known(Total(SentBytes, window)),
            ErrorsPerS = Figures.Known(Errors(window)),
            DropsPerS = Figures.Known(Drops(window)),
            Interfaces = interfaces,
            Tcp = _tcp.Report(window),
        };
    }

    /// <summary>Errors in both directions per second, over the interfaces that count.</summary>
    public double Errors(in SampleWindow window) => Total(ReceiveErrors, window) + Total(SendErrors, window);

    /// <summary>Drops in both directions per second, over the interfaces that count.</summary>
    public double Drops(in SampleWindow window) => Total(ReceiveDrops, window) + Total(SendDrops, window);

    public void Dispose()
    {
        _dev.Dispose();
        _tcp.Dispose();
    }

    private static InterfaceReport Interface(CounterTable.Entry entry, in SampleWindow window)
    {
        var counters = entry.Counters;
        return new InterfaceReport
        {
            Name = entry.Name,
            InTotal = entry.InTotal,
            Virtual = NetworkInterfaces.IsDoubled(entry.Name),
            ReceivedBytesPerS = Figures.Known(counters.Rate(ReceivedBytes, window)),
            SentBytesPerS = Figures.Known(counters.Rate(SentBytes, window)),
            ReceivedPacketsPerS = Figures.Known(counters.Rate(ReceivedPackets, window)),
            SentPacketsPerS = Figures.Known(counters.Rate(SentPackets, window)),
            ErrorsPerS = Figures.Known(counters.Rate(ReceiveErrors, window) + counters.Rate(SendErrors, window)),
            DropsPerS = Figures.Known(counters.Rate(ReceiveDrops, window) + counters.Rate(SendDrops, window)),
        };
    }

    private double Total(int counter, in SampleWindow window)
    {
        var total = double.NaN;
        foreach (var entry in _interfaces.Entries)
            total = entry.InTotal ? Figures.Sum(total, entry.Counters.Rate(counter, window)) : total;
        return total;
    }
}
