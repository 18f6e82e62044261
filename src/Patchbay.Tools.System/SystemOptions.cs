using System.ComponentModel.DataAnnotations;

namespace Patchbay.Tools.System;

/// <summary>Settings of the system tools, section <c>Patchbay:System</c>.</summary>
public sealed class SystemOptions
{
    /// <summary>The name of the section.</summary>
    public const string Section = "Patchbay:System";

    /// <summary>The root of procfs; another one in a container that sees the host's under a mount.</summary>
    /// <value>The default value is <c>/proc</c>.</value>
    [Required]
    public string ProcRoot { get; set; } = "/proc";

    /// <summary>What stands before mount points and sysfs paths, when <see cref="ProcRoot"/> is another machine's.</summary>
    /// <value>The default value is <c>/</c>.</value>
    [Required]
    public string RootFs { get; set; } = "/";

    /// <summary>How long a filesystem may take to tell its size before it counts as stuck, in milliseconds.</summary>
    /// <value>The default value is 1,000; the range 50 to 30,000.</value>
    [Range(50, 30_000, ErrorMessage = "Patchbay:System:FilesystemTimeoutMs must be between 50 and 30000.")]
    public int FilesystemTimeoutMs { get; set; } = 1_000;

    /// <summary>How long a check may take, in milliseconds, when it does not say so itself.</summary>
    /// <value>The default value is 2,000; the range 10 to 10,000.</value>
    [Range(10, 10_000, ErrorMessage = "Patchbay:System:CheckTimeoutMs must be between 10 and 10000.")]
    public int CheckTimeoutMs { get; set; } = 2_000;

    /// <summary>The same for checks of the component <c>network</c>, in milliseconds.</summary>
    /// <value>The default value is 5,000; the range 10 to 10,000.</value>
    [Range(10, 10_000, ErrorMessage = "Patchbay:System:NetworkCheckTimeoutMs must be between 10 and 10000.")]
    public int NetworkCheckTimeoutMs { get; set; } = 5_000;

    /// <summary>How long a <c>basic</c> run may take in all, in milliseconds; what has not ended is reported as unknown.</summary>
    /// <value>The default value is 100; the range 10 to 10,000.</value>
    [Range(10, 10_000, ErrorMessage = "Patchbay:System:BasicDeadlineMs must be between 10 and 10000.")]
    public int BasicDeadlineMs { get; set; } = 100;

    /// <summary>How long a <c>detailed</c> run may take in all, in milliseconds.</summary>
    /// <value>The default value is 2,000; the range 10 to 10,000.</value>
    [Range(10, 10_000, ErrorMessage = "Patchbay:System:DetailedDeadlineMs must be between 10 and 10000.")]
    public int DetailedDeadlineMs { get; set; } = 2_000;

    /// <summary>How long a <c>full</c> run may take in all, in milliseconds.</summary>
    /// <value>The default value is 10,000; the range 10 to 10,000.</value>
    [Range(10, 10_000, ErrorMessage = "Patchbay:System:FullDeadlineMs must be between 10 and 10000.")]
    public int FullDeadlineMs { get; set; } = 10_000;

    /// <summary>For so long the same question gets the same report, marked as cached, in milliseconds.</summary>
    /// <value>The default value is 1,000; the range 0 to 60,000.</value>
    [Range(0, 60_000, ErrorMessage = "Patchbay:System:ReportMinimumGapMs must be between 0 and 60000.")]
    public int ReportMinimumGapMs { get; set; } = 1_000;

    /// <summary>Where the <c>full</c> check of write latency puts its temporary file; the data directory of the server.</summary>
    /// <value>The default value is null: the setting <c>Patchbay:DataDirectory</c>, or <c>data</c>.</value>
    public string? ProbeDirectory { get; set; }

    /// <summary>Host names the <c>full</c> checks resolve.</summary>
    /// <value>The default is none.</value>
    [Length(0, 16, ErrorMessage = "Patchbay:System:DnsNames may hold at most 16 names.")]
    public IList<string> DnsNames { get; init; } = [];

    /// <summary>Addresses the <c>full</c> checks connect to, <c>host:port</c>.</summary>
    /// <value>The default is none.</value>
    [Length(0, 16, ErrorMessage = "Patchbay:System:TcpTargets may hold at most 16 addresses.")]
    public IList<string> TcpTargets { get; init; } = [];

    /// <summary>Addresses whose certificate's expiry the <c>full</c> checks look at, <c>host:port</c>.</summary>
    /// <value>The default is none.</value>
    [Length(0, 16, ErrorMessage = "Patchbay:System:TlsTargets may hold at most 16 addresses.")]
    public IList<string> TlsTargets { get; init; } = [];

    /// <summary>URLs the <c>full</c> checks ask for; any answer below 400 is well.</summary>
    /// <value>The default is none.</value>
    [Length(0, 16, ErrorMessage = "Patchbay:System:HttpTargets may hold at most 16 URLs.")]
    public IList<Uri> HttpTargets { get; init; } = [];

    /// <summary>Whether <c>full</c> runs a forced garbage collection and reports the heap after it. It stops the server for as long as that takes.</summary>
    /// <value>The default value is false.</value>
    public bool AllowForcedCollection { get; set; }
}
