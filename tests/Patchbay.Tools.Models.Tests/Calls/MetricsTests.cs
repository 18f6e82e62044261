using System.Collections.Concurrent;
using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>The figures and spans of calls, by the OpenTelemetry conventions for generative AI.</summary>
public class MetricsTests : UpstreamTest
{
    private const string Labels = "gen_ai.operation.name=chat,gen_ai.provider.name=up,gen_ai.request.model=tiny";

    [Fact]
    public async Task A_call_leaves_its_time_its_first_token_and_its_tokens()
    {
        using var room = ModelRoom.Of(Upstream, null);
        using var heard = new Listener(room);
        await room.ChatAsync();

        Assert.Contains(heard.All, item => item is { Name: "gen_ai.client.operation.duration", Tags: Labels, Value: > 0 and < 30 });
        Assert.Contains(heard.All, item => item is { Name: "gen_ai.client.operation.time_to_first_chunk", Tags: Labels, Value: > 0 and < 30 });
        Assert.Contains(heard.All, item => item is { Name: "gen_ai.client.token.usage", Tags: Labels + ",gen_ai.token.type=input", Value: 9 });
        Assert.Contains(heard.All, item => item is { Name: "gen_ai.client.token.usage", Tags: Labels + ",gen_ai.token.type=output", Value: 3 });
        Assert.Contains(heard.All, item => item is { Name: "patchbay.models.queue.duration", Tags: Labels });
        heard.Observe();
        Assert.Contains(heard.All, item => item is { Name: "patchbay.models.upstream.available", Tags: "gen_ai.provider.name=up", Value: 1 });
    }

    [Fact]
    public async Task A_failure_has_its_kind_and_a_retry_is_counted()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("{}", 503));
        using var room = ModelRoom.Of(Upstream, null, ("MaxRetries", "1"), ("BreakerFailures", "1"));
        using var heard = new Listener(room);
        await room.ChatAsync();

        Assert.Contains(heard.All, item => item is { Name: "gen_ai.client.operation.duration", Tags: Labels + ",error.type=upstream_overloaded" });
        Assert.Single(heard.All, item => item is { Name: "patchbay.models.retries", Value: 1 });
        Assert.DoesNotContain(heard.All, item => item.Name is "gen_ai.client.token.usage" or "gen_ai.client.operation.time_to_first_chunk");
        heard.Observe();
        Assert.Contains(heard.All, item => item is { Name: "patchbay.models.upstream.available", Value: 0 });
    }

    [Fact]
    public async Task A_name_that_a_client_made_up_is_in_no_label()
    {
        using var room = ModelRoom.Of(Upstream, null);
        using var heard = new Listener(room);
        await room.ChatAsync(model: "made-up-by-a-client");

        Assert.DoesNotContain(heard.All, item => item.Tags.Contains("made-up", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_span_stands_under_the_callers_trace_and_holds_no_text()
    {
        Activity? span = null;
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Patchbay.Models",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
            ActivityStopped = stopped => span = stopped.GetTagItem("gen_ai.provider.name") as string == "spanned" ? stopped : span,
        };
        ActivitySource.AddActivityListener(listener);
        using var room = ModelRoom.With(null, ("Upstreams:spanned:BaseUrl", Upstream.BaseUrl.ToString()));
        using var caller = new Activity("caller").SetIdFormat(ActivityIdFormat.W3C).Start();
        await room.ChatAsync();

        Assert.Equal("chat tiny", span!.DisplayName);
        Assert.Equal(caller.TraceId, span.TraceId);
        Assert.Equal(ActivityKind.Client, span.Kind);
        Assert.Equal(9L, span.GetTagItem("gen_ai.usage.input_tokens"));
        Assert.NotNull(span.GetTagItem("gen_ai.response.time_to_first_chunk"));
        Assert.DoesNotContain(span.TagObjects, tag => tag.Value?.ToString()!.Contains("hello", StringComparison.OrdinalIgnoreCase) == true);
    }

    // Hears the meter of one room only: tests run beside each other.
    private sealed class Listener : IDisposable
    {
        private readonly MeterListener _listener = new();
        private readonly ConcurrentQueue<(string Name, double Value, string Tags)> _all = new();

        public Listener(ModelRoom room)
        {
            var mine = room.Get<IMeterFactory>().Create("Patchbay.Models");
            _listener.InstrumentPublished = (instrument, listener) =>
            {
                if (ReferenceEquals(instrument.Meter, mine))
                    listener.EnableMeasurementEvents(instrument);
            };
            _listener.SetMeasurementEventCallback<double>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.SetMeasurementEventCallback<int>((instrument, value, tags, _) => Keep(instrument, value, tags));
            _listener.Start();
        }

        public IReadOnlyList<(string Name, double Value, string Tags)> All => [.. _all];

        public void Observe() => _listener.RecordObservableInstruments();

        public void Dispose() => _listener.Dispose();

        private void Keep(Instrument instrument, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags) =>
            _all.Enqueue((instrument.Name, value, string.Join(',', tags.ToArray().Select(tag => $"{tag.Key}={tag.Value}"))));
    }
}
