using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>
/// The active probes, one per configured target. Targets come from the settings alone, never from a request, and reports name them by
/// their place in the settings: who may call the tool need not know the network.
/// </summary>
internal static class TargetChecks
{
    public static IEnumerable<IDiagnosticCheck> All(SystemOptions options, TimeProvider time) =>
    [
        .. Each("dns.resolution", "DnsNames", options.DnsNames, (name, token) => DnsProbe.RunAsync(name, time, token)),
        .. Each("tcp.connect", "TcpTargets", options.TcpTargets, (target, token) => TcpProbe.RunAsync(target, time, token)),
        .. Each("tls.certificate", "TlsTargets", options.TlsTargets, (target, token) => CertificateProbe.RunAsync(target, time, token)),
        .. Each("http.answer", "HttpTargets", options.HttpTargets, (target, token) => HttpProbe.RunAsync(target, time, token)),
    ];

    private static IEnumerable<IDiagnosticCheck> Each<T>(string id, string setting, IList<T> targets, Func<T, CancellationToken, ValueTask<CheckReading>> probe)
    {
        if (targets.Count == 0)
            yield return new LocalCheck(id, Components.Network, DiagnosticLevel.Full, () => CheckReading.Skip($"Nothing is configured ({SystemOptions.Section}:{setting})."));
        for (var i = 0; i < targets.Count; i++)
        {
            var (target, name) = (targets[i], $"{setting}:{i}");
            yield return new ProbeCheck($"{id}.{i}", Components.Network, DiagnosticLevel.Full, async token =>
            {
                var reading = await probe(target, token).ConfigureAwait(false);
                return reading with { Message = $"{name}: {reading.Message}" };
            });
        }
    }
}
