using Patchbay.Testing.Models;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.Models.Tests.Checks;

/// <summary>What <c>system/diagnostics</c> hears of model servers.</summary>
public class CheckTests : UpstreamTest
{
    [Fact]
    public void Each_server_has_two_checks_and_without_servers_there_are_none()
    {
        using var room = ModelRoom.Of(Upstream, null);
        Assert.Equal(
            [("models.breaker.up", "services", DiagnosticLevel.Basic), ("models.upstream.up", "services", DiagnosticLevel.Full)],
            room.Checks.Select(check => (check.Id, check.Component, check.Level)).Order());
        using var empty = ModelRoom.With(null);
        Assert.Empty(empty.Checks);
    }

    [Fact]
    public async Task A_server_that_answers_is_healthy()
    {
        var reading = await RunAsync("models.upstream.up");

        Assert.Equal(CheckStatus.Healthy, reading.Status);
        Assert.Equal("ms", reading.Unit);
        Assert.NotNull(reading.Observed);
    }

    [Fact]
    public async Task A_stopped_server_is_found()
    {
        await Upstream.StopAsync();
        var reading = await RunAsync("models.upstream.up");

        Assert.Equal(CheckStatus.Unhealthy, reading.Status);
        Assert.Contains("'up'", reading.Message);
        Assert.Contains("Patchbay:Models:Upstreams:up:BaseUrl", reading.Hint);
        Assert.DoesNotContain("127.0.0.1", reading.Message);
    }

    [Fact]
    public async Task A_server_that_hangs_is_found_within_its_time()
    {
        var time = new ManualTime();
        Upstream.OnModels(exchange => exchange.Gone);
        using var room = ModelRoom.Of(Upstream, time);
        var check = room.Checks.Single(check => check.Id == "models.upstream.up");
        var running = check.RunAsync(CancellationToken.None).AsTask();
        await Patience.UntilAsync(() => Upstream.All.Count > 0, "the question");
        time.Advance(TimeSpan.FromSeconds(5));

        Assert.Equal(CheckStatus.Unhealthy, (await running.Bounded()).Status);
        Assert.True(check.Timeout > TimeSpan.FromSeconds(5));
    }

    [Theory]
    [InlineData(401, CheckStatus.Unhealthy, "key")]
    [InlineData(500, CheckStatus.Unhealthy, "log")]
    [InlineData(429, CheckStatus.Degraded, "log")]
    [InlineData(302, CheckStatus.Unhealthy, "final address")]
    [InlineData(404, CheckStatus.Healthy, null)]
    public async Task What_it_answers_decides(int status, CheckStatus expected, string? hint)
    {
        Upstream.OnModels(exchange => exchange.JsonAsync("{}", status));
        var reading = await RunAsync("models.upstream.up");

        Assert.Equal(expected, reading.Status);
        Assert.Equal(hint is null, reading.Hint is null);
        if (hint is not null)
            Assert.Contains(hint, reading.Hint);
    }

    [Fact]
    public async Task Calls_that_fail_show_without_asking_the_server()
    {
        Upstream.OnChat(exchange => exchange.JsonAsync("{}", 500), exchange => exchange.JsonAsync("{}", 500), exchange => exchange.EventsAsync([.. Chunk.Good]));
        var time = new ManualTime();
        using var room = ModelRoom.Of(Upstream, time, ("BreakerFailures", "2"));
        Assert.Equal((CheckStatus.Healthy, 0), await LookAsync(room));
        await room.ChatAsync();
        Assert.Equal((CheckStatus.Degraded, 1), await LookAsync(room));
        await room.ChatAsync();
        Assert.Equal((CheckStatus.Unhealthy, 2), await LookAsync(room));
        time.Advance(TimeSpan.FromSeconds(30));
        Assert.Equal((CheckStatus.Degraded, 2), await LookAsync(room));
        await room.ChatAsync();
        Assert.Equal((CheckStatus.Healthy, 0), await LookAsync(room));
    }

    private static async Task<(CheckStatus, double?)> LookAsync(ModelRoom room)
    {
        var reading = await room.Checks.Single(check => check.Id == "models.breaker.up").RunAsync(CancellationToken.None);
        return (reading.Status, reading.Observed);
    }

    private async Task<CheckReading> RunAsync(string id)
    {
        using var room = ModelRoom.Of(Upstream, null);
        return await room.Checks.Single(check => check.Id == id).RunAsync(CancellationToken.None).AsTask().Bounded();
    }
}
