using System.Net;
using System.Net.Sockets;
using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>What is sent again, and what is not.</summary>
public class RetryTests : UpstreamTest
{
    [Theory]
    [InlineData(429)]
    [InlineData(502)]
    [InlineData(503)]
    [InlineData(504)]
    public async Task A_server_that_has_no_time_now_is_asked_again(int status)
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("{}", status), exchange => exchange.JsonAsync("{}", status), exchange => exchange.EventsAsync([.. Chunk.Good]));
        var outcome = await AskAsync();

        Assert.Equal("Hello, world", outcome.Text);
        Assert.Equal(3, (int?)outcome.Result["timings"]!["attempts"]);
        Assert.Equal(3, Upstream.Chats.Count);
    }

    [Fact]
    public async Task After_the_last_retry_the_caller_is_told()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("""{"error":{"message":"slow down","type":"rate_limit","code":"tpm"}}""", 429));
        var outcome = await AskAsync(("MaxRetries", "1"));

        Assert.Equal("upstream_rate_limited", outcome.Reason);
        Assert.Equal(ErrorCodes.ServerOverloaded, outcome.Error!.Code);
        Assert.Equal(429, (int?)outcome.Error.Details!["status"]);
        Assert.Equal("tpm", (string?)outcome.Error.Details["provider_code"]);
        Assert.Equal("slow down", (string?)outcome.Error.Details["provider_message"]);
        Assert.Equal(2, (int?)outcome.Error.Details["attempts"]);
        Assert.Equal(2, Upstream.Chats.Count);
    }

    [Theory]
    [InlineData(500, "upstream_failed")]
    [InlineData(400, "upstream_refused")]
    [InlineData(404, "upstream_refused")]
    [InlineData(422, "upstream_refused")]
    [InlineData(401, "upstream_refused_key")]
    [InlineData(403, "upstream_refused_key")]
    public async Task A_server_that_has_said_no_is_not_asked_again(int status, string reason)
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("""{"error":{"message":"no"}}""", status), exchange => exchange.EventsAsync([.. Chunk.Good]));
        var outcome = await AskAsync();

        Assert.Equal(reason, outcome.Reason);
        Assert.Equal(ErrorCodes.ToolExecutionFailed, outcome.Error!.Code);
        Assert.Equal(status, (int?)outcome.Error.Details!["status"]);
        Assert.Single(Upstream.Chats);
    }

    [Theory]
    [InlineData("Retry-After", "7", 7000)]
    [InlineData("retry-after-ms", "1500", 1500)]
    [InlineData("Retry-After", "Sun, 01 Mar 2026 12:00:09 GMT", 8000)]
    public async Task Retry_After_is_waited_for(string header, string value, int milliseconds)
    {
        // The clock stands at 12:00:01.
        var time = new ManualTime();
        Upstream.OnChat(
            exchange =>
            {
                exchange.Header(header, value);
                return exchange.JsonAsync("{}", 429);
            },
            exchange => exchange.EventsAsync([.. Chunk.Good]));
        using var room = ModelRoom.Of(Upstream, time);
        var running = room.ChatAsync();
        await Patience.UntilAsync(() => room.Log.Lines.Any(line => line.StartsWith("8001 ", StringComparison.Ordinal)), "the decision to wait");
        Assert.Contains(room.Log.Lines, line => line.Contains($"trying again in {milliseconds} ms"));
        await Patience.UntilAsync(() => Moved(time, milliseconds, running), "the second request");

        Assert.Equal("Hello, world", (await running).Text);
        Assert.Equal(2, Upstream.Chats.Count);
    }

    [Fact]
    public async Task A_longer_Retry_After_than_the_setting_is_not_waited_for_but_told()
    {
        Upstream.OnChat(exchange =>
        {
            exchange.Header("Retry-After", "3600");
            exchange.Header("x-request-id", "req-of-provider");
            return exchange.JsonAsync("{}", 429);
        });
        var outcome = await AskAsync();

        Assert.Equal(3_600_000, (long?)outcome.Error!.Details!["retry_after_ms"]);
        Assert.Equal("req-of-provider", (string?)outcome.Error.Details["provider_request_id"]);
        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task A_connection_that_ends_before_the_answer_is_made_again()
    {
        Upstream.OnChat(
            exchange =>
            {
                exchange.Cut();
                return Task.CompletedTask;
            },
            exchange => exchange.EventsAsync([.. Chunk.Good]));

        Assert.Equal("Hello, world", (await AskAsync()).Text);
        Assert.Equal(2, Upstream.Chats.Count);
    }

    [Fact]
    public async Task A_server_that_does_not_run_is_named_and_its_address_is_not()
    {
        using var room = ModelRoom.Of(Upstream, null, ("Models:0:Id", "tiny"));
        await Upstream.StopAsync();
        var outcome = await room.ChatAsync();

        Assert.Equal("unreachable", outcome.Reason);
        Assert.Contains("'up'", outcome.Error!.Message);
        Assert.Equal(3, (int?)outcome.Error.Details!["attempts"]);
        Assert.DoesNotContain(Upstream.BaseUrl.Port.ToString(), outcome.ErrorText);
        Assert.DoesNotContain("127.0.0.1", outcome.ErrorText);
    }

    [Fact]
    public async Task A_name_that_is_not_known_is_told()
    {
        using var room = ModelRoom.With(null, ("Upstreams:up:BaseUrl", "http://no-such-host.invalid/v1"), ("Upstreams:up:Models:0:Id", "tiny"), ("Upstreams:up:MaxRetries", "0"));

        Assert.Equal("unreachable", (await room.ChatAsync()).Reason);
    }

    [Fact]
    public async Task Something_that_is_no_web_server_is_told()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        using var room = ModelRoom.With(null, ("Upstreams:up:BaseUrl", $"http://{listener.LocalEndpoint}/v1"), ("Upstreams:up:Models:0:Id", "tiny"));
        var running = room.ChatAsync();
        using var other = await listener.AcceptTcpClientAsync().Bounded();
        await other.GetStream().WriteAsync("SSH-2.0-OpenSSH_9.9\r\n"u8.ToArray());

        Assert.Equal("invalid_answer", (await running).Reason);
    }

    [Fact]
    public async Task A_redirect_is_not_followed()
    {
        Upstream.OnChat(exchange =>
        {
            exchange.Header("Location", "http://127.0.0.1:1/v1/chat/completions");
            return exchange.JsonAsync("{}", 307);
        });
        var outcome = await AskAsync();

        Assert.Equal("redirect", outcome.Reason);
        Assert.DoesNotContain("127.0.0.1", outcome.ErrorText);
        Assert.Single(Upstream.Chats);
    }

    // Small steps, so that the wait is not passed before it is set.
    private static bool Moved(ManualTime time, int milliseconds, Task running)
    {
        time.Advance(TimeSpan.FromMilliseconds(milliseconds / 100.0));
        return running.IsCompleted;
    }
}
