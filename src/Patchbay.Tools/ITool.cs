namespace Patchbay.Tools;

/// <summary>Something a client can call by name. Most tools derive from <see cref="Tool{TArguments,TResult}"/> or come from <see cref="Tool.Create"/>.</summary>
public interface ITool
{
    /// <summary>Name, schemas, annotations and limits. Must not change while the tool is registered.</summary>
    ToolDefinition Definition { get; }

    /// <summary>Runs the tool once. Called concurrently.</summary>
    /// <param name="arguments">The arguments as UTF-8 JSON, an object already checked against <see cref="ToolDefinition.InputSchema"/>. The memory is reused when the call has ended: copy what is kept.</param>
    /// <param name="context">Who calls, and the way to send chunks and progress.</param>
    /// <param name="cancellationToken">Ends with the request: cancelled by the client, timed out, or the session is over.</param>
    /// <returns>The result, or an expected failure as a value. An exception that escapes is answered as <c>INTERNAL_ERROR</c>.</returns>
    ValueTask<ToolResult> InvokeAsync(ReadOnlyMemory<byte> arguments, ToolContext context, CancellationToken cancellationToken);
}
