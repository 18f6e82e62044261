using Microsoft.Extensions.Options;
using Patchbay.Tools.Models.Calls;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Chat;
using Patchbay.Tools.Models.Options;

namespace Patchbay.Tools.Models.Embeddings;

/// <summary><c>models/embed</c>.</summary>
internal sealed class EmbedTool(ModelCatalog catalog, ModelGateway gateway, IOptions<ModelsOptions> options, TimeProvider time) : Tool<EmbedArguments, EmbedResult>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "models/embed",
        Title = "Embed texts",
        Description = "Turns texts into vectors by an embedding model, for searching and comparing by meaning. models/list names the models.",
        InputSchema = EmbedSchema.Complete(InputSchema),
        OutputSchema = OutputSchema,
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true, LongRunning: true),
        Timeout = TimeSpan.FromMinutes(5),
        Scope = "models",
    };

    protected override async ValueTask<ToolResult<EmbedResult>> RunAsync(EmbedArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var (model, unknown) = await catalog.FindAsync(arguments.Model, Capability.Embeddings, cancellationToken).ConfigureAwait(false);
        if (model is null)
            return unknown!;
        var operation = new EmbedOperation(model, arguments, options.Value.MaxBodyBytes);
        if (await gateway.RunAsync(operation, context, cancellationToken).ConfigureAwait(false) is { } error)
            return error;
        return new EmbedResult(
            model.Id, model.Upstream.Name, operation.Vectors, operation.Vectors[0].Length, operation.Usage, Timings.Of(operation, time), operation.RequestId);
    }
}
