using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Shell;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Client;

/// <summary>A connection to a Patchbay server that comes back by itself. Safe to be used by many threads.</summary>
/// <example><code>
/// await using var client = new McpClient(new McpClientOptions { Uri = new("ws://127.0.0.1:8000/api/mcp/ws"), ApiKey = key });
/// await client.ConnectAsync();
/// var report = await client.CallToolAsync("system/diagnostics", new { level = "basic" });
/// </code></example>
public sealed partial class McpClient : IAsyncDisposable
{
    private readonly Driver _driver;
    private int _groups;

    /// <summary>Makes a client; it does nothing yet.</summary>
    /// <exception cref="ArgumentException">An option is out of its range, or <see cref="McpClientOptions.CaFile"/> cannot be used.</exception>
    public McpClient(McpClientOptions options)
        : this(options, null)
    {
    }

    internal McpClient(McpClientOptions options, Func<double>? random, X509ChainPolicy? trust = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        options.Validate();
        _driver = new Driver(options, trust ?? Trust.Read(options), random);
        _driver.StateChanged += state => StateChanged?.Invoke(this, state);
        _driver.EventReceived += received => EventReceived?.Invoke(this, received);
        _driver.DiagnosticReceived += diagnostic => DiagnosticReceived?.Invoke(this, diagnostic);
        if (options.Diagnostics)
            EnableDiagnostics();
    }

    /// <summary>The state changed.</summary>
    /// <remarks>Handlers of this and the other events run one after the other, outside the receiving task; one that throws is told as the diagnostic <c>callback_failed</c>.</remarks>
    public event EventHandler<McpConnectionState>? StateChanged;

    /// <summary>The server sent an event that was subscribed to.</summary>
    public event EventHandler<McpEvent>? EventReceived;

    /// <summary>A diagnostic, the server's or this client's own.</summary>
    public event EventHandler<McpDiagnostic>? DiagnosticReceived;

    /// <summary>What it was made with.</summary>
    public McpClientOptions Options => _driver.Options;

    /// <summary>Where the connection stands.</summary>
    public McpConnectionState State => _driver.Look(static core => core.State);

    /// <summary>Given by the server; null before the first welcome.</summary>
    public string? ClientId => _driver.Look(static core => core.ClientId);

    /// <summary>The session's; stays the same when it is resumed.</summary>
    public string? SessionId => _driver.Look(static core => core.SessionId);

    /// <summary>Who the server is.</summary>
    public McpServerInfo Server => _driver.Look(static core => core.Server);

    /// <summary>The server's limits.</summary>
    public McpLimits Limits => _driver.Look(static core => core.Limits);

    /// <summary>How many requests have no outcome yet.</summary>
    public int OpenRequests => _driver.Look(static core => core.OpenRequests);

    internal Driver Driver => _driver;

    /// <summary>Connects. One attempt, which throws its error; a connection that stood once comes back by itself.</summary>
    /// <exception cref="McpException">It could not be made.</exception>
    public Task ConnectAsync(CancellationToken cancellationToken = default) => _driver.ConnectAsync(cancellationToken);

    /// <summary>Closes for good: open requests fail with <c>CONNECTION_LOST</c>, and no task, timer or socket is left. A second close does nothing.</summary>
    /// <param name="cancellationToken">Ends the waiting, not the closing.</param>
    public Task CloseAsync(CancellationToken cancellationToken = default) => _driver.CloseAsync().WaitAsync(cancellationToken);

    /// <inheritdoc />
    public async ValueTask DisposeAsync() => await _driver.CloseAsync().ConfigureAwait(false);

    /// <summary>Subscribes to events (and again after a lost session).</summary>
    /// <returns>What is subscribed now.</returns>
    public Task<IReadOnlyList<string>> SubscribeAsync(IEnumerable<string> eventTypes, CancellationToken cancellationToken = default) =>
        ChangeEventsAsync("events/subscribe", eventTypes, cancellationToken);

    /// <summary>Ends subscriptions.</summary>
    /// <returns>What is still subscribed.</returns>
    public Task<IReadOnlyList<string>> UnsubscribeAsync(IEnumerable<string> eventTypes, CancellationToken cancellationToken = default) =>
        ChangeEventsAsync("events/unsubscribe", eventTypes, cancellationToken);

    /// <summary>Subscribes to the server's diagnostics, now or when connected, and again after a lost session. Needs the scope <c>diagnostics</c>.</summary>
    /// <param name="level">The least grave to be told; null for <see cref="McpClientOptions.DiagnosticsLevel"/>.</param>
    /// <param name="components">Which; null for all.</param>
    public void EnableDiagnostics(DiagnosticLevel? level = null, IEnumerable<string>? components = null) => _driver.WantDiagnostics(new JsonObject
    {
        ["level"] = EnvelopeWriter.LevelName(level ?? Options.DiagnosticsLevel),
        ["components"] = new JsonArray([.. (components ?? ["*"]).Select(name => (JsonNode)name)]),
    });

    /// <summary>Ends that subscription. This client's own diagnostics still come.</summary>
    public void DisableDiagnostics() => _driver.WantDiagnostics(null);

    /// <summary>This connection's report, in the shape of protocol section 9, with <c>connection</c>. Needs no server.</summary>
    public JsonObject GetDiagnostics() => _driver.Report();

    /// <summary>The server's report, in the same shape (<c>diagnostics/report</c>). Needs the scope <c>diagnostics</c>.</summary>
    public Task<JsonElement> ServerDiagnosticsAsync(CancellationToken cancellationToken = default) => RequestAsync("diagnostics/report", null, null, cancellationToken);

    private async Task<IReadOnlyList<string>> ChangeEventsAsync(string method, IEnumerable<string> eventTypes, CancellationToken cancellationToken)
    {
        var parameters = new JsonObject { ["event_types"] = new JsonArray([.. eventTypes.Select(name => (JsonNode)name)]) };
        var answer = await RequestAsync(method, parameters, null, cancellationToken).ConfigureAwait(false);
        return [.. answer.GetProperty("event_types").EnumerateArray().Select(name => name.GetString()!)];
    }
}
