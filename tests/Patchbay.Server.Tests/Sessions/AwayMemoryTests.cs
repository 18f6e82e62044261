using Microsoft.Extensions.DependencyInjection;
using Patchbay.Server.Sessions;
using Patchbay.Server.Tests.Guard.RateLimit;
using Patchbay.Testing;

namespace Patchbay.Server.Tests.Sessions;

/// <summary>What a session costs while its client is away. Read from the collector, so nothing else runs meanwhile.</summary>
[Collection(nameof(MemoryBound))]
public sealed class AwayMemoryTests
{
    private const int Sessions = 300;

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
        var each = new List<double>();
        var buffer = 0.0;
        // What a server and its pools take once, or give back, is not the price of a session: the first round is not counted, and of the others the median is.
        for (var round = 0; round < 4; round++)
        {
            var (before, keptBefore) = Measure(server);
            await LeaveAsync(server, pings);
            var (after, kept) = Measure(server);
            Assert.Equal(Sessions * (pings + 1), kept.Messages - keptBefore.Messages);
            buffer = (kept.Bytes - keptBefore.Bytes) / (double)Sessions;
            if (round > 0)
                each.Add((after - before) / (double)Sessions);
        }

        TestContext.Current.TestOutputHelper?.WriteLine($"{string.Join(' ', each.Select(bytes => $"{bytes:f0}"))} bytes, of them {buffer:f0} buffer");
        // With a file the buffer stands in the file, and memory only knows where. Less than its ids and its token would be no measurement.
        Assert.InRange(each.Order().ElementAt(1), 256 + (store == "memory" ? buffer : 0), 2048 + buffer);
    }

    private static async Task LeaveAsync(TestServer server, int pings)
    {
        for (var i = 0; i < Sessions; i++)
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
        return (LiveHeap.Bytes(), (kept.Sum(each => each.Messages), kept.Sum(each => each.Bytes)));
    }
}
