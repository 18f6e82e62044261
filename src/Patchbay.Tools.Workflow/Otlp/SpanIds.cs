namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Ids of traces (16 bytes) and spans (8 bytes); all zero is none (W3C Trace Context).</summary>
internal static class SpanIds
{
    private const int TraceLength = 16;
    private const int SpanLength = 8;

    public static string? Trace(ReadOnlySpan<byte> id) => Hex(id, TraceLength);

    public static string? Span(ReadOnlySpan<byte> id) => Hex(id, SpanLength);

    /// <summary>The parent of a span: empty or all zero says that there is none; another length is a fault.</summary>
    public static void Parent(OtlpSpan span, ReadOnlySpan<byte> id)
    {
        span.ParentSpanId = Hex(id, SpanLength);
        span.HasBadParent = id.Length is not (0 or SpanLength);
    }

    /// <summary>The bytes of an id that is written in hex, as in JSON; null when it is not.</summary>
    public static byte[]? FromHex(string text)
    {
        var bytes = new byte[text.Length / 2];
        return text.Length % 2 == 0 && Convert.FromHexString(text, bytes, out _, out _) == System.Buffers.OperationStatus.Done ? bytes : null;
    }

    private static string? Hex(ReadOnlySpan<byte> id, int length) => id.Length == length && id.ContainsAnyExcept((byte)0) ? Convert.ToHexStringLower(id) : null;
}
