using System.Text.Json.Nodes;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Http;

/// <summary>A server that tells clients apart by <c>X-Forwarded-For</c>, so that the wrong keys of one case do not shut out the next.</summary>
public sealed class HttpServer : ServerFixture
{
    protected override (string Name, string Value)[] Settings => [("TrustedProxies__0", "127.0.0.1"), ("Logging__LogLevel__Patchbay", "Debug")];
}

/// <summary>Hostile HTTP (protocol sections 1 and 2).</summary>
public sealed class HttpTests(HttpServer fixture) : HostileTest(fixture), IClassFixture<HttpServer>
{
    private static int _address;

    public static TheoryData<string> Cases => [.. HttpCase.All.Keys];

    [Theory]
    [MemberData(nameof(Cases))]
    public async Task A_hostile_request_is_refused_with_its_status_and_code(string what)
    {
        var hostile = HttpCase.All[what];
        var answer = await SendAsync(hostile.Text);

        Assert.Equal(hostile.Status, answer.Status);
        Assert.Equal(hostile.Code, answer.ErrorCode);
        if (hostile.Code is not null)
            Assert.False((bool)answer.Json["details"]!["retryable"]!);
        if (hostile.Status == 426)
            Assert.Equal("13", answer.Headers["Sec-WebSocket-Version"]);
        await ViolationsAreAsync(hostile.Violation is { } type ? [(type, 1)] : []);
    }

    [Fact]
    public async Task A_body_that_is_both_chunked_and_counted_smuggles_no_second_request()
    {
        using var peer = await RawPeer.ConnectAsync(Server.Url);
        // Read by its length it is one request; read by its chunks the second one is behind the body.
        const string Smuggled = "GET /api/mcp/smuggled HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n";
        var answer = await peer.RequestAsync(Filled(
            $"POST /api/mcp/nowhere HTTP/1.1\r\nHost: {{authority}}\r\nX-API-Key: {{key}}\r\nContent-Length: {5 + Smuggled.Length}\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n{Smuggled}"));
        Assert.InRange(answer.Status, 400, 404);
        // RFC 9112 §6.3: the server ought to close the connection after responding to such a request.
        Assert.Equal("close", answer.Headers.GetValueOrDefault("Connection"));
        await ViolationsAreAsync();
    }

    [Theory]
    [InlineData(0, 400)]
    [InlineData(2_097_152, 400)]
    [InlineData(67_108_865, 413)]
    [Requirement("PROTO-2-20")]
    public async Task Traces_may_be_larger_than_other_bodies_and_have_a_limit_too(int announced, int status)
    {
        // White space, which is no JSON, is refused only when it has been read; what is too large is not even sent.
        var body = status == 413 ? "" : new string(' ', announced);
        var answer = await SendAsync(
            $"POST /v1/traces HTTP/1.1\r\nHost: {{authority}}\r\nX-API-Key: {{key}}\r\nContent-Type: application/json\r\nContent-Length: {announced}\r\n\r\n{body}");
        Assert.Equal(status, answer.Status);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_handshake_by_HTTP_1_0_is_none()
    {
        using var peer = await RawPeer.ConnectAsync(Server.Url);
        // The body ends with the connection, as it did then; the status is what tells.
        var answer = await peer.RequestAsync(Filled(
            $"GET /api/mcp/ws HTTP/1.0\r\nHost: {{authority}}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {RawPeer.WebSocketKey}\r\nX-API-Key: {{key}}\r\n\r\n"));
        Assert.Equal(400, answer.Status);
        await ViolationsAreAsync();
    }

    [Theory]
    [InlineData("X-API-Key: {key}\r\nX-API-Key: {key}\r\n")]
    [InlineData("X-API-Key: {key}\r\nAuthorization: Bearer {key}\r\n")]
    [InlineData("Authorization: bearer {key}\r\n")]
    [InlineData("x-api-key: {key}\r\nOrigin: http://{authority}\r\n")]
    [InlineData("X-API-Key: {key}\r\nUser-Agent: \u001b[31mred\r\n")]
    public async Task What_only_looks_hostile_is_let_in(string headers)
    {
        var answer = await SendAsync($"GET /api/mcp/status HTTP/1.1\r\nHost: {{authority}}\r\n{headers}\r\n");
        Assert.Equal(200, answer.Status);
        await ViolationsAreAsync();
    }

    [Theory]
    [InlineData("LOCALHOST")]
    [InlineData("localhost:1")]
    [InlineData("[::1]")]
    [InlineData("127.0.0.1")]
    public async Task Every_loopback_name_is_a_host(string host)
    {
        var answer = await SendAsync($"GET /health/live HTTP/1.1\r\nHost: {host}\r\n\r\n");
        Assert.Equal(200, answer.Status);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task Ten_wrong_keys_shut_an_address_out_and_no_other()
    {
        for (var i = 0; i < 10; i++)
            Assert.Equal(401, (await StatusAsync("10.9.9.9", $"wrong-{i}")).Status);

        var blocked = await StatusAsync("10.9.9.9", TestServer.Key);
        Assert.Equal((429, "RATE_LIMIT_EXCEEDED"), (blocked.Status, blocked.ErrorCode));
        Assert.InRange(int.Parse(blocked.Headers["Retry-After"]), 1, 900);
        Assert.Equal(200, (await StatusAsync("10.9.9.8", TestServer.Key)).Status);
        // Only the last entry is the proxy's word; what stands before it is the client's own.
        Assert.Equal(429, (await StatusAsync("10.9.9.8, 10.9.9.9", TestServer.Key)).Status);
        Assert.Equal(200, (await StatusAsync("10.9.9.9, 10.9.9.8", TestServer.Key)).Status);
        await ViolationsAreAsync(("invalid_api_key", 10));
    }

    [Fact]
    public async Task Missing_malformed_and_unknown_keys_get_the_same_answer()
    {
        var answers = new List<HttpAnswer>();
        foreach (var header in new[] { "", "X-API-Key: wrong\r\n", "X-API-Key: pb_a_b\r\n", "Authorization: Basic x\r\n", "X-API-Key: a\r\nX-API-Key: b\r\n" })
            answers.Add(await SendAsync($"GET /api/mcp/status HTTP/1.1\r\nHost: {{authority}}\r\n{header}\r\n"));
        Assert.Single(answers.Select(answer => $"{answer.Status} {answer.Body} {string.Join(',', answer.Headers.Keys.Order())}").Distinct());
        await ViolationsAreAsync(("invalid_api_key", 5));
    }

    [Fact]
    public async Task No_line_of_the_logs_can_be_forged()
    {
        await SendAsync("GET /%0d%0a00:00:00%20info:%20forged-by-path%1b[31m HTTP/1.1\r\nHost: {authority}\r\nX-API-Key: {key}\r\n\r\n");
        using (var peer = await Server.OpenAsync())
        {
            await peer.AskAsync("session/hello", """{"client":{"name":"x\n00:00:00 info: forged-by-client\u001b[31m","version":"1\r\n2"}}""");
            await peer.CallAsync(@"debug/x\n00:00:00 info: forged-by-tool\u001b[31m");
            await peer.SendTextAsync("""{"id":"a","method":"ping","\n00:00:00 info: forged-by-field\u001b[31m":1}""");
            await peer.ReadMessageAsync();
        }

        // The last of the four leaves the only violation of its type here.
        var audit = Array.Empty<string>();
        await Patience.UntilAsync(() => (audit = Server.AuditLines()).Any(line => line.Contains("\"invalid_message\"", StringComparison.Ordinal)), "No violation in the audit log.");
        Assert.All(audit, line => Assert.NotNull(JsonNode.Parse(line)!["event"]));
        Assert.DoesNotContain(audit, line => line.Contains('\u001b'));
        Assert.DoesNotContain(Server.Output.Split('\n'), line => line.StartsWith("00:00:00 info: forged", StringComparison.Ordinal));
        Assert.DoesNotContain('\u001b', Server.Output);
    }

    private static string Filled(string text, Uri url) =>
        text.Replace("{authority}", url.Authority, StringComparison.Ordinal).Replace("{key}", TestServer.Key, StringComparison.Ordinal);

    private string Filled(string text) => Filled(text, Server.Url);

    private Task<HttpAnswer> StatusAsync(string forwardedFor, string key) =>
        RequestAsync($"GET /api/mcp/status HTTP/1.1\r\nHost: {{authority}}\r\nX-API-Key: {key}\r\nX-Forwarded-For: {forwardedFor}\r\n\r\n");

    // Each from an address of its own, as far as a proxy is believed.
    private Task<HttpAnswer> SendAsync(string text)
    {
        var line = text.IndexOf("\r\n", StringComparison.Ordinal) + 2;
        var number = Interlocked.Increment(ref _address);
        return RequestAsync(text.Contains(": ", StringComparison.Ordinal) ? text.Insert(line, $"X-Forwarded-For: 10.1.{number / 250}.{(number % 250) + 1}\r\n") : text);
    }

    private async Task<HttpAnswer> RequestAsync(string text)
    {
        using var peer = await RawPeer.ConnectAsync(Server.Url);
        var answer = await peer.RequestAsync(Filled(text));
        Evidence.Keep("an HTTP answer", answer.Body);
        return answer;
    }
}
