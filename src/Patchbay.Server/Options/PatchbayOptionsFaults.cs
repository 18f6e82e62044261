using Microsoft.Extensions.Options;
using Patchbay.Server.Guard.Network;

namespace Patchbay.Server.Options;

/// <summary>Checks what attributes cannot say: the texts of hosts, origins and proxies.</summary>
internal sealed class PatchbayOptionsFaults : IValidateOptions<PatchbayOptions>
{
    public ValidateOptionsResult Validate(string? name, PatchbayOptions options)
    {
        string[] faults =
        [
            .. options.AllowedHosts.Select(HostRules.Fault).OfType<string>(),
            .. options.AllowedOrigins.Select(OriginRules.Fault).OfType<string>(),
            .. options.TrustedProxies.Select(TrustedProxies.Fault).OfType<string>(),
        ];
        return faults.Length == 0 ? ValidateOptionsResult.Success : ValidateOptionsResult.Fail(faults);
    }
}
