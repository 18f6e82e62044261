using System.ComponentModel.DataAnnotations;

namespace Patchbay.Server.Guard.Audit;

/// <summary>Settings of the audit log, section <c>Patchbay:Audit</c>.</summary>
internal sealed class AuditOptions
{
    /// <summary>A file that has reached this size is set aside under a number. 64 KiB to 1 GiB.</summary>
    /// <value>The default value is 67,108,864 (64 MiB).</value>
    [Range(65_536, 1_073_741_824, ErrorMessage = "Patchbay:Audit:MaxFileBytes must be 65536 to 1073741824.")]
    public long MaxFileBytes { get; set; } = 64 << 20;

    /// <summary>How many files set aside are kept; the oldest is removed, and its removal written down. 1 to 10,000.</summary>
    /// <value>The default value is 20.</value>
    [Range(1, 10_000, ErrorMessage = "Patchbay:Audit:MaxFiles must be 1 to 10000.")]
    public int MaxFiles { get; set; } = 20;

    /// <summary>Whether every tool call is written down, with a digest of its arguments.</summary>
    /// <value>The default value is true.</value>
    public bool ToolCalls { get; set; } = true;

    /// <summary>How many records may wait to be written. 16 to 1,000,000.</summary>
    /// <value>The default value is 8,192.</value>
    [Range(16, 1_000_000, ErrorMessage = "Patchbay:Audit:QueueRecords must be 16 to 1000000.")]
    public int QueueRecords { get; set; } = 8_192;
}
