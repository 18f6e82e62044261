using System.Net.WebSockets;
using System.Text;
using Patchbay.Testing;
using Patchbay.Transport.InMemory;

namespace Patchbay.Transport.Tests;

/// <summary>A connection without a socket, and the stream of its peer. As in the server, the stream is ended when the connection has run.</summary>
internal sealed class Pair : IDisposable
{
    private readonly Stream _server;

    public Pair(Recorder? recorder = null, TransportOptions? options = null, TimeProvider? time = null, int bufferBytes = 65_536)
    {
        (_server, Client) = DuplexPair.Create(bufferBytes);
        Handler = recorder ?? new Recorder();
        Connection = new Connection(_server, options ?? new TransportOptions(), time ?? TimeProvider.System);
    }

    public Recorder Handler { get; }

    public Connection Connection { get; }

    public Stream Client { get; }

    public Task<ConnectionEnd> Run { get; private set; } = Task.FromResult(default(ConnectionEnd));

    public Pair Start()
    {
        Run = RunAsync();
        return this;
    }

    /// <summary>A peer that is not ours.</summary>
    public WebSocket Peer() => WebSocket.CreateFromStream(Client, new WebSocketCreationOptions { IsServer = false, KeepAliveInterval = TimeSpan.Zero });

    public void Send(string text)
    {
        Connection.Send(Message(text));
        Connection.Flush();
    }

    public static OutboundMessage Message(string text)
    {
        var message = new OutboundMessage();
        var bytes = Encoding.UTF8.GetBytes(text);
        bytes.CopyTo(message.GetSpan(bytes.Length));
        message.Advance(bytes.Length);
        return message;
    }

    public async Task WriteAsync(byte first, byte[] payload) => await Client.WriteAsync(RawFrame.Encode(first, payload)).AsTask().Bounded();

    /// <summary>The next frame of the server; null at its end.</summary>
    public async Task<RawFrame?> ReadAsync()
    {
        var head = new byte[2];
        if (await Client.ReadAtLeastAsync(head, 2, throwOnEndOfStream: false).AsTask().Bounded() < 2)
            return null;
        Assert.True(head[1] < 126, "These tests read short frames only.");
        var payload = new byte[head[1]];
        await Client.ReadExactlyAsync(payload).AsTask().Bounded();
        return new RawFrame(head[0], payload);
    }

    public void Dispose()
    {
        Client.Dispose();
        Connection.Dispose();
    }

    private async Task<ConnectionEnd> RunAsync()
    {
        try
        {
            return await Connection.RunAsync(Handler);
        }
        finally
        {
            await _server.DisposeAsync();
        }
    }
}
