namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>A span as it was received, in either encoding. Ids are lower-case hex.</summary>
internal sealed class OtlpSpan
{
    public const int StatusError = 2;

    /// <summary>Null when the id is not 16 bytes, or all zero.</summary>
    public string? TraceId { get; set; }

    /// <summary>Null when the id is not 8 bytes, or all zero.</summary>
    public string? SpanId { get; set; }

    public string? ParentSpanId { get; set; }

    public bool HasBadParent { get; set; }

    public string Name { get; set; } = "";

    public int Kind { get; set; }

    public ulong Start { get; set; }

    public ulong End { get; set; }

    public int StatusCode { get; set; }

    public string? StatusMessage { get; set; }

    public string? ExceptionType { get; set; }

    public string? ExceptionMessage { get; set; }

    public OtlpAttributes Attributes { get; set; } = OtlpAttributes.None;

    public required OtlpResource Resource { get; init; }
}

/// <summary>Who sent some spans. Its attributes may come after the spans.</summary>
internal sealed class OtlpResource
{
    public OtlpAttributes Attributes { get; set; } = OtlpAttributes.None;
}
