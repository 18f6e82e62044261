using System.Net.WebSockets;
using System.Text;

namespace Patchbay.Load;

/// <summary>The yardstick of the client: a <see cref="ClientWebSocket"/> that sends one message for each it receives, and looks at none.</summary>
internal sealed class BareClient(ClientWebSocket socket, int messageBytes) : IDisposable
{
    private readonly byte[] _message = Encoding.ASCII.GetBytes(new string('x', messageBytes));
    private readonly byte[] _buffer = new byte[4096];

    public static async Task<BareClient> ConnectAsync(Uri url, int messageBytes)
    {
        var socket = new ClientWebSocket();
        socket.Options.KeepAliveInterval = TimeSpan.Zero;
        await socket.ConnectAsync(new UriBuilder(url) { Scheme = "ws" }.Uri, CancellationToken.None);
        return new BareClient(socket, messageBytes);
    }

    public async Task<long> RunAsync(int inFlight, CancellationToken stop)
    {
        for (var i = 0; i < inFlight; i++)
            await SendAsync();
        var answered = 0L;
        for (var open = inFlight; open > 0;)
        {
            while (!(await socket.ReceiveAsync(_buffer.AsMemory(), CancellationToken.None)).EndOfMessage)
            {
                // The rest of it.
            }

            answered++;
            if (stop.IsCancellationRequested)
                open--;
            else
                await SendAsync();
        }

        return answered;
    }

    public void Dispose() => socket.Dispose();

    private ValueTask SendAsync() => socket.SendAsync(_message.AsMemory(), WebSocketMessageType.Text, endOfMessage: true, CancellationToken.None);
}
