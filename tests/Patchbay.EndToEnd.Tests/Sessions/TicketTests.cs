using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>A server for tickets.</summary>
public sealed class TicketServer : ServerFixture;

/// <summary>Tickets that are not one's own, not there, or used before (protocol section 2).</summary>
public sealed class TicketTests(TicketServer fixture) : HostileTest(fixture), IClassFixture<TicketServer>
{
    [Fact]
    public async Task A_ticket_opens_one_connection_and_no_second()
    {
        var ticket = await TicketAsync();
        Assert.Equal(101, await OpenAsync($"mcp.v2, ticket.{ticket}"));
        Assert.Equal(401, await OpenAsync($"mcp.v2, ticket.{ticket}"));
        Assert.Equal(401, await OpenAsync(null, "?ticket=" + ticket));
        await ViolationsAreAsync(("invalid_api_key", 2));
    }

    [Fact]
    public async Task A_ticket_shown_many_times_at_once_opens_one_connection()
    {
        var ticket = await TicketAsync();
        var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => OpenAsync(null, "?ticket=" + ticket)));
        Assert.Single(answers, status => status == 101);
        Assert.Equal(19, answers.Count(status => status == 401));
        await ViolationsAreAsync(("invalid_api_key", 19));
    }

    [Fact]
    public async Task A_ticket_of_a_page_works_nowhere_else_and_is_used_up_by_the_attempt()
    {
        var ticket = await TicketAsync($"http://{Server.Url.Authority}");
        Assert.Equal(401, await OpenAsync($"ticket.{ticket}"));
        Assert.Equal(401, await OpenAsync($"ticket.{ticket}", origin: $"http://{Server.Url.Authority}"));
        await ViolationsAreAsync(("invalid_api_key", 2));
    }

    [Fact]
    public async Task A_ticket_of_no_page_works_in_no_page()
    {
        var ticket = await TicketAsync();
        Assert.Equal(401, await OpenAsync($"ticket.{ticket}", origin: $"http://{Server.Url.Authority}"));
        await ViolationsAreAsync(("invalid_api_key", 1));
    }

    [Theory]
    [InlineData("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA")]
    [InlineData("")]
    [InlineData("..")]
    [InlineData("%00")]
    public async Task A_guessed_ticket_opens_nothing(string ticket)
    {
        Assert.Equal(401, await OpenAsync(null, "?ticket=" + ticket));
        await ViolationsAreAsync(("invalid_api_key", 1));
    }

    [Fact]
    public async Task Two_tickets_at_once_are_a_malformed_credential()
    {
        var (one, two) = (await TicketAsync(), await TicketAsync());
        Assert.Equal(401, await OpenAsync($"mcp.v2, ticket.{one}, ticket.{two}"));
        await ViolationsAreAsync(("invalid_api_key", 1));
    }

    private async Task<string> TicketAsync(string? origin = null)
    {
        using var peer = await RawPeer.ConnectAsync(Server.Url);
        var from = origin is null ? "" : $"Origin: {origin}\r\n";
        var answer = await peer.RequestAsync($"POST /api/mcp/tickets HTTP/1.1\r\nHost: {Server.Url.Authority}\r\nX-API-Key: {TestServer.Key}\r\nContent-Length: 0\r\n{from}\r\n");
        Assert.Equal(200, answer.Status);
        return Evidence.Secret((string)answer.Json["ticket"]!, "a ticket");
    }

    private async Task<int> OpenAsync(string? subprotocols, string query = "", string? origin = null)
    {
        using var peer = await RawPeer.ConnectAsync(Server.Url);
        var answer = await peer.HandshakeAsync(
            new Dictionary<string, string?> { ["X-API-Key"] = null, ["Sec-WebSocket-Protocol"] = subprotocols, ["Origin"] = origin }, "/api/mcp/ws" + query);
        Evidence.Keep("an HTTP answer", answer.Body);
        return answer.Status;
    }
}
