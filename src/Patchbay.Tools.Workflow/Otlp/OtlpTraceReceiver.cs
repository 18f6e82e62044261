using System.Data.Common;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Otlp;

/// <summary>
/// The receiving side of OTLP/HTTP for traces (opentelemetry-proto, docs/specification.md, OTLP/HTTP), without the HTTP: map it to <c>POST /v1/traces</c>,
/// and answer other methods there with 405. Thread-safe.
/// </summary>
public sealed class OtlpTraceReceiver : IDisposable
{
    private const int RetryAfterSeconds = 1;

    private readonly IWorkflowStore _store;
    private readonly ILogger<OtlpTraceReceiver> _logger;
    private readonly KnownAttributes _known;
    private readonly int _maxBodyBytes;
    private readonly SemaphoreSlim _places;

    /// <summary>Makes a receiver that records into a store.</summary>
    public OtlpTraceReceiver(IWorkflowStore store, IOptions<WorkflowOptions> options, ILogger<OtlpTraceReceiver> logger)
    {
        _store = store;
        _logger = logger;
        _known = new KnownAttributes(options.Value.WorkflowAttributes);
        _maxBodyBytes = options.Value.MaxBodyBytes;
        _places = new SemaphoreSlim(options.Value.MaxConcurrentBodies, options.Value.MaxConcurrentBodies);
    }

    /// <summary>Receives one export request and stores its spans. Everything that can be wrong with a request is an answer; only cancellation is thrown.</summary>
    /// <param name="contentType">The request's <c>Content-Type</c>: <c>application/x-protobuf</c> or <c>application/json</c>, parameters are ignored.</param>
    /// <param name="contentEncoding">The request's <c>Content-Encoding</c>: <c>gzip</c>, <c>identity</c>, or none.</param>
    /// <param name="body">The request's body; read asynchronously, to its end or to the limit.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>200 (all taken, or part of it), 400, 413, 415, or 503 with <c>Retry-After</c>.</returns>
    public ValueTask<OtlpResponse> ReceiveAsync(string? contentType, string? contentEncoding, Stream body, CancellationToken cancellationToken) =>
        ReceiveAsync(contentType, contentEncoding, null, body, cancellationToken);

    /// <summary>Receives one export request whose length is announced: one over the limit is refused before any of it is read.</summary>
    /// <param name="contentType">The request's <c>Content-Type</c>.</param>
    /// <param name="contentEncoding">The request's <c>Content-Encoding</c>.</param>
    /// <param name="contentLength">The request's <c>Content-Length</c>, or null.</param>
    /// <param name="body">The request's body.</param>
    /// <param name="cancellationToken">Ends with the request.</param>
    /// <returns>As the other overload.</returns>
    public async ValueTask<OtlpResponse> ReceiveAsync(string? contentType, string? contentEncoding, long? contentLength, Stream body, CancellationToken cancellationToken)
    {
        var mediaType = contentType?.Split(';')[0].Trim().ToUpperInvariant() switch
        {
            "APPLICATION/X-PROTOBUF" => OtlpResponses.Protobuf,
            "APPLICATION/JSON" => OtlpResponses.Json,
            _ => null,
        };
        if (mediaType is null)
            return Refuse(415, OtlpResponses.Json, "Content-Type must be application/x-protobuf or application/json");
        var encoding = contentEncoding?.Trim().ToUpperInvariant();
        if (encoding is not (null or "" or "IDENTITY" or "GZIP"))
            return Refuse(415, mediaType, "Content-Encoding must be gzip, or absent");
        if (contentLength > _maxBodyBytes)
            return TooLarge(mediaType);
        if (!await _places.WaitAsync(0, cancellationToken).ConfigureAwait(false))
            return Refuse(503, mediaType, "too many requests are being received", RetryAfterSeconds);
        try
        {
            var (read, refusal) = await BodyReader.ReadAsync(body, encoding == "GZIP", _maxBodyBytes, cancellationToken).ConfigureAwait(false);
            if (read is null)
                return refusal == 413 ? TooLarge(mediaType) : Refuse(refusal, mediaType, "the body is not gzip");
            using (read)
                return await StoreAsync(mediaType, read.Memory, cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            _places.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _places.Dispose();

    private async ValueTask<OtlpResponse> StoreAsync(string mediaType, ReadOnlyMemory<byte> body, CancellationToken cancellationToken)
    {
        if (Decode(mediaType, body, out var fault) is not { } spans)
            return Refuse(400, mediaType, fault);
        var mapping = new SpanMapping(_known);
        var executions = mapping.Map(spans);
        if (executions.Count > 0 && await RecordAsync(executions, mapping.Rejected, cancellationToken).ConfigureAwait(false) is { } failed)
            return Refuse(503, mediaType, failed, RetryAfterSeconds);
        var rejected = mapping.Rejected.Values.Sum(count => (long)count);
        if (rejected == 0 && mapping.Clamped == 0)
            return OtlpResponses.Success(mediaType);
        var reasons = mapping.Rejected.Select(reason => $"{reason.Value}: {reason.Key}");
        if (mapping.Clamped > 0)
            reasons = reasons.Append($"{mapping.Clamped} accepted with end taken as start: the end is before the start");
        var message = string.Join("; ", reasons);
        if (rejected > 0)
            _logger.SpansRejected(rejected, message);
        return OtlpResponses.Partial(mediaType, rejected, message);
    }

    private List<OtlpSpan>? Decode(string mediaType, ReadOnlyMemory<byte> body, out string fault)
    {
        if (mediaType == OtlpResponses.Json)
        {
            using var json = new JsonTraceDecoder(_known);
            var spans = json.Decode(body, out var reason);
            fault = $"the body is not an ExportTraceServiceRequest in JSON: {reason}";
            return spans;
        }

        fault = "the body is not an ExportTraceServiceRequest in protobuf";
        using var protobuf = new ProtobufTraceDecoder(_known);
        return protobuf.Decode(body.Span);
    }

    /// <summary>Stores the batch. What the store has no room for joins the rejected; a store that does not work is a reason to ask for the batch again.</summary>
    private async ValueTask<string?> RecordAsync(List<WorkflowExecution> executions, Dictionary<string, int> rejected, CancellationToken cancellationToken)
    {
        try
        {
            var outcome = await _store.RecordAsync(executions, cancellationToken).ConfigureAwait(false);
            foreach (var refused in outcome.Refused)
                rejected[refused.Reason] = rejected.GetValueOrDefault(refused.Reason) + executions[refused.Index].Steps.Count;
            return null;
        }
        catch (DbException exception)
        {
            _logger.StoreFailed(exception);
            return "the spans cannot be stored now";
        }
    }

    private OtlpResponse TooLarge(string mediaType) => Refuse(413, mediaType, $"the body is larger than {_maxBodyBytes} bytes");

    private OtlpResponse Refuse(int status, string mediaType, string reason, int? retryAfterSeconds = null)
    {
        _logger.RequestRefused(status, reason);
        return OtlpResponses.Refused(status, mediaType, reason, retryAfterSeconds);
    }
}
