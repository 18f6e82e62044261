using System.Globalization;
using System.Text.Json;
using Microsoft.Extensions.Options;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Models.Calls;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Options;

namespace Patchbay.Tools.Models.Chat;

/// <summary><c>models/chat</c>.</summary>
internal sealed class ChatTool(ModelCatalog catalog, ModelGateway gateway, IOptions<ModelsOptions> options, TimeProvider time) : Tool<ChatArguments, ChatResult>
{
    private static readonly TimeSpan ProgressGap = TimeSpan.FromSeconds(1);

    public override ToolDefinition Definition { get; } = new()
    {
        Name = "models/chat",
        Title = "Ask a model",
        Description = "Sends a conversation to a language model and returns its answer, with stream true word by word as chunks that are strings. Cancelling ends the request at the model server. models/list names the models.",
        InputSchema = ChatSchema.Complete(InputSchema),
        OutputSchema = OutputSchema,
        // Not repeatable: a second run after a crash would end with another text than the chunks the client has.
        Annotations = new ToolAnnotations(LongRunning: true),
        Timeout = TimeSpan.FromMinutes(5),
        Scope = "models",
        CanStream = true,
    };

    protected override async ValueTask<ToolResult<ChatResult>> RunAsync(ChatArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        if (Fault(arguments) is { } fault)
            return fault;
        var (model, unknown) = await catalog.FindAsync(arguments.Model, Capability.Chat, cancellationToken).ConfigureAwait(false);
        if (model is null)
            return unknown!;

        var sender = context.Stream is { } stream ? new DeltaSender(stream, cancellationToken) : null;
        var operation = new ChatOperation(model, ChatRequest.Write(arguments, model), options.Value, time, sender is null ? null : sender.Add, Thoughts(context));
        var error = await gateway.RunAsync(operation, context, cancellationToken).ConfigureAwait(false);
        if (sender is not null)
            await sender.FlushAsync().ConfigureAwait(false);
        return error is null ? ResultOf(operation) : error;
    }

    // What the schema cannot say.
    private static ProtocolError? Fault(ChatArguments arguments)
    {
        for (var i = 0; i < arguments.Messages.Count; i++)
        {
            var turn = arguments.Messages[i];
            var isEmpty = turn.Content is not { ValueKind: not JsonValueKind.Null };
            if (isEmpty && turn is not { Role: "assistant", ToolCalls.Count: > 0 })
                return ProtocolError.Params(string.Create(CultureInfo.InvariantCulture, $"/messages/{i}/content"), "is needed, unless an assistant's message has tool_calls");
        }

        return null;
    }

    // While a model thinks there is no text; once a second the client is told that it lives.
    private Action Thoughts(ToolContext context)
    {
        var last = time.GetTimestamp();
        var count = 0;
        return () =>
        {
            count++;
            if (time.GetElapsedTime(last) < ProgressGap)
                return;
            last = time.GetTimestamp();
            context.ReportProgress(count, null, "The model is thinking.");
        };
    }

    private ChatResult ResultOf(ChatOperation operation)
    {
        var answer = operation.Answer;
        return new ChatResult(
            operation.Model.Id, operation.Model.Upstream.Name, answer.Text, answer.FinishReason, answer.Usage, Timings.Of(operation, time), answer.ToolCalls,
            answer.Reasoning, answer.Refusal, answer.Model == operation.Model.Id ? null : answer.Model, operation.RequestId, operation.Warning);
    }
}
