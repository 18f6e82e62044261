using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Listing;

/// <summary><c>models/list</c>.</summary>
internal sealed class ListTool(ModelCatalog catalog) : Tool<ListArguments, ListResult>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "models/list",
        Title = "List the models",
        Description = "The AI models there are: what each can do, who runs it, and whether calls go through.",
        InputSchema = InputSchema,
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true),
        Scope = "models",
    };

    protected override async ValueTask<ToolResult<ListResult>> RunAsync(ListArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var states = await Task.WhenAll(catalog.Listings.Select(listing => listing.GetAsync(cancellationToken).AsTask())).ConfigureAwait(false);
        var offered = states.SelectMany(state => state.Models).ToList();
        var shared = offered.GroupBy(model => model.Id, StringComparer.Ordinal).Where(group => group.Count() > 1).Select(group => group.Key).ToHashSet(StringComparer.Ordinal);
        var models = catalog.Local.Select(model => new ModelInfo(model.Id, model.Provider, model.Capabilities, "local", "ready", Description: model.Description))
            .Concat(offered.Select(model => Info(model, shared.Contains(model.Id))))
            .Where(model => arguments.Provider is null || model.Provider == arguments.Provider)
            .Where(model => arguments.Capability is null || model.Capabilities.Contains(arguments.Capability))
            .ToList();
        var upstreams = catalog.Listings.Zip(states, (listing, state) => new UpstreamInfo(
            listing.Upstream.Name, Word(listing.Upstream.Breaker.State), listing.Upstream.Options.Discover ? state.Fault is null : null,
            state.Fault?.ToError(listing.Upstream.Name, 1).Message)).ToList();
        return new ListResult(models, upstreams, upstreams.Count == 0 ? ModelCatalog.HowToAdd : null);
    }

    private static ModelInfo Info(ModelEntry model, bool isShared) => new(
        isShared ? model.QualifiedId : model.Id, model.Upstream.Name, model.Capabilities, "upstream", Word(model.Upstream.Breaker.State), model.ContextLength,
        model.Aliases.Count == 0 ? null : model.Aliases);

    private static string Word(BreakerState state) => state switch
    {
        BreakerState.Closed => "closed",
        BreakerState.Open => "open",
        _ => "half_open",
    };
}
