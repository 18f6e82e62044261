using System.ComponentModel.DataAnnotations;
using Microsoft.Extensions.Options;

namespace Patchbay.Server.Options;

/// <summary>The settings of the section <c>Patchbay</c>. A value out of range stops the start.</summary>
public sealed class PatchbayOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Patchbay";

    /// <summary>Where keys, sessions, the audit log and the debug log are kept.</summary>
    /// <value>The default is <c>data</c>, relative to the working directory.</value>
    [Required(AllowEmptyStrings = false)]
    public string DataDirectory { get; set; } = "data";

    /// <summary>Whether the tools <c>debug/…</c> are there.</summary>
    /// <value>The default is false.</value>
    public bool DebugTools { get; set; }

    /// <summary>Values of <c>Origin</c> that may connect, for example <c>https://app.example</c>; empty for the server's own.</summary>
    public IList<string> AllowedOrigins { get; set; } = [];

    /// <summary>Names that may stand in <c>Host</c>, beside the loopback names.</summary>
    public IList<string> AllowedHosts { get; set; } = [];

    /// <summary>Addresses of proxies whose last <c>X-Forwarded-For</c> entry is believed.</summary>
    /// <value>The default is none.</value>
    public IList<string> TrustedProxies { get; set; } = [];

    /// <summary>Sizes and counts.</summary>
    [ValidateObjectMembers]
    public LimitsOptions Limits { get; set; } = new();

    /// <summary>Signs of life.</summary>
    [ValidateObjectMembers]
    public HeartbeatOptions Heartbeat { get; set; } = new();

    /// <summary>Messages per minute, and what happens beyond.</summary>
    [ValidateObjectMembers]
    public RateLimitOptions RateLimit { get; set; } = new();

    /// <summary>Resumable sessions.</summary>
    [ValidateObjectMembers]
    public SessionOptions Session { get; set; } = new();

    /// <summary>What subscribers are told.</summary>
    [ValidateObjectMembers]
    public DiagnosticsOptions Diagnostics { get; set; } = new();

    /// <summary>What outlives the process.</summary>
    [ValidateObjectMembers]
    public StoreSettings Store { get; set; } = new();
}

/// <summary>Checks <see cref="PatchbayOptions"/> when the host starts.</summary>
[OptionsValidator]
internal sealed partial class PatchbayOptionsValidator : IValidateOptions<PatchbayOptions>;
