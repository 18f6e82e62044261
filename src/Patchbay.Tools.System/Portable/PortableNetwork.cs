using System.Net.NetworkInformation;
using System.Text;
using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Portable;

/// <summary>Interface counters as the runtime hands them out on every system. It allocates; the reader of Linux does not.</summary>
internal sealed class PortableNetwork : IMetricSource<NetworkReport>
{
    private const int ReceivedBytes = 0;
    private const int SentBytes = 1;
    private const int Errors = 2;
    private const int Drops = 3;
    private const int ReceivedPackets = 4;
    private const int Fields = 5;

    private readonly CounterTable _interfaces = new(Fields, name => !name.StartsWith("lo:", StringComparison.Ordinal));
    private long _sample = -1;

    public void Sample(long sample)
    {
        _sample = sample;
        foreach (var network in NetworkInterface.GetAllNetworkInterfaces())
        {
            var isLoopback = network.NetworkInterfaceType == NetworkInterfaceType.Loopback;
            var traffic = network.GetIPStatistics();
            _interfaces.Find(Encoding.UTF8.GetBytes((isLoopback ? "lo:" : "") + network.Name)).Observe(sample,
            [
                traffic.BytesReceived, traffic.BytesSent, traffic.IncomingPacketsWithErrors, traffic.IncomingPacketsDiscarded,
                traffic.UnicastPacketsReceived,
            ]);
        }

        _interfaces.Forget(sample);
    }

    public void Record(in SampleWindow lastStep, Span<double> row)
    {
        row[(int)SeriesId.NetworkReceivedBytesPerS] = Total(ReceivedBytes, lastStep);
        row[(int)SeriesId.NetworkSentBytesPerS] = Total(SentBytes, lastStep);
        row[(int)SeriesId.NetworkErrorsPerS] = Total(Errors, lastStep);
        row[(int)SeriesId.NetworkDropsPerS] = Total(Drops, lastStep);
    }

    public NetworkReport Report(in SampleWindow window)
    {
        var interfaces = new List<InterfaceReport>();
        foreach (var entry in _interfaces.Present(_sample))
        {
            interfaces.Add(new InterfaceReport
            {
                Name = entry.InTotal ? entry.Name : entry.Name[3..],
                InTotal = entry.InTotal,
                Virtual = false,
                ReceivedBytesPerS = Figures.Known(entry.Counters.Rate(ReceivedBytes, window)),
                SentBytesPerS = Figures.Known(entry.Counters.Rate(SentBytes, window)),
                ReceivedPacketsPerS = Figures.Known(entry.Counters.Rate(ReceivedPackets, window)),
                SentPacketsPerS = null,
                ErrorsPerS = Figures.Known(entry.Counters.Rate(Errors, window)),
                DropsPerS = Figures.Known(entry.Counters.Rate(Drops, window)),
            });
        }

        return new NetworkReport
        {
            ReceivedBytesPerS = Figures.Known(Total(ReceivedBytes, window)),
            SentBytesPerS = Figures.Known(Total(SentBytes, window)),
            ErrorsPerS = Figures.Known(Total(Errors, window)),
            DropsPerS = Figures.Known(Total(Drops, window)),
            Interfaces = interfaces,
            Tcp = null,
        };
    }

    public void Dispose()
    {
        // There is nothing to give back.
    }

    private double Total(int counter, in SampleWindow window)
    {
        var total = double.NaN;
        foreach (var entry in _interfaces.Entries)
            total = entry.InTotal ? Figures.Sum(total, entry.Counters.Rate(counter, window)) : total;
        return total;
    }
}
