using System.Globalization;
using System.Text.Json;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>Writes ExportTraceServiceResponse and google.rpc.Status in the encoding of the request.</summary>
internal static class OtlpResponses
{
    public const string Json = "application/json";
    public const string Protobuf = "application/x-protobuf";

    private const int LongestMessage = 1024;

    /// <summary>200 with <c>partialSuccess</c> unset: <c>{}</c> in JSON, nothing in protobuf.</summary>
    public static OtlpResponse Success(string contentType) => new(200, contentType, contentType == Json ? "{}"u8.ToArray() : default(ReadOnlyMemory<byte>));

    /// <summary>200 with what was refused; with none refused the message is a warning. The client must not send again.</summary>
    public static OtlpResponse Partial(string contentType, long rejected, string message)
    {
        if (contentType == Json)
        {
            // 64-bit integers are decimal strings in the JSON encoding, and a default value is left out.
            var partial = rejected == 0
                ? new Dictionary<string, string>(StringComparer.Ordinal) { ["errorMessage"] = message }
                : new Dictionary<string, string>(StringComparer.Ordinal) { ["rejectedSpans"] = rejected.ToString(CultureInfo.InvariantCulture), ["errorMessage"] = message };
            return new OtlpResponse(200, contentType, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, object>(StringComparer.Ordinal) { ["partialSuccess"] = partial }));
        }

        var inner = new PackedWriter();
        if (rejected > 0)
        {
            inner.Unsigned((1 << 3) | (int)WireType.Varint);
            inner.Unsigned((ulong)rejected);
        }

        inner.Unsigned((2 << 3) | (int)WireType.Bytes);
        inner.Text(message);
        var outer = new PackedWriter();
        outer.Unsigned((1 << 3) | (int)WireType.Bytes);
        outer.Bytes(inner.ToArray());
        return new OtlpResponse(200, contentType, outer.ToArray());
    }

    /// <summary>A refusal with a google.rpc.Status that says why.</summary>
    public static OtlpResponse Refused(int statusCode, string contentType, string message, int? retryAfterSeconds = null)
    {
        var text = message.Length > LongestMessage ? message[..LongestMessage] : message;
        if (contentType == Json)
            return new OtlpResponse(statusCode, contentType, JsonSerializer.SerializeToUtf8Bytes(new Dictionary<string, string>(StringComparer.Ordinal) { ["message"] = text }), retryAfterSeconds);
        var status = new PackedWriter();
        status.Unsigned((2 << 3) | (int)WireType.Bytes);
        status.Text(text);
        return new OtlpResponse(statusCode, contentType, status.ToArray(), retryAfterSeconds);
    }
}
