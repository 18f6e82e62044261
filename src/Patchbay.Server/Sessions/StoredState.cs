using System.Text.Json;
using Patchbay.Server.Dispatch.Methods;
using Patchbay.Tools;

namespace Patchbay.Server.Sessions;

/// <summary>What is stored of a session beside its messages, in the engine's own form.</summary>
internal sealed record StoredState(ClientInfo? Client, IReadOnlyList<string> EventTypes, DiagnosticFilter? Diagnostics)
{
    public ReadOnlyMemory<byte> ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, ToolJson.TypeInfo<StoredState>());

    public static StoredState? FromJson(ReadOnlyMemory<byte> json) =>
        json.IsEmpty ? null : JsonSerializer.Deserialize(json.Span, ToolJson.TypeInfo<StoredState>());
}
