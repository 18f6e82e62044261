using System.Net;
using System.Net.Sockets;
using Patchbay.Testing.Faults;

namespace Patchbay.EndToEnd.Tests.Faults;

/// <summary>Two sockets with a proxy between them.</summary>
internal sealed class ProxiedPair : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);

    private ProxiedPair()
    {
    }

    public FaultProxy Proxy { get; private set; } = null!;

    public Socket Client { get; } = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    public Socket Server { get; private set; } = null!;

    public ProxyConnection Connection { get; private set; } = null!;

    public static async Task<ProxiedPair> OpenAsync(FaultPlan plan, TimeProvider? time = null)
    {
        var pair = new ProxiedPair();
        pair._listener.Start();
        pair.Proxy = FaultProxy.Start(new Uri($"http://{pair._listener.LocalEndpoint}"), _ => plan, time);
        await pair.Client.ConnectAsync(pair.Proxy.Url.Host, pair.Proxy.Url.Port).Bounded();
        pair.Server = await pair._listener.AcceptSocketAsync().Bounded();
        pair.Server.NoDelay = true;
        pair.Connection = await pair.Proxy.ConnectionAsync(0);
        return pair;
    }

    /// <summary>Reads a number of bytes, or fewer when the end comes first.</summary>
    public static async Task<byte[]> ReadAsync(Socket socket, int count)
    {
        var bytes = new byte[count];
        var read = 0;
        while (read < count)
        {
            var part = await socket.ReceiveAsync(bytes.AsMemory(read)).AsTask().Bounded();
            if (part == 0)
                break;
            read += part;
        }

        return bytes[..read];
    }

    /// <summary>The next read: 0 at FIN, -1 at a reset, else how many bytes came.</summary>
    public static async Task<int> EndAsync(Socket socket)
    {
        try
        {
            return await socket.ReceiveAsync(new byte[1].AsMemory()).AsTask().Bounded();
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            return -1;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Server.Dispose();
        await Proxy.DisposeAsync();
        _listener.Dispose();
    }
}
