using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>An upstream that fails in a row is left alone for a while; then one call tries.</summary>
public class BreakerTests : UpstreamTest
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(30);

    private readonly ManualTime _time = new();

    [Fact]
    public async Task It_opens_after_the_configured_failures_lets_one_try_and_closes_on_success()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("{}", 500), exchange => exchange.JsonAsync("{}", 500), exchange => exchange.EventsAsync([.. Chunk.Good]));
        using var room = Room();
        Assert.Equal("upstream_failed", (await room.ChatAsync()).Reason);
        Assert.Equal("closed", await StatusAsync(room));
        Assert.Equal("upstream_failed", (await room.ChatAsync()).Reason);
        Assert.Equal("open", await StatusAsync(room));

        _time.Advance(TimeSpan.FromSeconds(10));
        var refused = await room.ChatAsync();
        Assert.Equal("circuit_open", refused.Reason);
        Assert.Equal(ErrorCodes.ServerOverloaded, refused.Error!.Code);
        Assert.Equal(20_000, (long?)refused.Error.Details!["retry_after_ms"]);
        Assert.Equal(2, Upstream.Chats.Count);

        _time.Advance(TimeSpan.FromSeconds(20));
        Assert.Equal("half_open", await StatusAsync(room));
        Assert.Equal("Hello, world", (await room.ChatAsync()).Text);
        Assert.Equal("closed", await StatusAsync(room));
        Assert.Contains(room.Log.Lines, line => line.StartsWith("8004 ", StringComparison.Ordinal));
        Assert.Contains(room.Log.Lines, line => line.StartsWith("8005 ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task While_one_tries_others_are_refused()
    {
        Upstream.OnChat(
            exchange => exchange.JsonAsync("{}", 500),
            exchange => exchange.JsonAsync("{}", 500),
            async exchange =>
            {
                await exchange.Gate.Task;
                await exchange.EventsAsync([.. Chunk.Good]);
            });
        using var room = Room();
        await room.ChatAsync();
        await room.ChatAsync();
        _time.Advance(Pause);
        var trying = room.ChatAsync();
        var probe = await Upstream.ChatAsync(3);

        Assert.Equal("circuit_open", (await room.ChatAsync()).Reason);
        Assert.Equal(3, Upstream.Chats.Count);
        probe.Gate.SetResult();
        Assert.Equal("Hello, world", (await trying).Text);
    }

    [Fact]
    public async Task A_try_that_fails_opens_it_again()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("{}", 500));
        using var room = Room();
        for (var i = 0; i < 2; i++)
            await room.ChatAsync();
        _time.Advance(Pause);
        Assert.Equal("upstream_failed", (await room.ChatAsync()).Reason);

        Assert.Equal("open", await StatusAsync(room));
        Assert.Equal("circuit_open", (await room.ChatAsync()).Reason);
        Assert.Equal(3, Upstream.Chats.Count);
    }

    [Fact]
    public async Task A_try_that_its_caller_cancels_leaves_the_next_to_try()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("{}", 500), exchange => exchange.JsonAsync("{}", 500), exchange => exchange.Gone, exchange => exchange.EventsAsync([.. Chunk.Good]));
        using var room = Room();
        for (var i = 0; i < 2; i++)
            await room.ChatAsync();
        _time.Advance(Pause);
        using var cancel = new CancellationTokenSource();
        var trying = room.ChatAsync(cancellationToken: cancel.Token);
        await Upstream.ChatAsync(3);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => trying);

        Assert.Equal("Hello, world", (await room.ChatAsync()).Text);
    }

    [Theory]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(429)]
    public async Task A_server_that_answers_works_whatever_it_says(int status)
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("{}", status));
        using var room = Room();
        for (var i = 0; i < 5; i++)
            await room.ChatAsync();

        Assert.Equal("closed", await StatusAsync(room));
    }

    [Theory]
    [InlineData("""{"error":{"message":"too long","code":"context_length_exceeded"}}""", "closed")]
    [InlineData("""{"error":{"message":"crashed","type":"server_error"}}""", "open")]
    [InlineData("""{"error":{"message":"crashed","code":503}}""", "open")]
    [InlineData("not json", "open")]
    public async Task What_is_the_callers_fault_is_not_held_against_the_server(string item, string status)
    {
        Upstream.OnChat(exchange => exchange.EventsAsync(item));
        using var room = Room();
        for (var i = 0; i < 2; i++)
            Assert.NotNull((await room.ChatAsync()).Error);

        Assert.Equal(status, await StatusAsync(room));
    }

    [Fact]
    public void A_success_in_between_starts_the_count_anew()
    {
        var breaker = new CircuitBreaker(2, Pause, _time);
        breaker.TryEnter(out _)!.Failed();
        breaker.TryEnter(out _)!.Succeeded();
        breaker.TryEnter(out _)!.Failed();

        Assert.Equal(BreakerState.Closed, breaker.State);
        Assert.Equal(1, breaker.FailuresInRow);
    }

    [Fact]
    public void What_began_before_it_opened_says_nothing_when_it_ends_after()
    {
        var breaker = new CircuitBreaker(1, Pause, _time);
        var old = breaker.TryEnter(out _)!;
        breaker.TryEnter(out _)!.Failed();
        old.Succeeded();

        Assert.Equal(BreakerState.Open, breaker.State);
    }

    private ModelRoom Room() =>
        ModelRoom.Of(Upstream, _time, ("BreakerFailures", "2"), ("BreakerPauseMs", "30000"), ("MaxRetries", "0"), ("DiscoverySeconds", "86400"));

    private static async Task<string?> StatusAsync(ModelRoom room)
    {
        var list = (await room.CallAsync("models/list", """{"provider":"up"}""")).Result;
        Assert.Equal((string?)list["upstreams"]![0]!["status"], (string?)list["models"]![0]!["status"]);
        return (string?)list["models"]![0]!["status"];
    }
}
