using System.Net.Sockets;

namespace Patchbay.Testing.Faults;

/// <summary>One connection through a proxy: two sockets, and a pump for each direction.</summary>
public sealed class ProxyConnection
{
    private readonly Socket _client;
    private readonly Socket _server;
    private readonly FaultPlan _plan;
    private readonly TimeProvider _time;
    private readonly CancellationTokenSource _cut = new();
    private readonly TaskCompletionSource _released = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource _stalled = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock _lock = new();
    private CutKind? _howCut;
    private bool _isSilent;
    private long _toServer;
    private long _toClient;

    internal ProxyConnection(Socket client, Socket server, FaultPlan plan, TimeProvider time)
    {
        _client = client;
        _server = server;
        _plan = plan;
        _time = time;
        client.NoDelay = server.NoDelay = true;
        Ended = RunAsync();
    }

    /// <summary>Bytes of the client that the server was sent.</summary>
    public long ToServer => Interlocked.Read(ref _toServer);

    /// <summary>Bytes of the server that the client was sent.</summary>
    public long ToClient => Interlocked.Read(ref _toClient);

    /// <summary>Completes when a direction has reached its stall.</summary>
    public Task Stalled => _stalled.Task;

    /// <summary>Completes when nothing is forwarded any more.</summary>
    public Task Ended { get; }

    /// <summary>Ends every stall: what waited goes on.</summary>
    public void Release() => _released.TrySetResult();

    /// <summary>From here on nothing arrives at either side, and neither is told.</summary>
    public void Silence() => Volatile.Write(ref _isSilent, true);

    /// <summary>Cuts the connection now; a reset may follow a FIN.</summary>
    public void Cut(CutKind kind)
    {
        lock (_lock)
        {
            if (_howCut >= kind)
                return;
            _howCut = kind;
        }

        foreach (var socket in (Socket[])[_client, _server])
            End(socket, kind);
        // After a FIN the sockets stay open, so that what the peers still send does not turn it into a reset.
        if (kind == CutKind.Reset)
            _cut.Cancel();
        Release();
    }

    private bool IsCut
    {
        get
        {
            lock (_lock)
                return _howCut is not null;
        }
    }

    private static void End(Socket socket, CutKind kind)
    {
        try
        {
            if (kind == CutKind.Reset)
            {
                socket.LingerState = new LingerOption(enable: true, seconds: 0);
                socket.Close();
            }
            else
            {
                socket.Shutdown(SocketShutdown.Send);
            }
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException)
        {
            // The peer was faster.
        }
    }

    private async Task RunAsync()
    {
        await Task.WhenAll(
            PumpAsync(_client, _server, _plan.ToServer, () => ref _toServer),
            PumpAsync(_server, _client, _plan.ToClient, () => ref _toClient));
        _client.Dispose();
        _server.Dispose();
    }

    private async Task PumpAsync(Socket from, Socket to, DirectionPlan plan, Total total)
    {
        try
        {
            await ForwardAsync(from, to, plan, total);
        }
        catch (Exception fault) when (fault is SocketException or ObjectDisposedException or OperationCanceledException)
        {
            // A reset of one side is passed on to the other; after a cut this does nothing.
            Cut(CutKind.Reset);
        }
    }

    private async Task ForwardAsync(Socket from, Socket to, DirectionPlan plan, Total total)
    {
        var buffer = new byte[plan.ChunkBytes];
        while (true)
        {
            var done = total();
            if (plan.CutAfter == done)
                Cut(_plan.Cut);
            if (plan.StallAfter == done)
            {
                _stalled.TrySetResult();
                await _released.Task.WaitAsync(_cut.Token);
            }

            var count = await from.ReceiveAsync(buffer.AsMemory(0, Next(plan, done)), _cut.Token);
            var isSilent = Volatile.Read(ref _isSilent) || plan.SilenceAfter <= done;
            if (count == 0)
            {
                if (!isSilent)
                    End(to, CutKind.Fin);
                return;
            }

            if (plan.Delay > TimeSpan.Zero)
                await Task.Delay(plan.Delay, _time, _cut.Token);
            if (isSilent || IsCut)
                continue;
            // Counted first: who has read them may look.
            Interlocked.Add(ref total(), count);
            for (var sent = 0; sent < count;)
                sent += await to.SendAsync(buffer.AsMemory(sent, count - sent), _cut.Token);
        }
    }

    // Reading stops at the next place where something happens.
    private int Next(DirectionPlan plan, long done)
    {
        var next = (long)plan.ChunkBytes;
        foreach (var place in (long?[])[plan.CutAfter, plan.StallAfter, plan.SilenceAfter])
        {
            if (place > done)
                next = Math.Min(next, place.Value - done);
        }

        return (int)next;
    }

    private delegate ref long Total();
}
