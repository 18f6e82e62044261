namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>The answer to an export request, to be written as it is.</summary>
/// <param name="StatusCode">The HTTP status.</param>
/// <param name="ContentType">The media type of the body: that of the request, where it is one of the two.</param>
/// <param name="Body">The body; may be empty.</param>
/// <param name="RetryAfterSeconds">The value of <c>Retry-After</c>, or null for none.</param>
public sealed record OtlpResponse(int StatusCode, string ContentType, ReadOnlyMemory<byte> Body, int? RetryAfterSeconds = null);
