using System.ComponentModel.DataAnnotations;

namespace Patchbay.Server.Options;

/// <summary>The settings of <c>Patchbay:Diagnostics</c>.</summary>
public sealed class DiagnosticsOptions
{
    /// <summary>Milliseconds from which on a call of a tool that is not said to be long-running is told to subscribers as slow.</summary>
    /// <value>The default is 5,000; 1 to 300,000.</value>
    [Range(1, 300_000)]
    public int SlowCallMs { get; set; } = 5_000;
}
