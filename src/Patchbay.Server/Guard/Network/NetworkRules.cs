using Patchbay.Server.Options;

namespace Patchbay.Server.Guard.Network;

/// <summary>Who may come in from where, as one snapshot of the settings. Immutable.</summary>
internal sealed record NetworkRules(HostRules Hosts, OriginRules Origins, TrustedProxies Proxies)
{
    public static NetworkRules From(PatchbayOptions options) =>
        new(new HostRules(options.AllowedHosts), new OriginRules(options.AllowedOrigins), new TrustedProxies(options.TrustedProxies));
}
