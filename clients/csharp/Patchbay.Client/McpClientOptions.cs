using System.Text.Json;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Client;

/// <summary>What a client is made with: immutable, checked when the client is made.</summary>
public sealed record McpClientOptions
{
    /// <summary><c>ws://host[:port]/path</c> or <c>wss://…</c>, without user and password.</summary>
    public required Uri Uri { get; init; }

    /// <summary>The key: printable ASCII without spaces.</summary>
    public required string ApiKey { get; init; }

    /// <summary>A PEM file of the certificates to trust, and no others; with <c>wss://</c> only. Read once, when the client or the pool is made.</summary>
    /// <value>The default is null: a server is trusted when the system trusts its certificate.</value>
    public string? CaFile { get; init; }

    /// <summary>The protocol version to speak.</summary>
    /// <value>The default is <c>2.0</c>.</value>
    public string ProtocolVersion { get; init; } = EnvelopeReader.ProtocolVersion;

    /// <summary>What the client calls itself, 1 to 128 characters.</summary>
    /// <value>The default is <c>Patchbay.Client</c>.</value>
    public string ClientName { get; init; } = "Patchbay.Client";

    /// <summary>Its version, 1 to 128 characters.</summary>
    /// <value>The default is the package's.</value>
    public string ClientVersion { get; init; } = typeof(McpClientOptions).Assembly.GetName().Version?.ToString(3) ?? "0.0.0";

    /// <summary>Whether the server's diagnostics are subscribed to. Needs the scope <c>diagnostics</c>.</summary>
    /// <value>The default is false.</value>
    public bool Diagnostics { get; init; }

    /// <summary>The least grave diagnostics to subscribe to.</summary>
    /// <value>The default is <see cref="DiagnosticLevel.Warning"/>.</value>
    public DiagnosticLevel DiagnosticsLevel { get; init; } = DiagnosticLevel.Warning;

    /// <summary>How long an attempt to connect may take, handshake and hello included: 0.1 to 300 s.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long the server may take to answer a Close: 0.05 to 60 s.</summary>
    /// <value>The default is 2 seconds.</value>
    public TimeSpan CloseTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long one attempt of a request may take: 0.001 to 300 s.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan RequestTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Time between heartbeats: 0.05 to 300 s.</summary>
    /// <value>The default is null: what the server tells, 30 seconds.</value>
    public TimeSpan? HeartbeatInterval { get; init; }

    /// <summary>Whether the session survives a lost connection.</summary>
    /// <value>The default is true.</value>
    public bool Resumable { get; init; } = true;

    /// <summary>Whether a lost connection comes back by itself.</summary>
    /// <value>The default is true.</value>
    public bool Reconnect { get; init; } = true;

    /// <summary>Whether it does after the server closed with 1000 or 1001.</summary>
    /// <value>The default is true.</value>
    public bool ReconnectOnNormalClose { get; init; } = true;

    /// <summary>The most the first attempt to reconnect waits: 0.001 to 60 s. The bound doubles with each attempt.</summary>
    /// <value>The default is 0.5 seconds.</value>
    public TimeSpan ReconnectInitialDelay { get; init; } = TimeSpan.FromSeconds(0.5);

    /// <summary>The most any attempt waits: the initial delay to 3,600 s.</summary>
    /// <value>The default is 30 seconds.</value>
    public TimeSpan ReconnectMaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Attempts in a row before giving up: 1 to 1,000,000.</summary>
    /// <value>The default is null: never.</value>
    public int? ReconnectMaxAttempts { get; init; }

    /// <summary>Whether refused requests are repeated, and held back while the server would refuse them.</summary>
    /// <value>The default is true.</value>
    public bool Retry { get; init; } = true;

    /// <summary>Repetitions of one request: 0 to 100.</summary>
    /// <value>The default is 3.</value>
    public int RetryMaxAttempts { get; init; } = 3;

    /// <summary>The most the first repetition waits: 0.001 to 60 s. The bound doubles with each.</summary>
    /// <value>The default is 0.25 seconds.</value>
    public TimeSpan RetryInitialDelay { get; init; } = TimeSpan.FromSeconds(0.25);

    /// <summary>The most any repetition waits beyond what the server asked for: the initial delay to 300 s.</summary>
    /// <value>The default is 10 seconds.</value>
    public TimeSpan RetryMaxDelay { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>The longest wait the server may ask for; a longer one goes to the caller as the error: 0 to 3,600 s.</summary>
    /// <value>The default is 60 seconds.</value>
    public TimeSpan RetryMaxWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Tokens for repetitions of all requests together: 0 to 1,000,000. One each; a success gives a tenth back.</summary>
    /// <value>The default is 10.</value>
    public int RetryBudget { get; init; } = 10;

    /// <summary>Whether requests made close together leave as one message.</summary>
    /// <value>The default is false.</value>
    public bool Batching { get; init; }

    /// <summary>Requests without an outcome at the same time: 1 to 1,000,000.</summary>
    /// <value>The default is 1,000.</value>
    public int MaxPending { get; init; } = 1000;

    /// <summary>Bytes of one received message: 1 KiB to 1 GiB. A larger one ends the connection.</summary>
    /// <value>The default is 16 MiB.</value>
    public int MaxMessageBytes { get; init; } = 16 * 1024 * 1024;

    /// <summary>Chunks of one stream that may wait for their reader: 1 to 1,000,000. Then nothing more is read from the connection.</summary>
    /// <value>The default is 64.</value>
    public int StreamBuffer { get; init; } = 64;

    /// <summary>A call that takes longer is told as a diagnostic: 0.001 to 300 s.</summary>
    /// <value>The default is 5 seconds.</value>
    public TimeSpan SlowCall { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How arguments are written and typed results read.</summary>
    /// <value>The default writes and reads names in snake case, as the server's tools have them.</value>
    public JsonSerializerOptions SerializerOptions { get; init; } = DefaultSerializerOptions;

    /// <summary>The clock.</summary>
    /// <value>The default is <see cref="TimeProvider.System"/>.</value>
    public TimeProvider TimeProvider { get; init; } = TimeProvider.System;

    private static JsonSerializerOptions DefaultSerializerOptions { get; } = MakeSerializerOptions();

    /// <summary>Without the key.</summary>
    public override string ToString() => $"{nameof(McpClientOptions)} {{ Uri = {Uri}, ClientName = {ClientName} }}";

    /// <exception cref="ArgumentException">A value is out of its range; the message names the option and the range.</exception>
    internal void Validate()
    {
        if (Uri is not { IsAbsoluteUri: true, Scheme: "ws" or "wss", Host.Length: > 0, UserInfo.Length: 0 })
            throw new ArgumentException("Uri must be ws://host[:port]/path or wss://…, without user and password.", nameof(Uri));
        if (string.IsNullOrEmpty(ApiKey) || ApiKey.AsSpan().ContainsAnyExceptInRange('!', '~'))
            throw new ArgumentException("ApiKey must be printable ASCII without spaces, and not empty.", nameof(ApiKey));
        if (CaFile is not null && Uri.Scheme != "wss")
            throw new ArgumentException("CaFile needs a Uri of wss://: without TLS there is no certificate to check.", nameof(CaFile));
        Check(nameof(ClientName), ClientName.Length, 1, 128, " characters");
        Check(nameof(ClientVersion), ClientVersion.Length, 1, 128, " characters");
        Check(nameof(ConnectTimeout), ConnectTimeout, 0.1, 300);
        Check(nameof(CloseTimeout), CloseTimeout, 0.05, 60);
        Check(nameof(RequestTimeout), RequestTimeout, 0.001, 300);
        Check(nameof(HeartbeatInterval), HeartbeatInterval ?? TimeSpan.FromSeconds(30), 0.05, 300);
        Check(nameof(ReconnectInitialDelay), ReconnectInitialDelay, 0.001, 60);
        Check(nameof(ReconnectMaxDelay), ReconnectMaxDelay, ReconnectInitialDelay.TotalSeconds, 3600);
        Check(nameof(ReconnectMaxAttempts), ReconnectMaxAttempts ?? 1, 1, 1_000_000);
        Check(nameof(RetryMaxAttempts), RetryMaxAttempts, 0, 100);
        Check(nameof(RetryInitialDelay), RetryInitialDelay, 0.001, 60);
        Check(nameof(RetryMaxDelay), RetryMaxDelay, RetryInitialDelay.TotalSeconds, 300);
        Check(nameof(RetryMaxWait), RetryMaxWait, 0, 3600);
        Check(nameof(RetryBudget), RetryBudget, 0, 1_000_000);
        Check(nameof(MaxPending), MaxPending, 1, 1_000_000);
        Check(nameof(MaxMessageBytes), MaxMessageBytes, 1024, 1 << 30, " bytes");
        Check(nameof(StreamBuffer), StreamBuffer, 1, 1_000_000);
        Check(nameof(SlowCall), SlowCall, 0.001, 300);
    }

    private static void Check(string name, TimeSpan value, double low, double high)
    {
        if (value.TotalSeconds < low || value.TotalSeconds > high)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {low} to {high} seconds.");
    }

    private static void Check(string name, int value, int low, int high, string unit = "")
    {
        if (value < low || value > high)
            throw new ArgumentOutOfRangeException(name, value, $"{name} must be {low} to {high}{unit}.");
    }

    private static JsonSerializerOptions MakeSerializerOptions()
    {
        var options = new JsonSerializerOptions(JsonSerializerDefaults.General) { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}
