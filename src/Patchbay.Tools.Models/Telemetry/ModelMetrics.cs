using System.Diagnostics;
using System.Diagnostics.Metrics;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Telemetry;

/// <summary>
/// Figures of the calls of models, in the meter <c>Patchbay.Models</c>, by the names of the OpenTelemetry semantic conventions for generative AI.
/// No label holds a client's text: models and providers are those of the settings and of the servers' lists.
/// </summary>
internal sealed class ModelMetrics
{
    /// <summary>The name of the meter and of the source of spans.</summary>
    public const string Name = "Patchbay.Models";

    private readonly Histogram<double> _duration;
    private readonly Histogram<double> _firstChunk;
    private readonly Histogram<double> _queue;
    private readonly Histogram<long> _tokens;
    private readonly Counter<long> _retries;
    private IReadOnlyList<Upstream> _upstreams = [];

    public ModelMetrics(IMeterFactory factory)
    {
        var meter = factory.Create(Name);
        // The boundaries are those the conventions recommend.
        var seconds = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 2.56, 5.12, 10.24, 20.48, 40.96, 81.92] };
        var firstChunk = new InstrumentAdvice<double> { HistogramBucketBoundaries = [0.001, 0.005, 0.01, 0.02, 0.04, 0.06, 0.08, 0.1, 0.25, 0.5, 0.75, 1.0, 2.5, 5.0, 7.5, 10.0] };
        var tokens = new InstrumentAdvice<long> { HistogramBucketBoundaries = [1, 4, 16, 64, 256, 1024, 4096, 16384, 65536, 262144, 1048576, 4194304, 16777216, 67108864] };
        _duration = meter.CreateHistogram("gen_ai.client.operation.duration", "s", "How long a call of a model took, from the first request to its end.", advice: seconds);
        _firstChunk = meter.CreateHistogram("gen_ai.client.operation.time_to_first_chunk", "s", "Time from the request to the first text of a streamed answer.", advice: firstChunk);
        _tokens = meter.CreateHistogram("gen_ai.client.token.usage", "{token}", "Tokens of a call, as the provider counts them.", advice: tokens);
        _queue = meter.CreateHistogram("patchbay.models.queue.duration", "s", "How long a call waited for a place.", advice: seconds);
        _retries = meter.CreateCounter<long>("patchbay.models.retries", "{request}", "Requests that were sent again.");
        meter.CreateObservableGauge("patchbay.models.upstream.available", Available, "1", "1 while the circuit breaker of a model server lets calls through, else 0.");
    }

    /// <summary>Where the spans of calls come from.</summary>
    public static ActivitySource Spans { get; } = new(Name);

    /// <summary>The upstreams whose breakers are shown.</summary>
    public void Watch(IReadOnlyList<Upstream> upstreams) => _upstreams = upstreams;

    /// <summary>A request is sent again.</summary>
    public void Retried(string upstream, string reason) => _retries.Add(1, new("gen_ai.provider.name", upstream), new("error.type", reason));

    /// <summary>A call waited for a place.</summary>
    public void Waited(in CallLabels labels, TimeSpan time) => _queue.Record(time.TotalSeconds, labels.Tags());

    /// <summary>The first text of an answer has come.</summary>
    public void FirstChunk(in CallLabels labels, TimeSpan after) => _firstChunk.Record(after.TotalSeconds, labels.Tags());

    /// <summary>A call has ended.</summary>
    /// <param name="labels">Which.</param>
    /// <param name="took">How long it took.</param>
    /// <param name="error">The kind of failure, one of a few fixed words; null when it succeeded.</param>
    /// <param name="usage">Its tokens, as far as known.</param>
    public void Ended(in CallLabels labels, TimeSpan took, string? error, TokenUsage? usage)
    {
        var tags = labels.Tags();
        if (error is not null)
            tags.Add("error.type", error);
        _duration.Record(took.TotalSeconds, tags);
        if (usage is null)
            return;
        Tokens(labels, "input", usage.InputTokens);
        Tokens(labels, "output", usage.OutputTokens);
    }

    private void Tokens(in CallLabels labels, string type, long? count)
    {
        if (count is not { } known)
            return;
        var tags = labels.Tags();
        tags.Add("gen_ai.token.type", type);
        _tokens.Record(known, tags);
    }

    private IEnumerable<Measurement<int>> Available() =>
        _upstreams.Select(upstream => new Measurement<int>(upstream.Breaker.State == BreakerState.Open ? 0 : 1, new KeyValuePair<string, object?>("gen_ai.provider.name", upstream.Name)));
}

/// <summary>What tells the calls of one kind from others.</summary>
/// <param name="Operation"><c>chat</c> or <c>embeddings</c>.</param>
/// <param name="Provider">The upstream.</param>
/// <param name="Model">The model as the upstream knows it.</param>
internal readonly record struct CallLabels(string Operation, string Provider, string Model)
{
    public TagList Tags() => new([new("gen_ai.operation.name", Operation), new("gen_ai.provider.name", Provider), new("gen_ai.request.model", Model)]);
}
