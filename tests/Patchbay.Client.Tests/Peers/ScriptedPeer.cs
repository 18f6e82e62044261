using System.Net;
using System.Net.Sockets;
using System.Threading.Channels;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Peers;

/// <summary>A WebSocket server that does what a test says, on a port of its own.</summary>
internal sealed class ScriptedPeer : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly Channel<Attempt> _attempts = Channel.CreateBounded<Attempt>(1000);
    private readonly List<TcpClient> _sockets = [];
    private readonly Task _accepting;

    public ScriptedPeer()
    {
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public Uri Uri => new($"ws://127.0.0.1:{Port}/api/mcp/ws");

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many handshakes have come.</summary>
    public int Tried { get; private set; }

    /// <summary>The next handshake, which waits for its decision.</summary>
    public Task<Attempt> AttemptAsync() => _attempts.Reader.ReadAsync().AsTask().Bounded();

    /// <summary>The next handshake, however long it takes.</summary>
    public ValueTask<Attempt> AttemptAsync(CancellationToken cancellationToken) => _attempts.Reader.ReadAsync(cancellationToken);

    public async Task<PeerConnection> OpenAsync() => await (await AttemptAsync()).AcceptAsync();

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        lock (_sockets)
        {
            foreach (var socket in _sockets)
                socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        while (true)
        {
            TcpClient socket;
            try
            {
                socket = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
            {
                return;
            }

            lock (_sockets)
                _sockets.Add(socket);
            _ = HandshakeAsync(socket);
        }
    }

    private async Task HandshakeAsync(TcpClient socket)
    {
        try
        {
            socket.NoDelay = true;
            if (await Attempt.ReadAsync(socket) is not { } attempt)
                return;
            Tried++;
            await _attempts.Writer.WriteAsync(attempt);
        }
        catch (IOException)
        {
            // Gone before it said what it wanted.
        }
    }
}
