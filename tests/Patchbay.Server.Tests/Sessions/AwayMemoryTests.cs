using Microsoft.Extensions.DependencyInjection;
using Patchbay.Server.Sessions;
using Patchbay.Server.Tests.Guard.RateLimit;
using Patchbay.Testing;

namespace Patchbay.Server.Tests.Sessions;

/// <summary>What a session costs while its client is away. Read from the collector, so nothing else runs meanwhile.</summary>
[Collection(nameof(MemoryBound))]
public sealed class AwayMemoryTests
{
    private const int Sessions = 400;

    [Theory]
    [InlineData("memory", 0)]
    [InlineData("memory", 10)]
    [InlineData("sqlite", 0)]
    [InlineData("sqlite", 10)]
    public async Task A_session_away_costs_at_most_2_KiB_beyond_its_buffer(string store, int pings)
    {
        await using var server = await TestServer.StartAsync(
            null,
            ("Store:Kind", store),
            ("Limits:ConnectionsPerKey", "1000000"),
            ("Limits:ConnectionsPerAddress", "1000000"),
            ("Limits:HandshakesPerMinutePerAddress", "1000000"));
        // What a server and its pools take once is not the price of a session.
        await LeaveAsync(server, Sessions / 4, pings);
        var (before, keptBefore) = Measure(server);
        await LeaveAsync(server, Sessions, pings);
        var (after, keptAfter) = Measure(server);

        Assert.Equal(Sessions * (pings + 1), keptAfter.Messages - keptBefore.Messages);
        var beyond = (after - before - (keptAfter.Bytes - keptBefore.Bytes)) / (double)Sessions;
        Assert.InRange(beyond, 256, 2048);
    }

    private static async Task LeaveAsync(TestServer server, int count, int pings)
    {
        for (var i = 0; i < count; i++)
        {
            using var client = await WireClient.ConnectAsync(server);
            await client.AskAsync("session/hello", """{"client":{"name":"test","version":"1"},"resumable":true}""");
            for (var ping = 0; ping < pings; ping++)
                await client.AskAsync("ping");
        }

        await Patience.UntilAsync(() => server.Connections == 0, "All are away.");
    }

    private static (long Memory, (int Messages, long Bytes) Kept) Measure(TestServer server)
    {
        var kept = server.Services.GetRequiredService<SessionRegistry>().Kept.Select(session => session.Outbox.Kept).ToArray();
        return (GC.GetTotalMemory(forceFullCollection: true), (kept.Sum(each => each.Messages), kept.Sum(each => each.Bytes)));
    }
}
