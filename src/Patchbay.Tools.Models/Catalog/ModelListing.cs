using System.Text.Json;
using Microsoft.Extensions.Logging;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Catalog;

/// <summary>What an upstream was last seen to offer.</summary>
/// <param name="Models">Its models, those of the settings first.</param>
/// <param name="Fault">Why it could not be asked; the models are then those known before.</param>
/// <param name="ReadAt">When, in ticks of the clock.</param>
internal sealed record ListingState(IReadOnlyList<ModelEntry> Models, UpstreamFault? Fault, long ReadAt);

/// <summary>The models of one upstream: asked for at most once at a time, and kept.</summary>
internal sealed class ModelListing
{
    private const int MaxModels = 1_000;
    private const int MaxIdChars = 256;

    /// <summary>How long an upstream that did not answer, or did not have what was asked for, is not asked again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestRead = TimeSpan.FromSeconds(5);

    private readonly int _maxBytes;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly Lock _lock = new();
    private volatile ListingState? _state;
    private Task<ListingState>? _reading;

    public ModelListing(Upstream upstream, int maxBytes, TimeProvider time, ILogger logger)
    {
        Upstream = upstream;
        _maxBytes = maxBytes;
        _time = time;
        _logger = logger;
        Declared = [.. upstream.Options.Models.DistinctBy(model => model.Id, StringComparer.Ordinal).Select(model => new ModelEntry(upstream, model.Id, null, model))];
        if (!upstream.Options.Discover)
            _state = new ListingState(Declared, null, time.GetTimestamp());
    }

    public Upstream Upstream { get; }

    /// <summary>The models of the settings.</summary>
    public IReadOnlyList<ModelEntry> Declared { get; }

    /// <summary>What is known now; waits only when nothing is. What is old is asked for anew on the side.</summary>
    public ValueTask<ListingState> GetAsync(CancellationToken cancellationToken)
    {
        if (_state is not { } state)
            return RefreshAsync(TimeSpan.Zero, cancellationToken);
        if (Upstream.Options.Discover && IsOlder(state, state.Fault is null ? TimeSpan.FromSeconds(Upstream.Options.DiscoverySeconds) : Patience))
            _ = StartReading();
        return ValueTask.FromResult(state);
    }

    /// <summary>What the upstream says, asked for now when what is known is older than this.</summary>
    public async ValueTask<ListingState> RefreshAsync(TimeSpan maxAge, CancellationToken cancellationToken)
    {
        if (_state is { } state && (!Upstream.Options.Discover || !IsOlder(state, maxAge)))
            return state;
        return await StartReading().WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    private bool IsOlder(ListingState state, TimeSpan age) => _time.GetElapsedTime(state.ReadAt) >= age;

    // Not bound to the caller: others may wait for it.
    private Task<ListingState> StartReading()
    {
        lock (_lock)
            return _reading ??= Task.Run(ReadAsync);
    }

    private async Task<ListingState> ReadAsync()
    {
        using var clock = new PhaseClock(PhaseTimes.Of(Upstream.Options).Within(LongestRead), _time, CancellationToken.None);
        ListingState state;
        try
        {
            using var reply = await Upstream.SendAsync("models", null, maxRetries: 0, clock).ConfigureAwait(false);
            var body = await reply.Body.ReadAllAsync(_maxBytes, clock.Token).ConfigureAwait(false);
            state = new ListingState(Merge(body, reply.Redactor), null, _time.GetTimestamp());
        }
        catch (Exception exception)
        {
            var fault = UpstreamFaults.Of(exception, clock) ?? UpstreamFault.Invalid("sent a list of models that cannot be read.");
            if (_state?.Fault is null)
                ModelsLog.ListingFailed(_logger, Upstream.Name, fault.Reason);
            state = new ListingState(_state?.Models ?? Declared, fault, _time.GetTimestamp());
        }

        lock (_lock)
        {
            _state = state;
            _reading = null;
        }

        return state;
    }

    private IReadOnlyList<ModelEntry> Merge(byte[] body, Redactor redactor)
    {
        using var document = UpstreamFaults.Parse(body, redactor);
        var root = document.RootElement;
        if (ProviderError.InAnswer(root, redactor) is { } fault)
            throw new UpstreamException(fault);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw new UpstreamException(UpstreamFault.Invalid("sent a list of models without 'data'."));

        var known = (_state?.Models ?? Declared).ToDictionary(model => model.Id, StringComparer.Ordinal);
        var declared = Declared.Select(model => model.Id).ToHashSet(StringComparer.Ordinal);
        var models = new List<ModelEntry>(Declared);
        foreach (var item in data.EnumerateArray().Take(MaxModels))
        {
            if (JsonText.String(item, "id") is not { Length: > 0 and <= MaxIdChars } id || id.Any(char.IsControl) || !declared.Add(id))
                continue;
            var context = ContextLength(item);
            models.Add(known.TryGetValue(id, out var entry) && entry.ContextLength == context ? entry : new ModelEntry(Upstream, id, context));
        }

        return models;
    }

    // vLLM says max_model_len, OpenRouter context_length, LM Studio max_context_length, llama.cpp meta.n_ctx (what runs) or n_ctx_train (what the model was made for).
    private static int? ContextLength(JsonElement model)
    {
        var meta = model.ValueKind == JsonValueKind.Object && model.TryGetProperty("meta", out var inner) ? inner : default;
        var length = JsonText.Count(model, "max_model_len") ?? JsonText.Count(model, "context_length") ?? JsonText.Count(model, "max_context_length")
            ?? JsonText.Count(model, "context_window") ?? JsonText.Count(meta, "n_ctx") ?? JsonText.Count(meta, "n_ctx_train");
        return length is > 0 and <= 1_000_000_000 ? (int)length : null;
    }
}
