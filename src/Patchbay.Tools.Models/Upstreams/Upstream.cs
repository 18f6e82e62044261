using System.Net.Http.Headers;
using System.Net.Mime;
using Microsoft.Extensions.Logging;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Models.Options;
using Patchbay.Tools.Models.Telemetry;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>One OpenAI-compatible server: its address, its connections, its breaker. Sends requests and hands back answers that have begun.</summary>
internal sealed class Upstream : IDisposable
{
    private const int ErrorBodyBytes = 64 * 1024;

    private readonly HttpClient _http;
    private readonly Uri _base;
    private readonly RetryDelay _delay;
    private readonly TimeProvider _time;
    private readonly ModelMetrics _metrics;
    private readonly ILogger _logger;

    public Upstream(string name, UpstreamOptions options, RetryDelay delay, ModelMetrics metrics, TimeProvider time, ILogger logger)
    {
        Name = name;
        Options = options;
        Breaker = new CircuitBreaker(options.BreakerFailures, TimeSpan.FromMilliseconds(options.BreakerPauseMs), time);
        _base = new Uri(options.BaseUrl.TrimEnd('/') + "/");
        _delay = delay;
        _metrics = metrics;
        _time = time;
        _logger = logger;
        // No redirects: the key would travel to wherever a server says. No decompression: an event stream is not compressed, and a small body must not become a large one.
        _http = new HttpClient(new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectTimeout = TimeSpan.FromMilliseconds(options.ConnectTimeoutMs),
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            // What is left of an answer is read so long, that the connection may serve again: enough for the end behind [DONE], and soon over when the
            // caller has cancelled between two reads (the default of 2 s would let the model go on for as long).
            ResponseDrainTimeout = TimeSpan.FromMilliseconds(100),
        })
        {
            Timeout = Timeout.InfiniteTimeSpan,
        };
        if (options is { ApiKey: null, ApiKeyFile: null, ApiKeyVariable: null } is false && _base.Scheme == "http" && !_base.IsLoopback)
            ModelsLog.KeyInTheClear(logger, name);
    }

    public string Name { get; }

    public UpstreamOptions Options { get; }

    public CircuitBreaker Breaker { get; }

    /// <summary>Sends a request, again where that is safe, until an answer has begun.</summary>
    /// <param name="path">Relative to the base URL, for example <c>chat/completions</c>.</param>
    /// <param name="body">The JSON to post; null asks with GET.</param>
    /// <param name="maxRetries">How often it may be sent again.</param>
    /// <param name="clock">The time-outs.</param>
    /// <param name="onAttempt">Told before each sending.</param>
    /// <exception cref="UpstreamException">There is no answer, or one that is no success.</exception>
    public async ValueTask<UpstreamReply> SendAsync(string path, ReadOnlyMemory<byte>? body, int maxRetries, PhaseClock clock, Action? onAttempt = null)
    {
        for (var retry = 0; ; retry++)
        {
            onAttempt?.Invoke();
            var (reply, fault) = await TryAsync(path, body, clock).ConfigureAwait(false);
            if (reply is not null)
                return reply;
            if (!fault!.MayRetry || retry >= maxRetries || fault.RetryAfter > TimeSpan.FromMilliseconds(Options.MaxRetryAfterMs))
                throw new UpstreamException(fault);

            var wait = _delay.Of(retry, TimeSpan.FromMilliseconds(Options.RetryDelayMs), fault.RetryAfter);
            _metrics.Retried(Name, fault.Reason);
            ModelsLog.Retrying(_logger, Name, fault.Reason, wait.TotalMilliseconds);
            clock.Enter(Phase.None);
            await Task.Delay(wait, _time, clock.Token).ConfigureAwait(false);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _http.Dispose();

    private async ValueTask<(UpstreamReply? Reply, UpstreamFault? Fault)> TryAsync(string path, ReadOnlyMemory<byte>? body, PhaseClock clock)
    {
        string? key;
        try
        {
            key = ApiKeySource.Read(Options);
        }
        catch (ApiKeyException)
        {
            return (null, new UpstreamFault("key_unavailable", ErrorCodes.ToolExecutionFailed, "cannot be asked: its key cannot be read; the settings of the server say from where."));
        }

        var redactor = new Redactor(key);
        clock.Enter(Phase.FirstByte);
        try
        {
            using var request = Request(path, body, key);
            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, clock.Token).ConfigureAwait(false);
            return await ReadHeadAsync(response, redactor, clock).ConfigureAwait(false);
        }
        catch (Exception exception) when (clock.Expired is null && ConnectionFaults.Of(exception, clock.Times.Connect) is { } fault)
        {
            // The text of the exception names addresses: it goes to the log only.
            ModelsLog.ConnectionFailed(_logger, exception, Name, fault.Reason);
            return (null, fault);
        }
    }

    private HttpRequestMessage Request(string path, ReadOnlyMemory<byte>? body, string? key)
    {
        var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, new Uri(_base, path));
        if (body is { } bytes)
        {
            request.Content = new ReadOnlyMemoryContent(bytes);
            request.Content.Headers.ContentType = new MediaTypeHeaderValue(MediaTypeNames.Application.Json);
        }

        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Text.EventStream));
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue(MediaTypeNames.Application.Json));
        if (key is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return request;
    }

    private async ValueTask<(UpstreamReply? Reply, UpstreamFault? Fault)> ReadHeadAsync(HttpResponseMessage response, Redactor redactor, PhaseClock clock)
    {
        var keep = false;
        try
        {
            var body = new AnswerBody(await response.Content.ReadAsStreamAsync(clock.Token).ConfigureAwait(false), clock);
            if (response.IsSuccessStatusCode)
            {
                if (response.Content.Headers.ContentEncoding.Any(coding => coding != "identity"))
                    return (null, UpstreamFault.Invalid("compressed its answer without being asked to."));
                keep = true;
                return (new UpstreamReply(response, body, redactor), null);
            }

            var beginning = await body.ReadBeginningAsync(ErrorBodyBytes, clock.Token).ConfigureAwait(false);
            var fault = ProviderError.OfStatus(response.StatusCode, beginning, redactor);
            return (null, fault with { RetryAfter = RetryDelay.Asked(response.Headers, _time), RequestId = UpstreamReply.RequestIdOf(response, redactor) });
        }
        finally
        {
            if (!keep)
                response.Dispose();
        }
    }
}
