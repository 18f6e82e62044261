using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests;

/// <summary>The doors of section 2, over raw sockets: every check with its code, and the order they come in.</summary>
public class HandshakeTests
{
    private const string WrongKey = "pb_wrong_key_of_nobody_at_all";

    [Fact]
    [Requirement("PROTO-1-01", "PROTO-2-09", "PROTO-2-23")]
    public async Task A_handshake_is_answered_as_the_standard_says_and_the_welcome_comes_first()
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Url);

        var answer = await peer.HandshakeAsync();

        Assert.Equal(101, answer.Status);
        // RFC 6455 §1.3: the answer to the key of its example.
        Assert.Equal("s3pPLMBiTxaQ9kYGzzhZRbK+xOo=", answer.Headers["Sec-WebSocket-Accept"]);
        Assert.Equal("websocket", answer.Headers["Upgrade"], ignoreCase: true);
        Assert.False(answer.Headers.ContainsKey("Sec-WebSocket-Protocol"));
        var welcome = await peer.ReadMessageAsync();
        Assert.Equal(("event", "welcome", "evt-1"), ((string?)welcome["message_type"], (string?)welcome["event_type"], (string?)welcome["message_id"]));
        var data = welcome["data"]!;
        Assert.StartsWith("client-", (string?)data["client_id"], StringComparison.Ordinal);
        Assert.StartsWith("ses-", (string?)data["session_id"], StringComparison.Ordinal);
        Assert.Equal("patchbay", (string?)data["server"]!["name"]);
        Assert.Equal("""["2.0"]""", data["protocol_versions"]!.ToJsonString());
        Assert.Equal(30, (int)data["heartbeat_interval_s"]!);
        Assert.Equal("""{"messages_per_minute":1000000,"max_message_bytes":262144,"max_batch":64,"max_in_flight":64}""", data["limits"]!.ToJsonString());
    }

    public static TheoryData<string, string?, int, string> Refused => new()
    {
        { "Host", "evil.example", 421, "SECURITY_VIOLATION" },
        { "Origin", "https://evil.example", 403, "SECURITY_VIOLATION" },
        { "Origin", "null", 403, "SECURITY_VIOLATION" },
        { "Upgrade", null, 400, "INVALID_PROTOCOL_VERSION" },
        { "Upgrade", "h2c", 400, "INVALID_PROTOCOL_VERSION" },
        { "Sec-WebSocket-Version", "12", 426, "INVALID_PROTOCOL_VERSION" },
        { "Sec-WebSocket-Version", null, 426, "INVALID_PROTOCOL_VERSION" },
        { "Sec-WebSocket-Key", null, 400, "INVALID_PROTOCOL_VERSION" },
        { "Sec-WebSocket-Key", "dG9vIHNob3J0", 400, "INVALID_PROTOCOL_VERSION" },
        { "X-API-Key", null, 401, "INVALID_API_KEY" },
        { "X-API-Key", "", 401, "INVALID_API_KEY" },
        { "X-API-Key", WrongKey, 401, "INVALID_API_KEY" },
        { "Authorization", "Bearer " + WrongKey, 401, "INVALID_API_KEY" },
        { "Authorization", "Basic Zm9vOmJhcg==", 401, "INVALID_API_KEY" },
        { "Sec-WebSocket-Protocol", "mcp", 400, "INVALID_PROTOCOL_VERSION" },
        { "Sec-WebSocket-Protocol", "MCP.V2, mcp.v22", 400, "INVALID_PROTOCOL_VERSION" },
    };

    [Theory]
    [MemberData(nameof(Refused))]
    [Requirement("PROTO-1-11", "PROTO-2-07", "PROTO-2-08", "PROTO-2-10", "PROTO-2-13", "PROTO-2-14", "PROTO-2-15")]
    public async Task A_handshake_that_breaks_a_rule_is_refused_with_the_code_of_the_rule(string header, string? value, int status, string code)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Url);

        var answer = await peer.HandshakeAsync(new Dictionary<string, string?> { [header] = value });

        Assert.Equal((status, code), (answer.Status, answer.ErrorCode));
        Assert.NotEmpty((string?)answer.Json["error_message"] ?? "");
        Assert.False((bool)answer.Json["details"]!["retryable"]!);
        if (status == 426)
            Assert.Equal("13", answer.Headers["Sec-WebSocket-Version"]);
    }

    /// <summary>Everything is wrong at once; then the first fault is put right, and the next one answers.</summary>
    [Fact]
    [Requirement("PROTO-2-19")]
    public async Task The_checks_are_made_in_the_order_of_the_contract()
    {
        await using var server = await TestServer.StartAsync();
        var headers = new Dictionary<string, string?>
        {
            ["Host"] = "evil.example",
            ["Origin"] = "https://evil.example",
            ["Sec-WebSocket-Version"] = "8",
            ["X-API-Key"] = WrongKey,
            ["Sec-WebSocket-Protocol"] = "chat",
        };
        foreach (var (right, status) in ((string, int)[])[("Host", 421), ("Origin", 403), ("Sec-WebSocket-Version", 426), ("X-API-Key", 401), ("Sec-WebSocket-Protocol", 400)])
        {
            using var peer = await RawPeer.ConnectAsync(server.Url);
            Assert.Equal(status, (await peer.HandshakeAsync(headers)).Status);
            headers.Remove(right);
        }

        using var last = await RawPeer.ConnectAsync(server.Url);
        Assert.Equal(101, (await last.HandshakeAsync(headers)).Status);
    }

    [Theory]
    [InlineData("mcp.v2", "mcp.v2")]
    [InlineData("mcp, mcp.v2", "mcp.v2")]
    [InlineData("mcp.v2, ticket.no-ticket-beside-a-key", null)]
    [Requirement("PROTO-2-02", "PROTO-2-11")]
    public async Task The_subprotocol_is_chosen_and_no_other_is_echoed(string offered, string? chosen)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Url);

        var answer = await peer.HandshakeAsync(new Dictionary<string, string?> { ["Sec-WebSocket-Protocol"] = offered });

        // A ticket beside a key are two credentials that differ.
        Assert.Equal(chosen is null ? 401 : 101, answer.Status);
        Assert.Equal(chosen, answer.Headers.GetValueOrDefault("Sec-WebSocket-Protocol"));
    }

    [Fact]
    [Requirement("PROTO-2-01", "PROTO-2-07")]
    public async Task The_same_key_in_two_places_is_one_credential_and_two_keys_are_none()
    {
        await using var server = await TestServer.StartAsync();
        using var same = await RawPeer.ConnectAsync(server.Url);
        Assert.Equal(101, (await same.HandshakeAsync(new Dictionary<string, string?> { ["Authorization"] = "Bearer " + TestServer.Key })).Status);
        using var bearer = await RawPeer.ConnectAsync(server.Url);
        Assert.Equal(101, (await bearer.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = null, ["Authorization"] = "bearer " + TestServer.Key })).Status);
        using var two = await RawPeer.ConnectAsync(server.Url);
        Assert.Equal(401, (await two.HandshakeAsync(new Dictionary<string, string?> { ["Authorization"] = "Bearer another-key-000001" })).Status);
    }

    [Theory]
    [InlineData("?api_key=")]
    [InlineData("?X-API-Key=")]
    [InlineData("?key=")]
    [InlineData("?ticket=")]
    [Requirement("PROTO-2-03")]
    public async Task A_key_in_the_url_is_never_taken(string query)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Url);

        Assert.Equal(401, (await peer.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = null }, "/api/mcp/ws" + query + TestServer.Key)).Status);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    [Requirement("PROTO-1-02", "PROTO-2-02", "PROTO-2-04", "PROTO-2-12")]
    public async Task A_ticket_opens_one_connection(bool asSubprotocol)
    {
        await using var server = await TestServer.StartAsync();
        var ticket = await TicketAsync(server);

        Assert.Equal(101, await RedeemAsync(server, ticket, asSubprotocol));
        Assert.Equal(401, await RedeemAsync(server, ticket, asSubprotocol));
    }

    [Fact]
    [Requirement("PROTO-2-04", "PROTO-2-06")]
    public async Task A_ticket_is_spent_by_an_attempt_from_another_origin()
    {
        await using var server = await TestServer.StartAsync();
        var ticket = await TicketAsync(server);

        Assert.Equal(401, await RedeemAsync(server, ticket, true, server.Url.GetLeftPart(UriPartial.Authority)));
        Assert.Equal(401, await RedeemAsync(server, ticket, true));
    }

    [Theory]
    [InlineData(29_999, 101)]
    [InlineData(30_001, 401)]
    [Requirement("PROTO-2-05")]
    public async Task A_ticket_lives_thirty_seconds(int milliseconds, int status)
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        var ticket = await TicketAsync(server);

        time.Advance(TimeSpan.FromMilliseconds(milliseconds));

        Assert.Equal(status, await RedeemAsync(server, ticket, true));
    }

    [Theory]
    [InlineData("Limits:ConnectionsPerKey")]
    [InlineData("Limits:ConnectionsPerAddress")]
    [Requirement("PROTO-2-16")]
    public async Task One_connection_too_many_is_refused_until_another_has_ended(string limit)
    {
        await using var server = await TestServer.StartAsync(settings: (limit, "2"));
        using var first = await RawPeer.OpenAsync(server.Url);
        using var second = await RawPeer.OpenAsync(server.Url);
        using (var third = await RawPeer.ConnectAsync(server.Url))
        {
            var answer = await third.HandshakeAsync();
            Assert.Equal((429, "RATE_LIMIT_EXCEEDED"), (answer.Status, answer.ErrorCode));
            Assert.True(int.Parse(answer.Headers["Retry-After"]) > 0);
        }

        await first.SendCloseAsync(1000);
        await first.ReadToEndAsync();
        using var again = await RawPeer.OpenAsync(server.Url);
    }

    [Fact]
    [Requirement("PROTO-8-23")]
    public async Task Ten_wrong_keys_block_the_address_and_leave_its_connections_alone()
    {
        var time = new ManualTime();
        await using var server = await TestServer.StartAsync(time);
        using var standing = await WireClient.ConnectAsync(server);
        for (var i = 0; i < 20; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(server, null)).StatusCode);
        for (var i = 0; i < 10; i++)
            Assert.Equal(HttpStatusCode.Unauthorized, (await GetAsync(server, WrongKey)).StatusCode);

        using var blocked = await GetAsync(server, TestServer.Key);
        Assert.Equal(HttpStatusCode.TooManyRequests, blocked.StatusCode);
        Assert.Equal(TimeSpan.FromMinutes(15), blocked.Headers.RetryAfter?.Delta);
        using var peer = await RawPeer.ConnectAsync(server.Url);
        Assert.Equal(429, (await peer.HandshakeAsync()).Status);
        Assert.NotNull((await standing.AskAsync("ping"))["result"]);

        time.Advance(TimeSpan.FromMinutes(15));
        Assert.Equal(HttpStatusCode.OK, (await GetAsync(server, TestServer.Key)).StatusCode);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nHost: 127.0.0.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nbad header\r\n\r\n", 400)]
    [InlineData("NONSENSE\r\n\r\n", 400)]
    [Requirement("PROTO-2-24")]
    public async Task A_malformed_request_is_refused(string request, int status)
    {
        await using var server = await TestServer.StartAsync();
        using var peer = await RawPeer.ConnectAsync(server.Url);

        Assert.Equal(status, (await peer.RequestAsync(request)).Status);
    }

    [Fact]
    [Requirement("PROTO-2-24")]
    public async Task A_request_line_or_headers_that_are_too_long_are_refused()
    {
        await using var server = await TestServer.StartAsync();
        using var line = await RawPeer.ConnectAsync(server.Url);
        Assert.Equal(414, (await line.RequestAsync($"GET /{new string('a', 9000)} HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n")).Status);
        using var headers = await RawPeer.ConnectAsync(server.Url);
        Assert.Equal(431, (await headers.RequestAsync($"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Long: {new string('a', 40_000)}\r\n\r\n")).Status);
    }

    private static async Task<string> TicketAsync(TestServer server)
    {
        using var http = server.Http();
        using var response = await http.PostAsync("/api/mcp/tickets", null).Bounded();
        var body = await response.Content.ReadFromJsonAsync<JsonObject>().Bounded();
        Assert.Equal(30, (int)body!["expires_in_s"]!);
        return (string)body["ticket"]!;
    }

    private static async Task<int> RedeemAsync(TestServer server, string ticket, bool asSubprotocol, string? origin = null)
    {
        using var peer = await RawPeer.ConnectAsync(server.Url);
        var headers = new Dictionary<string, string?> { ["X-API-Key"] = null, ["Origin"] = origin };
        if (asSubprotocol)
            headers["Sec-WebSocket-Protocol"] = "ticket." + ticket;
        return (await peer.HandshakeAsync(headers, asSubprotocol ? "/api/mcp/ws" : "/api/mcp/ws?ticket=" + Uri.EscapeDataString(ticket))).Status;
    }

    private static async Task<HttpResponseMessage> GetAsync(TestServer server, string? key)
    {
        using var http = server.Http(key);
        return await http.GetAsync("/api/mcp/tools").Bounded();
    }
}
