using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Core;
using Patchbay.Client.Errors;
using Patchbay.Client.Shell;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client;

/// <summary>Several connections used as one: a call goes to the connected one with the fewest open requests.</summary>
/// <remarks>
/// A client that ended by an error that may pass is replaced; by one that will not (<c>INVALID_API_KEY</c> and the like) it is left out, and when the last one is out,
/// calls fail with that error. All connections of one key share its rate limit on the server.
/// </remarks>
public sealed class McpClientPool : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly McpClientOptions _options;
    private readonly X509ChainPolicy? _trust;
    private readonly int _size;
    private readonly List<McpClient> _clients = [];
    private readonly HashSet<Task> _replacing = [];
    private readonly Func<double>? _random;
    private readonly Random _jitter = new();
    private CancellationTokenSource _closing = new();
    private McpException? _lastError;
    private bool _isClosed = true;

    /// <summary>Makes a pool; it does nothing yet.</summary>
    /// <param name="options">What each client is made with.</param>
    /// <param name="size">How many clients, 1 to 64.</param>
    /// <exception cref="ArgumentException">An option or the size is out of its range, or <see cref="McpClientOptions.CaFile"/> cannot be used.</exception>
    public McpClientPool(McpClientOptions options, int size = 4)
        : this(options, size, null)
    {
    }

    internal McpClientPool(McpClientOptions options, int size, Func<double>? random)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        if (size is < 1 or > 64)
            throw new ArgumentOutOfRangeException(nameof(size), size, "size must be 1 to 64.");
        _options = options;
        _trust = Trust.Read(options);
        _size = size;
        _random = random;
    }

    /// <summary>Those that take calls, or will again.</summary>
    public IReadOnlyList<McpClient> Clients
    {
        get
        {
            lock (_lock)
                return [.. _clients];
        }
    }

    /// <summary>Connects all; when one fails, the others are closed and its error is thrown.</summary>
    public async Task ConnectAsync(CancellationToken cancellationToken = default)
    {
        var clients = new List<McpClient>();
        lock (_lock)
        {
            if (!_isClosed)
                return;
            _isClosed = false;
            _lastError = null;
            _closing = new CancellationTokenSource();
            for (var i = 0; i < _size; i++)
                clients.Add(Make());
        }

        try
        {
            await Task.WhenAll(clients.Select(client => client.ConnectAsync(cancellationToken))).ConfigureAwait(false);
            lock (_lock)
            {
                if (_isClosed)
                    throw McpErrors.Make(ErrorCodes.ConnectionLost, "Closed by the caller.");
                // One may have ended again already; it is replaced like any other.
                _clients.AddRange(clients);
            }
        }
        catch
        {
            lock (_lock)
                _isClosed = true;
            await Task.WhenAll(clients.Select(client => client.CloseAsync(CancellationToken.None))).ConfigureAwait(false);
            throw;
        }

        foreach (var client in clients)
            LookAfter(client);
    }

    /// <summary>Closes all; no task, timer or socket is left.</summary>
    public async Task CloseAsync()
    {
        Task[] work;
        lock (_lock)
        {
            _isClosed = true;
            work = [.. _replacing, .. _clients.Select(client => client.CloseAsync())];
            _clients.Clear();
        }

        await _closing.CancelAsync().ConfigureAwait(false);
        await Task.WhenAll(work).ConfigureAwait(false);
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await CloseAsync().ConfigureAwait(false);

    /// <inheritdoc cref="McpClient.CallToolAsync(string, object?, McpCallOptions?, CancellationToken)" />
    public Task<JsonElement> CallToolAsync(string name, object? arguments = null, McpCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Pick().CallToolAsync(name, arguments, options, cancellationToken);

    /// <inheritdoc cref="McpClient.CallToolAsync{T}(string, object?, McpCallOptions?, CancellationToken)" />
    public Task<T> CallToolAsync<T>(string name, object? arguments = null, McpCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Pick().CallToolAsync<T>(name, arguments, options, cancellationToken);

    /// <inheritdoc cref="McpClient.StreamToolAsync" />
    /// <remarks>The connection is chosen now.</remarks>
    public McpToolStream StreamToolAsync(string name, object? arguments = null, McpCallOptions? options = null, CancellationToken cancellationToken = default) =>
        Pick().StreamToolAsync(name, arguments, options, cancellationToken);

    /// <inheritdoc cref="McpClient.CallToolsAsync" />
    /// <remarks>One batch, so one connection.</remarks>
    public Task<IReadOnlyList<McpOutcome>> CallToolsAsync(IEnumerable<McpToolCall> calls, CancellationToken cancellationToken = default) =>
        Pick().CallToolsAsync(calls, cancellationToken);

    /// <inheritdoc cref="McpClient.ListToolsAsync" />
    public Task<IReadOnlyList<McpTool>> ListToolsAsync(CancellationToken cancellationToken = default) => Pick().ListToolsAsync(cancellationToken);

    /// <summary><c>active_connections</c> of the pool, and the report of each client under <c>clients</c>.</summary>
    public JsonObject GetDiagnostics()
    {
        var reports = Clients.Select(client => client.GetDiagnostics()).ToArray();
        return new JsonObject { ["active_connections"] = reports.Sum(report => (int)report["active_connections"]!), ["clients"] = new JsonArray([.. reports]) };
    }

    private McpClient Pick()
    {
        lock (_lock)
        {
            foreach (var wanted in (ReadOnlySpan<McpConnectionState>)[McpConnectionState.Connected, McpConnectionState.Reconnecting])
            {
                // The first of equals.
                if (_clients.Where(client => client.State == wanted).MinBy(client => client.OpenRequests) is { } client)
                    return client;
            }

            throw _lastError is null
                ? McpErrors.Make(ErrorCodes.ConnectionFailed, "The pool has no connection: call ConnectAsync first.")
                : McpErrors.Again(_lastError);
        }
    }

    private McpClient Make()
    {
        var client = new McpClient(_options, _random, _trust);
        // Told under the client's lock; Pick takes the two the other way round.
        client.Driver.ClosedByItself += error => ThreadPool.UnsafeQueueUserWorkItem(_ => Ended(client, error), null);
        return client;
    }

    // It may have ended before it was in the list.
    private void LookAfter(McpClient client)
    {
        if (client.Driver.Look(static core => core.State == McpConnectionState.Closed ? core.ClosingError : null) is { } error)
            Ended(client, error);
    }

    // `client` has closed by itself.
    private void Ended(McpClient client, McpException error)
    {
        lock (_lock)
        {
            if (_isClosed || !_clients.Remove(client))
                return;
            _lastError = error;
            var replacing = ReplaceAsync(client, error, _closing.Token);
            _replacing.Add(replacing);
            _ = replacing.ContinueWith(Replaced, CancellationToken.None, TaskContinuationOptions.None, TaskScheduler.Default);
        }
    }

    private void Replaced(Task replacing)
    {
        lock (_lock)
            _replacing.Remove(replacing);
    }

    private async Task ReplaceAsync(McpClient old, McpException error, CancellationToken closing)
    {
        await Task.Yield();
        await old.CloseAsync(CancellationToken.None).ConfigureAwait(false);
        for (var attempt = 0; error.Retryable; attempt++)
        {
            var wait = (error.RetryAfterSeconds ?? 0) + Backoff.FullJitter(NextRandom, _options.ReconnectInitialDelay, _options.ReconnectMaxDelay, attempt);
            var client = Make();
            try
            {
                await Task.Delay(TimeSpan.FromSeconds(wait), _options.TimeProvider, closing).ConfigureAwait(false);
                await client.ConnectAsync(closing).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }
            catch (McpException failure)
            {
                lock (_lock)
                    _lastError = error = failure;
                continue;
            }

            if (Take(client))
                LookAfter(client);
            else
                await client.CloseAsync(CancellationToken.None).ConfigureAwait(false);
            return;
        }
    }

    private bool Take(McpClient client)
    {
        lock (_lock)
        {
            if (_isClosed)
                return false;
            _clients.Add(client);
            return true;
        }
    }

    private double NextRandom()
    {
        lock (_lock)
            return _random is null ? _jitter.NextDouble() : _random();
    }
}
