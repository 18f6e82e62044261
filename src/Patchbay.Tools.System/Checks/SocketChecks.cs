using System.Globalization;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Linux;
using Patchbay.Tools.System.Performance;
using Patchbay.Tools.System.Sampling;

namespace Patchbay.Tools.System.Checks;

/// <summary>Tables of the network stack that can fill up.</summary>
internal static class SocketChecks
{
    private static readonly Threshold Tracked = new(80, 95);
    private static readonly Threshold Waiting = new(50, 90);
    private static readonly Threshold Ports = new(60, 90);

    public static IEnumerable<IDiagnosticCheck> All(LinuxPaths paths) =>
    [
        new ProbeCheck("network.conntrack", Components.Network, DiagnosticLevel.Detailed, _ => new(Conntrack(paths))),
        new ProbeCheck("tcp.time_wait", Components.Network, DiagnosticLevel.Detailed, _ => new(TimeWait(paths))),
        new ProbeCheck("tcp.ephemeral_ports", Components.Network, DiagnosticLevel.Detailed, _ => new(EphemeralPorts(paths))),
    ];

    private static CheckReading Conntrack(LinuxPaths paths)
    {
        var used = KernelText.Numbers(paths, "sys/net/netfilter/nf_conntrack_count");
        var most = KernelText.Numbers(paths, "sys/net/netfilter/nf_conntrack_max");
        return used.Length == 0 || most.Length == 0
            ? CheckReading.Skip("This system does not track connections.")
            : Readings.Of("Tracked connections, of the table's size", Figures.Percent(used[0], most[0]), "percent", Tracked,
                "New connections will be dropped when it is full: raise net.netfilter.nf_conntrack_max.", Readings.Evidence(("used", used[0]), ("most", most[0])));
    }

    private static CheckReading TimeWait(LinuxPaths paths)
    {
        // TCP: inuse 27 orphan 0 tw 0 alloc 29 mem 1
        var fields = KernelText.Lines(paths, "net/sockstat").FirstOrDefault(line => line.StartsWith("TCP:", StringComparison.Ordinal), "").Split(' ');
        var at = Array.IndexOf(fields, "tw");
        var most = KernelText.Numbers(paths, "sys/net/ipv4/tcp_max_tw_buckets");
        if (at < 0 || at + 1 >= fields.Length || !long.TryParse(fields[at + 1], out var waiting) || most.Length == 0)
            return CheckReading.Skip("This system does not count closed connections that wait.");
        return Readings.Of("Closed connections that wait, of the most there may be", Figures.Percent(waiting, most[0]), "percent", Waiting,
            "Many short connections: reuse them, on the client's side above all.", Readings.Evidence(("time_wait", waiting), ("most", most[0])));
    }

    private static CheckReading EphemeralPorts(LinuxPaths paths)
    {
        var range = KernelText.Numbers(paths, "sys/net/ipv4/ip_local_port_range");
        if (range.Length < 2 || range[1] < range[0])
            return CheckReading.Skip("This system does not tell its range of ephemeral ports.");
        var used = KernelText.Lines(paths, "net/tcp").Concat(KernelText.Lines(paths, "net/tcp6")).Select(LocalPort).Where(port => port >= range[0] && port <= range[1]).Distinct().Count();
        var size = range[1] - range[0] + 1;
        return Readings.Of("Ephemeral ports in use", Figures.Percent(used, size), "percent", Ports,
            "Outgoing connections will fail when none is left: reuse connections, or widen net.ipv4.ip_local_port_range.", Readings.Evidence(("used", used), ("most", size)));
    }

    // "  0: 0100007F:1F90 00000000:0000 0A ...": address and port in hexadecimal.
    private static int LocalPort(string line)
    {
        var fields = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var colon = fields.Length > 1 ? fields[1].LastIndexOf(':') : -1;
        return colon > 0 && int.TryParse(fields[1].AsSpan(colon + 1), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var port) ? port : -1;
    }
}
