using System.ComponentModel.DataAnnotations;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Debug;

internal sealed record FailArguments([property: StringLength(2048)] string Message = "failed as asked");

internal sealed record NoResult;

/// <summary><c>debug/fail</c>: fails with a message.</summary>
internal sealed class FailTool : Tool<FailArguments, NoResult>
{
    public override ToolDefinition Definition { get; } = DebugTool.Define("debug/fail", "Fail", "Fails with the message.", InputSchema, OutputSchema);

    protected override ValueTask<ToolResult<NoResult>> RunAsync(FailArguments arguments, ToolContext context, CancellationToken cancellationToken) =>
        ValueTask.FromResult<ToolResult<NoResult>>(ProtocolError.Failed(arguments.Message));
}
