using System.Net.WebSockets;
using Patchbay.Transport;

namespace Patchbay.Client.Shell;

/// <summary>One message on its way out: a text that was taken over, or bytes somebody waits for.</summary>
internal readonly record struct Outgoing(OutboundMessage? Text, ReadOnlyMemory<byte> Binary, TaskCompletionSource? Written)
{
    public ReadOnlyMemory<byte> Bytes => Text?.Bytes ?? Binary;

    public WebSocketMessageType Type => Text is null ? WebSocketMessageType.Binary : WebSocketMessageType.Text;

    /// <summary>It is on its way, or never will be.</summary>
    public void Done()
    {
        Text?.Release();
        Written?.TrySetResult();
    }
}
