using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using Patchbay.Transport;

namespace Patchbay.Client.Shell;

/// <summary>One connection's life: one task receives, one sends, nobody else touches the socket.</summary>
/// <remarks>What is queued is bounded by the core's bound on open requests; binary messages wait for the socket one by one.</remarks>
internal sealed partial class SocketTransport(McpClientOptions options, X509ChainPolicy? trust, ITransportListener listener)
{
    // No Close came (RFC 6455 §7.1.5).
    private const int NoClose = 1006;

    private readonly CancellationTokenSource _opening = new();
    private readonly Lock _lock = new();
    private readonly Wakeup _something = new();
    private List<Outgoing> _queue = [];
    private List<Outgoing> _taken = [];
    private TaskCompletionSource? _paused;
    private WebSocket? _socket;
    private ITimer? _patience;
    private (int Code, string Reason)? _drop;
    private (int Code, string Reason)? _received;

    /// <summary>Done when its tasks and its socket are gone.</summary>
    public Task Ended { get; private set; } = Task.CompletedTask;

    public bool IsDropped
    {
        get
        {
            lock (_lock)
                return _drop is not null;
        }
    }

    /// <summary>Opens when the one before it is gone.</summary>
    public void Start(SocketTransport? previous) => Ended = Task.Run(() => RunAsync(previous?.Ended ?? Task.CompletedTask));

    /// <summary>Queues one text message, and takes it over.</summary>
    public void Send(OutboundMessage message) => Add(new Outgoing(message, default, null));

    /// <summary>Queues one binary message; the task is done when it is on its way or never will be.</summary>
    public Task SendBinaryAsync(ReadOnlyMemory<byte> message)
    {
        var written = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        Add(new Outgoing(null, message, written));
        return written.Task;
    }

    /// <summary>Holds reading back, or goes on.</summary>
    public void Pause(bool isPaused)
    {
        lock (_lock)
        {
            if (isPaused)
            {
                _paused ??= new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
                return;
            }

            _paused?.SetResult();
            _paused = null;
        }
    }

    /// <summary>Sends what is queued, then a Close, and ends; tells nobody.</summary>
    public void Drop(int code, string reason)
    {
        lock (_lock)
        {
            if (_drop is not null)
                return;
            _drop = (code, reason);
            // A peer that does not answer the Close, or takes nothing, is not waited for.
            _patience = options.TimeProvider.CreateTimer(static state => ((SocketTransport)state!)._socket?.Abort(), this, options.CloseTimeout, Timeout.InfiniteTimeSpan);
        }

        // Not here: what waits for the token would go on under the driver's lock.
        _ = _opening.CancelAsync();
        Pause(false);
        _something.Set();
    }

    private void Add(in Outgoing outgoing)
    {
        lock (_lock)
        {
            if (_received is null)
            {
                _queue.Add(outgoing);
                _something.Set();
                return;
            }
        }

        outgoing.Done();
    }

    private async Task RunAsync(Task previous)
    {
        await previous.ConfigureAwait(false);
        using var opener = new SocketOpener(options, trust);
        _socket = opener.Socket;
        try
        {
            if (IsDropped)
                return;
            var refusal = await opener.OpenAsync(_opening.Token).ConfigureAwait(false);
            if (refusal is null)
                await LiveAsync(opener).ConfigureAwait(false);
            else
                listener.TransportRefused(this, refusal);
        }
        finally
        {
            End(NoClose, "");
            foreach (var outgoing in _queue)
                outgoing.Done();
            lock (_lock)
                _patience?.Dispose();
        }
    }

    private async Task LiveAsync(SocketOpener opener)
    {
        var sending = SendLoopAsync(opener);
        listener.TransportOpened(this);
        var (code, reason) = await ReceiveLoopAsync(opener).ConfigureAwait(false);
        End(code, reason);
        await sending.ConfigureAwait(false);
        listener.TransportClosed(this, code, reason);
    }

    private void End(int code, string reason)
    {
        lock (_lock)
            _received ??= (code, reason);
        _something.Set();
    }
}
