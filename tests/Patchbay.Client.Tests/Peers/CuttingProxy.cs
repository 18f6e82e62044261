using System.Net;
using System.Net.Sockets;

namespace Patchbay.Client.Tests.Peers;

/// <summary>A TCP proxy that breaks its first connection after so many bytes in one direction; later ones pass untouched.</summary>
internal sealed class CuttingProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly int _target;
    private readonly int? _cutAfter;
    private readonly bool _up;
    private readonly List<TcpClient> _open = [];
    private readonly Task _accepting;
    private int _connections;

    /// <param name="target">The server's port.</param>
    /// <param name="cutAfter">Bytes, or null for never.</param>
    /// <param name="up">Whether those to the server are counted, or those from it.</param>
    public CuttingProxy(int target, int? cutAfter, bool up)
    {
        _target = target;
        _cutAfter = cutAfter;
        _up = up;
        _listener.Start();
        _accepting = AcceptAsync();
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>Bytes of the first connection to the server.</summary>
    public long Up { get; private set; }

    /// <summary>Bytes of the first connection from the server.</summary>
    public long Down { get; private set; }

    public async ValueTask DisposeAsync()
    {
        _listener.Stop();
        await _accepting;
        lock (_open)
        {
            foreach (var socket in _open)
                socket.Dispose();
        }
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var near = await _listener.AcceptTcpClientAsync();
                var far = new TcpClient();
                lock (_open)
                    _open.AddRange([near, far]);
                await far.ConnectAsync(IPAddress.Loopback, _target);
                near.NoDelay = far.NoDelay = true;
                var isFirst = ++_connections == 1;
                _ = PumpAsync(near, far, up: true, isFirst);
                _ = PumpAsync(far, near, up: false, isFirst);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The end.
        }
    }

    private async Task PumpAsync(TcpClient source, TcpClient target, bool up, bool isFirst)
    {
        var buffer = new byte[65_536];
        var passed = 0L;
        try
        {
            while (await source.GetStream().ReadAsync(buffer) is > 0 and var count)
            {
                var left = isFirst && up == _up && _cutAfter is { } cut ? cut - passed : long.MaxValue;
                passed += count;
                if (isFirst && up)
                    Up = passed;
                else if (isFirst)
                    Down = passed;
                await target.GetStream().WriteAsync(buffer.AsMemory(0, (int)Math.Min(left, count)));
                if (count >= left)
                    break;
            }
        }
        catch (Exception fault) when (fault is IOException or ObjectDisposedException or InvalidOperationException)
        {
            // Either end has gone.
        }

        // Either end closes both.
        source.Close();
        target.Close();
    }
}
