namespace Patchbay.EndToEnd.Tests.Sessions;

/// <summary>What a session holds in memory while its client is away.</summary>
public sealed class AwayMemoryTests(ITestOutputHelper output)
{
    private const int Sessions = 400;

    [Fact]
    public async Task A_session_away_holds_its_buffer_and_little_more()
    {
        await using var server = await TestServer.StartAsync(time: null, ("Limits:ConnectionsPerKey", "1000"), ("Limits:HandshakesPerMinutePerAddress", "100000"));
        await MakeAsync(server, 50);
        var before = GC.GetTotalMemory(forceFullCollection: true);
        await MakeAsync(server, Sessions);
        var each = (GC.GetTotalMemory(forceFullCollection: true) - before) / Sessions;
        output.WriteLine($"{each} bytes each.");
        Assert.InRange(each, 0, 8_192);
    }

    private static async Task MakeAsync(TestServer server, int count)
    {
        for (var i = 0; i < count; i++)
        {
            var (peer, _) = await server.OpenSessionAsync();
            peer.Reset();
        }

        await Patience.UntilAsync(() => server.Connections == 0, "All are away.");
    }
}
