using System.Net.NetworkInformation;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Whether the network works, from the kernel's counters.</summary>
internal static class NetworkChecks
{
    private const double Minute = 60;
    private static readonly Threshold Faults = new(1, 100);
    private static readonly Threshold Refused = new(1, 100);

    public static IEnumerable<IDiagnosticCheck> All(Sampler sampler) =>
    [
        new LocalCheck("network.interfaces", Components.Network, DiagnosticLevel.Basic, InterfacesUp),
        new LocalCheck("network.errors", Components.Network, DiagnosticLevel.Basic, () => Errors(sampler)),
        new LocalCheck("tcp.retransmits", Components.Network, DiagnosticLevel.Detailed, () => Retransmits(sampler)),
        new LocalCheck("tcp.listen_overflows", Components.Network, DiagnosticLevel.Detailed, () => ListenOverflows(sampler)),
    ];

    private static CheckReading InterfacesUp()
    {
        var interfaces = NetworkInterface.GetAllNetworkInterfaces().Where(network => network.NetworkInterfaceType != NetworkInterfaceType.Loopback).ToList();
        var up = interfaces.Count(network => network.OperationalStatus == OperationalStatus.Up);
        return Readings.OfVerdict(up > 0 ? Verdict.Ok : Verdict.Warning, "Interfaces that are up, besides the loopback", up, "count", new Threshold(1, double.NegativeInfinity),
            "No other machine can be reached: bring an interface up.", Readings.Evidence(("interfaces", interfaces.Count)));
    }

    private static CheckReading Errors(Sampler sampler)
    {
        var (network, window) = Report(sampler);
        if (network.ErrorsPerS is null && network.DropsPerS is null)
            return window.HasRates ? CheckReading.Skip("This system does not count interface errors.") : CheckReading.NotKnown("There is one sample only yet.");
        return Readings.Of("Damaged and dropped packets in the last minute", network.ErrorsPerS + network.DropsPerS, "count_per_s", Faults,
            "Cable, port or driver for errors; larger receive queues or less traffic for drops.",
            Readings.Evidence(("errors_per_s", network.ErrorsPerS), ("drops_per_s", network.DropsPerS)));
    }

    private static CheckReading Retransmits(Sampler sampler)
    {
        var (network, window) = Report(sampler);
        if (network.Tcp is not { SegmentsSentPerS: not null } tcp)
            return window.HasRates ? CheckReading.Skip("This system does not count TCP segments.") : CheckReading.NotKnown("There is one sample only yet.");
        return tcp.RetransmitPercent is null
            ? CheckReading.NotKnown("Too few segments were sent in the last minute for a ratio.")
            : Readings.Of("TCP segments sent again in the last minute", tcp.RetransmitPercent, "percent", Thresholds.Retransmits,
                "Packets are lost on the way: look for a crowded or faulty link.", Readings.Evidence(("segments_sent_per_s", tcp.SegmentsSentPerS)));
    }

    private static CheckReading ListenOverflows(Sampler sampler)
    {
        var (network, window) = Report(sampler);
        if (network.Tcp is not { ListenOverflowsPerS: { } overflows } tcp)
            return window.HasRates ? CheckReading.Skip("This system does not count full accept queues.") : CheckReading.NotKnown("There is one sample only yet.");
        return Readings.Of("Connections refused by full accept queues in the last minute", Math.Max(overflows, tcp.ListenDropsPerS ?? 0) * window.Seconds, "count", Refused,
            "A program accepts too slowly, or its backlog is too small (net.core.somaxconn).");
    }

    private static (NetworkReport Report, SampleWindow Window) Report(Sampler sampler)
    {
        lock (sampler.Gate)
        {
            var window = sampler.Window(Minute);
            return (sampler.Sources.Network.Report(window), window);
        }
    }
}
