using System.Net;
using System.Net.Security;
using System.Net.WebSockets;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Patchbay.Client.Core;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Shell;

/// <summary>Opens one WebSocket, and keeps what belongs to it.</summary>
internal sealed class SocketOpener : DelegatingHandler
{
    private const int MostBodyBytes = 64 * 1024;

    private readonly McpClientOptions _options;
    private readonly ClientWebSocket _socket = new();
    private GatheringStream? _stream;
    private Refusal? _refusal;

    /// <param name="options">Where, and with which key.</param>
    /// <param name="trust">Null: the system decides whom to trust.</param>
    public SocketOpener(McpClientOptions options, X509ChainPolicy? trust)
    {
        _options = options;
        _socket.Options.AddSubProtocol("mcp.v2");
        _socket.Options.SetRequestHeader("X-API-Key", options.ApiKey);
        // Heartbeats do this.
        _socket.Options.KeepAliveInterval = TimeSpan.Zero;
        InnerHandler = new SocketsHttpHandler
        {
            // The key must not travel.
            AllowAutoRedirect = false,
            UseCookies = false,
            // A copy: a handshake writes into it.
            SslOptions = new SslClientAuthenticationOptions { CertificateChainPolicy = trust?.Clone() },
            PlaintextStreamFilter = (context, _) => ValueTask.FromResult<Stream>(_stream = new GatheringStream(context.PlaintextStream)),
        };
    }

    public WebSocket Socket => _socket;

    public GatheringStream Stream => _stream!;

    /// <returns>Null when it is open.</returns>
    public async Task<Refusal?> OpenAsync(CancellationToken cancellationToken)
    {
        using var invoker = new HttpMessageInvoker(this, disposeHandler: false);
        try
        {
            await _socket.ConnectAsync(_options.Uri, invoker, cancellationToken).ConfigureAwait(false);
            return null;
        }
        catch (Exception fault) when (fault is WebSocketException or HttpRequestException or IOException or OperationCanceledException)
        {
            return _refusal ?? new Refusal(null, null, fault.GetBaseException().Message);
        }
    }

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var answer = await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        if (answer.StatusCode != HttpStatusCode.SwitchingProtocols)
            _refusal = await ReadRefusalAsync(answer, cancellationToken).ConfigureAwait(false);
        return answer;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
            _socket.Dispose();
        base.Dispose(disposing);
    }

    private async Task<Refusal> ReadRefusalAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        var status = (int)answer.StatusCode;
        var (code, text) = ReadBody(await ReadBytesAsync(answer, cancellationToken).ConfigureAwait(false));
        return new Refusal(status, ReadRetryAfter(answer), text ?? $"The server refused the connection with HTTP {status}.", code);
    }

    private static async Task<byte[]> ReadBytesAsync(HttpResponseMessage answer, CancellationToken cancellationToken)
    {
        try
        {
            await answer.Content.LoadIntoBufferAsync(MostBodyBytes, cancellationToken).ConfigureAwait(false);
            return await answer.Content.ReadAsByteArrayAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is HttpRequestException or IOException)
        {
            // Too long or cut off: the status says enough.
            return [];
        }
    }

    private static (string? Code, string? Text) ReadBody(byte[] body)
    {
        try
        {
            var told = JsonElement.Parse(body);
            return (Json.Text(told, "error_code") is { } code && ErrorCodes.Find(code) is not null ? code : null, Json.Text(told, "error_message"));
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return (null, null);
        }
    }

    // A number or a date (RFC 9110 section 10.2.3).
    private double? ReadRetryAfter(HttpResponseMessage answer) => answer.Headers.RetryAfter switch
    {
        { Delta: { } delta } => delta.TotalSeconds,
        { Date: { } date } => Math.Max(0, (date - _options.TimeProvider.GetUtcNow()).TotalSeconds),
        _ => null,
    };
}
