using System.Security.Cryptography.X509Certificates;
using System.Text.Json.Nodes;
using Patchbay.Client.Core;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Shell;

/// <summary>The shell around the core: the clock, one transport, one timer, tasks and callbacks. One lock stands before the core; nothing waits while it is held.</summary>
internal sealed partial class Driver : ITransportListener
{
    private readonly Lock _lock = new();
    private readonly ClientCore _core;
    private readonly TimeProvider _time;
    private readonly X509ChainPolicy? _trust;
    private readonly Callbacks _callbacks;
    private readonly Dictionary<long, Sink> _sinks = [];
    private readonly HashSet<long> _full = [];
    private readonly List<Output> _outputs = [];
    private readonly List<TaskCompletionSource> _waiters = [];
    private readonly ITimer _timer;
    private TaskCompletionSource _stateChanged = NewSignal();
    private SocketTransport? _transport;
    private double _timerDue = double.PositiveInfinity;
    private bool _isGathering;

    public Driver(McpClientOptions options, X509ChainPolicy? trust, Func<double>? random)
    {
        Options = options;
        _time = options.TimeProvider;
        _trust = trust;
        _core = new ClientCore(options, random ?? new Random().NextDouble, _time.GetUtcNow);
        _callbacks = new Callbacks(TellDiagnostic);
        _timer = _time.CreateTimer(static state => ((Driver)state!).Tick(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public McpClientOptions Options { get; }

    public event Action<McpConnectionState>? StateChanged;

    public event Action<McpEvent>? EventReceived;

    public event Action<McpDiagnostic>? DiagnosticReceived;

    /// <summary>Called at once, in the order of things and under the lock; for the audio streams.</summary>
    public event Action<string>? SessionLost;

    /// <summary>Called at once and under the lock when the client has closed by itself; for the pool.</summary>
    public event Action<McpException>? ClosedByItself;

    /// <summary>Whether no transport, timer or sink is left.</summary>
    internal bool HasNothingLeft
    {
        get
        {
            lock (_lock)
                return (_transport?.Ended.IsCompleted ?? true) && double.IsPositiveInfinity(_timerDue) && _sinks.Count == 0 && _waiters.Count == 0;
        }
    }

    /// <summary>Monotonic seconds.</summary>
    public double Now => (double)_time.GetTimestamp() / _time.TimestampFrequency;

    /// <summary>Reads something of the core.</summary>
    public T Look<T>(Func<ClientCore, T> what)
    {
        lock (_lock)
            return what(_core);
    }

    public JsonObject Report()
    {
        lock (_lock)
            // Through text: numbers that were read convert to any type, those that were made only to their own.
            return JsonNode.Parse(_core.Report(Now).ToJsonString())!.AsObject();
    }

    /// <summary>Done when connected; throws the error that ended it.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        await SettledAsync().ConfigureAwait(false);
        var waiter = NewSignal();
        bool began;
        lock (_lock)
        {
            if (_core.State == McpConnectionState.Connected)
                return;
            _waiters.Add(waiter);
            began = _core.State == McpConnectionState.Closed;
            _core.Connect(Now);
            CarryOut();
        }

        try
        {
            await waiter.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            lock (_lock)
                _waiters.Remove(waiter);
            if (began)
                await CloseAsync().ConfigureAwait(false);
            throw;
        }
        catch (McpException)
        {
            await SettledAsync().ConfigureAwait(false);
            throw;
        }
    }

    /// <summary>Done when every task, timer and socket is gone.</summary>
    public async Task CloseAsync()
    {
        lock (_lock)
        {
            _core.Close(Now);
            CarryOut();
        }

        await SettledAsync().ConfigureAwait(false);
        await _callbacks.DrainedAsync(Options.CloseTimeout, _time).ConfigureAwait(false);
    }

    /// <summary>Hands a request over; the sink gets what comes of it.</summary>
    /// <param name="request">It.</param>
    /// <param name="sink">Told the outcome.</param>
    /// <param name="hold">Whether it goes out with the next <see cref="Release"/>.</param>
    /// <returns>Its handle.</returns>
    public long Request(Request request, Sink sink, bool hold = false)
    {
        lock (_lock)
        {
            var handle = _core.Request(request, Now);
            _sinks[handle] = sink;
            if (sink is CallSink call)
                call.Handle = handle;
            if (!hold)
                Release();
            return handle;
        }
    }

    /// <summary>Sends what was handed over; with the option <c>Batching</c>, together with all that comes before the thread pool has a thread for it.</summary>
    public void Release()
    {
        lock (_lock)
        {
            if (!Options.Batching)
            {
                CarryOut();
                return;
            }

            if (_isGathering)
                return;
            _isGathering = true;
            ThreadPool.UnsafeQueueUserWorkItem(static driver => driver.EndGathering(), this, preferLocal: false);
        }
    }

    /// <summary>The caller is no longer interested.</summary>
    public void Cancel(long handle)
    {
        lock (_lock)
        {
            _sinks.Remove(handle);
            MakeRoom(handle);
            _core.Cancel(handle, Now);
            CarryOut();
        }
    }

    /// <summary>The consumer of a stream has made room.</summary>
    public void Room(long handle)
    {
        lock (_lock)
        {
            MakeRoom(handle);
            SetTimer();
        }
    }

    public void WantDiagnostics(JsonObject? parameters)
    {
        lock (_lock)
        {
            _core.WantDiagnostics(parameters, Now);
            CarryOut();
        }
    }

    /// <summary>One binary message, when there is a session to send it on; waits until the socket has taken it.</summary>
    public async Task SendBinaryAsync(ReadOnlyMemory<byte> message, CancellationToken cancellationToken)
    {
        while (true)
        {
            Task changed;
            bool isSent;
            lock (_lock)
            {
                isSent = _core.State == McpConnectionState.Connected;

                if (_core.State == McpConnectionState.Closed)
                    throw _core.ClosingError is { } error ? McpErrors.Again(error) : McpErrors.Make(ErrorCodes.ConnectionLost, "The client is closed.");
                changed = isSent ? _transport!.SendBinaryAsync(message) : _stateChanged.Task;
            }

            await changed.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (isSent)
                return;
        }
    }

    private void EndGathering()
    {
        lock (_lock)
        {
            _isGathering = false;
            CarryOut();
        }
    }

    // The transport of a closed client is gone.
    private Task SettledAsync()
    {
        lock (_lock)
            return _core.State == McpConnectionState.Closed && _transport is { } transport ? transport.Ended : Task.CompletedTask;
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
