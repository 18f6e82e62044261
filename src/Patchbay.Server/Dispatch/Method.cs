using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Tools;
using Patchbay.Tools.Schema;

namespace Patchbay.Server.Dispatch;

/// <summary>A method of the protocol.</summary>
internal abstract class Method
{
    /// <summary>The name in <c>method</c>.</summary>
    public abstract string Name { get; }

    /// <summary>Handles a request on the receive loop. Must not block; only what makes or ends a session takes time, and reading waits for it.</summary>
    public abstract ValueTask StartAsync(in Call call);

    /// <summary><c>INVALID_PARAMS</c> with every fault.</summary>
    protected static ProtocolError Invalid(IReadOnlyList<SchemaError> errors) => new(
        ErrorCodes.InvalidParams,
        errors.Count == 1 ? $"{(errors[0].Path.Length == 0 ? "params" : errors[0].Path)}: {errors[0].Message}" : $"{errors.Count} faults; details.errors lists them.",
        new JsonObject { ["errors"] = new JsonArray([.. errors.Select(error => new JsonObject { ["path"] = error.Path, ["message"] = error.Message })]) });
}

/// <summary>A method with typed params; they are checked against the schema of their type, every fault listed.</summary>
internal abstract class Method<TParams> : Method
{
    private static readonly JsonSchema Schema = JsonSchema.Compile(SchemaExporter.Export(ToolJson.TypeInfo<TParams>()));
    private static readonly byte[] Empty = "{}"u8.ToArray();

    public sealed override ValueTask StartAsync(in Call call)
    {
        var text = call.Request.Params.IsEmpty ? Empty : call.Request.Params.Span;
        if (Schema.Check(text) is { } errors)
        {
            call.Fail(Invalid(errors));
            return ValueTask.CompletedTask;
        }

        TParams parameters;
        try
        {
            parameters = JsonSerializer.Deserialize(text, ToolJson.TypeInfo<TParams>())!;
        }
        catch (JsonException fault)
        {
            call.Fail(ProtocolError.Params(fault.Path ?? "", "The value does not fit."));
            return ValueTask.CompletedTask;
        }

        return StartAsync(call, parameters);
    }

    /// <summary>Handles a request whose answer is at hand.</summary>
    protected virtual void Start(in Call call, TParams parameters) => throw new NotSupportedException();

    /// <summary>Handles a request that makes or ends a session. The default answers at once, by <see cref="Start"/>.</summary>
    protected virtual ValueTask StartAsync(Call call, TParams parameters)
    {
        Start(call, parameters);
        return ValueTask.CompletedTask;
    }
}

/// <summary>No params.</summary>
internal sealed record NoParams;
