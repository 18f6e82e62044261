using System.Net;
using System.Net.Sockets;

namespace Patchbay.Testing.Faults;

/// <summary>
/// A TCP proxy on a loopback port that breaks connections on purpose. Each connection has a plan of its own, by the order of acceptance, so a test that
/// draws its plans from a seed repeats itself.
/// </summary>
public sealed class FaultProxy : IAsyncDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly CancellationTokenSource _stop = new();
    private readonly Func<int, FaultPlan> _plan;
    private readonly TimeProvider _time;
    private readonly Lock _lock = new();
    private readonly List<TaskCompletionSource<ProxyConnection>> _connections = [];
    private readonly Task _accepting;
    private Uri _target;
    private int _accepted;

    private FaultProxy(Uri target, Func<int, FaultPlan> plan, TimeProvider time)
    {
        _target = target;
        _plan = plan;
        _time = time;
        _listener.Start();
        Url = new Uri($"http://127.0.0.1:{((IPEndPoint)_listener.LocalEndpoint).Port}");
        _accepting = AcceptAsync();
    }

    /// <summary>Where clients connect to.</summary>
    public Uri Url { get; }

    /// <summary>Where new connections go; changed when a server was started anew on another port.</summary>
    public Uri Target
    {
        get
        {
            lock (_lock)
                return _target;
        }
        set
        {
            lock (_lock)
                _target = value;
        }
    }

    /// <summary>Connections accepted so far.</summary>
    public int Accepted
    {
        get
        {
            lock (_lock)
                return _accepted;
        }
    }

    /// <summary>Starts a proxy in front of a server.</summary>
    /// <param name="target">The server.</param>
    /// <param name="plan">The plan of the connection with this number, from 0; null lets everything through.</param>
    /// <param name="time">The clock of delays; null for the real one.</param>
    public static FaultProxy Start(Uri target, Func<int, FaultPlan>? plan = null, TimeProvider? time = null) =>
        new(target, plan ?? (static _ => FaultPlan.None), time ?? TimeProvider.System);

    /// <summary>The connection with this number, from 0, once it was accepted and the server reached.</summary>
    public Task<ProxyConnection> ConnectionAsync(int number) => Slot(number).Task.Bounded();

    /// <summary>Cuts every connection that stands.</summary>
    public void CutAll(CutKind kind)
    {
        List<ProxyConnection> standing;
        lock (_lock)
            standing = [.. _connections.Where(slot => slot.Task.IsCompletedSuccessfully).Select(slot => slot.Task.Result)];
        foreach (var connection in standing)
            connection.Cut(kind);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        _listener.Dispose();
        await _accepting;
        CutAll(CutKind.Reset);
        foreach (var slot in _connections.Where(slot => slot.Task.IsCompletedSuccessfully))
            await slot.Task.Result.Ended.Bounded();
        _stop.Dispose();
    }

    private async Task AcceptAsync()
    {
        try
        {
            while (true)
            {
                var client = await _listener.AcceptSocketAsync(_stop.Token);
                int number;
                Uri target;
                lock (_lock)
                {
                    number = _accepted++;
                    target = _target;
                }

                await ConnectAsync(client, number, target);
            }
        }
        catch (OperationCanceledException)
        {
            // Disposed.
        }
    }

    private async Task ConnectAsync(Socket client, int number, Uri target)
    {
        var server = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await server.ConnectAsync(target.Host, target.Port, _stop.Token);
        }
        catch (SocketException)
        {
            // Nobody listens: the client sees what it would see without a proxy.
            server.Dispose();
            client.LingerState = new LingerOption(enable: true, seconds: 0);
            client.Dispose();
            return;
        }

        Slot(number).SetResult(new ProxyConnection(client, server, _plan(number), _time));
    }

    private TaskCompletionSource<ProxyConnection> Slot(int number)
    {
        lock (_lock)
        {
            while (_connections.Count <= number)
                _connections.Add(new TaskCompletionSource<ProxyConnection>(TaskCreationOptions.RunContinuationsAsynchronously));
            return _connections[number];
        }
    }
}
