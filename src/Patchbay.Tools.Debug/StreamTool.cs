using System.ComponentModel.DataAnnotations;
using System.Text.Json.Serialization;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.Debug;

internal sealed record StreamArguments(
    [property: Range(0, 100_000)] int Chunks = 1, [property: Range(0, 65_536)] int Bytes = 16, [property: Range(0, 600_000)] int DelayMs = 0);

internal sealed record StreamResult([property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)] IReadOnlyList<string>? Data);

/// <summary><c>debug/stream</c>: sends chunks that are strings, or returns them all.</summary>
internal sealed class StreamTool(TimeProvider time) : Tool<StreamArguments, StreamResult>
{
    private const int MaxWholeBytes = 1_048_576;

    public override ToolDefinition Definition { get; } =
        DebugTool.Define("debug/stream", "Stream", "Sends chunks of bytes characters each, delay_ms apart; without stream it returns them in data.", InputSchema, OutputSchema) with { CanStream = true };

    protected override async ValueTask<ToolResult<StreamResult>> RunAsync(StreamArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var chunk = new string('x', arguments.Bytes);
        if (context.Stream is null)
        {
            if ((long)arguments.Chunks * (arguments.Bytes + 3) > MaxWholeBytes)
                return ProtocolError.Params("/chunks", $"Without stream the chunks must fit in {MaxWholeBytes} bytes together.");
            await WaitAsync(arguments.DelayMs, cancellationToken).ConfigureAwait(false);
            return new StreamResult([.. Enumerable.Repeat(chunk, arguments.Chunks)]);
        }

        for (var i = 0; i < arguments.Chunks; i++)
        {
            await WaitAsync(arguments.DelayMs, cancellationToken).ConfigureAwait(false);
            await context.Stream.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
        }

        return new StreamResult(null);
    }

    private Task WaitAsync(int milliseconds, CancellationToken cancellationToken) =>
        milliseconds == 0 ? Task.CompletedTask : Task.Delay(TimeSpan.FromMilliseconds(milliseconds), time, cancellationToken);
}
