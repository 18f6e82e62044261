using System.Globalization;
using System.Net.WebSockets;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Server;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Tickets;
using Patchbay.Tools.Diagnostics;
using Patchbay.Transport.WebSockets;

namespace Patchbay.AspNetCore.Telemetry.Checks;

/// <summary>Connects to this very server as a browser does, with a ticket, and asks it a <c>ping</c>: handshake, guard, engine and socket in one round trip.</summary>
internal sealed class WebSocketEchoCheck(IServiceProvider services, OwnAddresses addresses, TicketDesk desk) : IDiagnosticCheck
{
    private const double DegradedMs = 250;
    private const double UnhealthyMs = 2_000;
    private const int MaxAnswerBytes = 16_384;

    public string Id => "server.websocket_echo";

    public string Component => "network";

    public DiagnosticLevel Level => DiagnosticLevel.Full;

    public async ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        if (addresses.All() is not [var address, ..])
            return CheckReading.Skip("The server listens on no TCP port.");
        // Asked for here: the engine needs the catalogue of tools, and one of them needs the checks.
        var engine = services.GetRequiredService<Engine>();
        if (engine.IsDraining)
            return CheckReading.Skip("The server is about to stop and takes no connections.");
        if (desk.Issue(ProbeKey.Key, null) is not { } ticket)
            return CheckReading.NotKnown("There are too many unused tickets to make one.");
        var begun = engine.Time.GetTimestamp();
        using var socket = new ClientWebSocket();
        try
        {
            await ConnectAsync(socket, address, ticket, cancellationToken).ConfigureAwait(false);
            await AskAsync(socket, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception fault) when (fault is WebSocketException or JsonException or IOException)
        {
            return socket.HttpStatusCode == System.Net.HttpStatusCode.TooManyRequests
                ? CheckReading.NotKnown("The guard let no further connection from this machine in.")
                : new CheckReading(CheckStatus.Unhealthy, $"No answer over WebSocket ({socket.HttpStatusCode}, {fault.GetType().Name}).") { Hint = "See the log of the server." };
        }

        return Judge(engine.Time.GetElapsedTime(begun).TotalMilliseconds);
    }

    private static Task ConnectAsync(ClientWebSocket socket, Uri address, string ticket, CancellationToken cancellationToken)
    {
        socket.Options.AddSubProtocol(Handshake.Subprotocol);
        socket.Options.AddSubProtocol(Handshake.TicketPrefix + ticket);
        // A name every server answers to, whatever address it listens on.
        socket.Options.SetRequestHeader("Host", "localhost");
        // It is this server, reached over its own machine: whether clients trust the certificate is another check's question.
        socket.Options.RemoteCertificateValidationCallback = (_, certificate, _, _) => certificate is not null;
        socket.Options.CollectHttpResponseDetails = true;
        var scheme = address.Scheme == Uri.UriSchemeHttps ? Uri.UriSchemeWss : Uri.UriSchemeWs;
        return socket.ConnectAsync(new UriBuilder(address) { Scheme = scheme, Path = "/api/mcp/ws" }.Uri, cancellationToken);
    }

    private static async Task AskAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        using var welcome = await ReadAsync(socket, cancellationToken).ConfigureAwait(false);
        await socket.SendAsync("""{"id":"probe","method":"ping"}"""u8.ToArray().AsMemory(), WebSocketMessageType.Text, true, cancellationToken).ConfigureAwait(false);
        using var answer = await ReadAsync(socket, cancellationToken).ConfigureAwait(false);
        if (!answer.RootElement.TryGetProperty("result", out _))
            throw new JsonException("The ping was answered with an error.");
        await socket.CloseAsync(WebSocketCloseStatus.NormalClosure, null, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<JsonDocument> ReadAsync(ClientWebSocket socket, CancellationToken cancellationToken)
    {
        var buffer = new byte[MaxAnswerBytes];
        var length = 0;
        ValueWebSocketReceiveResult part;
        do
        {
            part = await socket.ReceiveAsync(buffer.AsMemory(length), cancellationToken).ConfigureAwait(false);
            length += part.Count;
            if (part.MessageType != WebSocketMessageType.Text || length == buffer.Length)
                throw new IOException("Not the answer that was expected.");
        }
        while (!part.EndOfMessage);
        return JsonDocument.Parse(buffer.AsMemory(0, length));
    }

    private static CheckReading Judge(double milliseconds)
    {
        var status = milliseconds >= UnhealthyMs ? CheckStatus.Unhealthy : milliseconds >= DegradedMs ? CheckStatus.Degraded : CheckStatus.Healthy;
        return new CheckReading(status, string.Create(CultureInfo.InvariantCulture, $"Time to connect to the server itself and get an answer: {milliseconds:0.#} ms."))
        {
            Observed = milliseconds,
            Unit = "ms",
            DegradedAt = DegradedMs,
            UnhealthyAt = UnhealthyMs,
            Hint = status == CheckStatus.Healthy ? null : "The server is busy: see cpu.pressure and runtime.threadpool_delay.",
        };
    }
}
