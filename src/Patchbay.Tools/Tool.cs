using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Schema;

namespace Patchbay.Tools;

/// <summary>A tool of typed arguments and a typed result; the schemas are made from the types.</summary>
/// <typeparam name="TArguments">A class or record; <c>[Description]</c>, <c>[Range]</c>, <c>[StringLength]</c>, <c>[Length]</c>, <c>[RegularExpression]</c> and <c>[AllowedValues]</c> on its properties go into the schema.</typeparam>
/// <typeparam name="TResult">A class or record written as a JSON object.</typeparam>
public abstract class Tool<TArguments, TResult> : ITool
{
    private static readonly JsonTypeInfo<TArguments> ArgumentsInfo = ToolJson.TypeInfo<TArguments>();
    private static readonly JsonTypeInfo<TResult> ResultInfo = ToolJson.TypeInfo<TResult>();

    /// <inheritdoc />
    public abstract ToolDefinition Definition { get; }

    /// <summary>The input schema of <typeparamref name="TArguments"/>.</summary>
    protected static JsonElement InputSchema { get; } = SchemaExporter.Export(ArgumentsInfo);

    /// <summary>The output schema of <typeparamref name="TResult"/>.</summary>
    protected static JsonElement OutputSchema { get; } = SchemaExporter.Export(ResultInfo);

    /// <inheritdoc />
    async ValueTask<ToolResult> ITool.InvokeAsync(ReadOnlyMemory<byte> arguments, ToolContext context, CancellationToken cancellationToken)
    {
        TArguments typed;
        try
        {
            typed = JsonSerializer.Deserialize(arguments.Span, ArgumentsInfo)!;
        }
        catch (JsonException fault)
        {
            // The schema has let it pass, but the type has a rule the schema cannot say (a number beyond Int32, say).
            return ToolResult.Fail(ProtocolError.Params(fault.Path ?? "", "The value does not fit the declared type."));
        }

        var result = await RunAsync(typed, context, cancellationToken).ConfigureAwait(false);
        return result.Error is { } error ? ToolResult.Fail(error) : ToolResult.From(result.Value!, ResultInfo);
    }

    /// <summary>Runs the tool once. Called concurrently.</summary>
    protected abstract ValueTask<ToolResult<TResult>> RunAsync(TArguments arguments, ToolContext context, CancellationToken cancellationToken);
}

/// <summary>Makes tools from functions.</summary>
public static class Tool
{
    /// <summary>Makes a tool from a function of typed arguments.</summary>
    /// <param name="name">The name clients call, for example <c>weather/now</c>.</param>
    /// <param name="description">What it does, for people and models.</param>
    /// <param name="run">The function. Called concurrently.</param>
    /// <param name="annotations">What a client may assume.</param>
    /// <param name="configure">Changes the definition further (title, timeout, scope).</param>
    public static ITool Create<TArguments, TResult>(
        string name,
        string description,
        Func<TArguments, ToolContext, CancellationToken, ValueTask<ToolResult<TResult>>> run,
        ToolAnnotations annotations = default,
        Func<ToolDefinition, ToolDefinition>? configure = null) =>
        new FunctionTool<TArguments, TResult>(name, description, run, annotations, configure);

    private sealed class FunctionTool<TArguments, TResult> : Tool<TArguments, TResult>
    {
        private readonly Func<TArguments, ToolContext, CancellationToken, ValueTask<ToolResult<TResult>>> _run;

        public FunctionTool(
            string name,
            string description,
            Func<TArguments, ToolContext, CancellationToken, ValueTask<ToolResult<TResult>>> run,
            ToolAnnotations annotations,
            Func<ToolDefinition, ToolDefinition>? configure)
        {
            _run = run;
            var definition = new ToolDefinition
            {
                Name = name,
                Title = name,
                Description = description,
                InputSchema = InputSchema,
                OutputSchema = OutputSchema,
                Annotations = annotations,
            };
            Definition = configure is null ? definition : configure(definition);
        }

        public override ToolDefinition Definition { get; }

        protected override ValueTask<ToolResult<TResult>> RunAsync(TArguments arguments, ToolContext context, CancellationToken cancellationToken) =>
            _run(arguments, context, cancellationToken);
    }
}
