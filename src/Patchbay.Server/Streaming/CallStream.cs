using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Patchbay.Server.Dispatch;
using Patchbay.Server.Sessions;
using Patchbay.Tools;

namespace Patchbay.Server.Streaming;

/// <summary>Sends the chunks of one call; each waits for room, so a slow reader slows its tool down.</summary>
internal sealed class CallStream(ToolCall call) : ToolStream
{
    private int _index;

    /// <summary>How many chunks were sent.</summary>
    public int Count => _index;

    public override ValueTask WriteAsync<T>(T chunk, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken) =>
        SendAsync((chunk, typeInfo), static (writer, state) => JsonSerializer.Serialize(writer, state.chunk, state.typeInfo), cancellationToken);

    public override ValueTask WriteAsync(string chunk, CancellationToken cancellationToken) =>
        SendAsync(chunk, static (writer, text) => writer.WriteStringValue(text), cancellationToken);

    private ValueTask SendAsync<TState>(TState state, Action<Utf8JsonWriter, TState> write, CancellationToken cancellationToken)
    {
        var message = call.Owner.Outbox.WriteEvent("tool.chunk", call.ToolName, (call.RequestId, Index: _index++, state, write), static (writer, chunk) =>
        {
            writer.WriteStartObject();
            writer.WriteString("request_id", chunk.RequestId);
            writer.WriteNumber("index", chunk.Index);
            writer.WritePropertyName("chunk");
            chunk.write(writer, chunk.state);
            writer.WriteEndObject();
        });
        return call.SendBeforeAnswerAsync(message, cancellationToken);
    }
}
