using System.Text.Json.Nodes;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Models.Options;
using Patchbay.Tools.Models.Telemetry;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Catalog;

/// <summary>Every model there is: those of the upstreams, and those that run in this server.</summary>
internal sealed class ModelCatalog : IDisposable
{
    /// <summary>What to do when there is no model server, for people.</summary>
    public const string HowToAdd =
        "No model server is configured. Add one: set Patchbay__Models__Upstreams__ollama__BaseUrl=http://127.0.0.1:11434/v1 (Ollama; vLLM :8000/v1, llama.cpp :8080/v1, or a hosted one with ApiKeyFile) and restart; see docs/guide/models.md.";

    private const int NamesTold = 20;

    public ModelCatalog(IOptions<ModelsOptions> options, IEnumerable<LocalModel> local, ModelMetrics metrics, RetryDelay delay, TimeProvider time, ILogger<ModelCatalog> logger)
    {
        Local = [.. local.OrderBy(model => model.Id, StringComparer.Ordinal)];
        Listings =
        [
            .. options.Value.Upstreams.OrderBy(upstream => upstream.Key, StringComparer.Ordinal)
                .Select(upstream => new ModelListing(new Upstream(upstream.Key, upstream.Value, delay, metrics, time, logger), options.Value.MaxBodyBytes, time, logger)),
        ];
        metrics.Watch([.. Listings.Select(listing => listing.Upstream)]);
    }

    /// <summary>The models that run in this server.</summary>
    public IReadOnlyList<LocalModel> Local { get; }

    /// <summary>The models of each upstream, in the order of their names.</summary>
    public IReadOnlyList<ModelListing> Listings { get; }

    /// <summary>Finds the model a client asks for.</summary>
    /// <param name="name">An id, an alias, or <c>upstream/id</c>.</param>
    /// <param name="capability">What it has to be able to do.</param>
    /// <param name="cancellationToken">Ends the waiting for lists.</param>
    public async ValueTask<(ModelEntry? Model, ProtocolError? Error)> FindAsync(string name, string capability, CancellationToken cancellationToken)
    {
        if (Local.FirstOrDefault(model => model.Id == name) is { } local)
            return (null, ProtocolError.Params("/model", $"'{local.Id}' runs in this server and can do {string.Join(", ", local.Capabilities)}, not {capability}."));
        if (Listings.Count == 0)
            return (null, ProtocolError.NotFound(HowToAdd, new JsonObject { ["reason"] = "no_upstream" }));

        // What the operator has named needs no list, and wins over what a server happens to list.
        var found = Listings.SelectMany(listing => listing.Declared).Where(model => model.IsCalled(name)).ToList();
        if (found.Count == 0)
            found = Called(name, await Task.WhenAll(Listings.Select(listing => listing.GetAsync(cancellationToken).AsTask())).ConfigureAwait(false));
        if (found.Count == 0)
        {
            // It may have been added to its server a moment ago.
            var states = await Task.WhenAll(Listings.Select(listing => listing.RefreshAsync(ModelListing.Patience, cancellationToken).AsTask())).ConfigureAwait(false);
            found = Called(name, states);
            if (found.Count == 0)
                return (null, Unknown(states));
        }

        return found is [var one] ? Able(one, capability) : (null, Ambiguous(found));
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var listing in Listings)
            listing.Upstream.Dispose();
    }

    private static List<ModelEntry> Called(string name, IEnumerable<ListingState> states) => [.. states.SelectMany(state => state.Models).Where(model => model.IsCalled(name))];

    // Only what the settings say is held against a call: a guess may be wrong, and the server will say so.
    private static (ModelEntry? Model, ProtocolError? Error) Able(ModelEntry model, string capability) =>
        model.DeclaredCapabilities?.Contains(capability) == false
            ? (null, ProtocolError.Params("/model", $"'{model.Id}' can do {string.Join(", ", model.Capabilities)}, not {capability}."))
            : (model, null);

    private static ProtocolError Ambiguous(List<ModelEntry> found) =>
        ProtocolError.Params("/model", $"More than one model server has it; name one of {string.Join(", ", found.Select(model => model.QualifiedId).Take(NamesTold))}.");

    private ProtocolError Unknown(ListingState[] states)
    {
        var names = states.SelectMany(state => state.Models).Select(model => model.Id).Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal).Take(NamesTold).ToList();
        var silent = Listings.Zip(states).Where(pair => pair.Second.Fault is not null).Select(pair => pair.First.Upstream.Name).ToList();
        var message = names.Count == 0 ? "No model server has a model of this name." : $"No model server has a model of this name; models/list names them, for example {string.Join(", ", names.Take(5))}.";
        if (silent.Count > 0)
            message += $" Without an answer: {string.Join(", ", silent)}.";
        return ProtocolError.NotFound(message, new JsonObject
        {
            ["reason"] = "unknown_model",
            ["models"] = new JsonArray([.. names.Select(model => JsonValue.Create(model))]),
            ["unreachable"] = new JsonArray([.. silent.Select(upstream => JsonValue.Create(upstream))]),
        });
    }
}
