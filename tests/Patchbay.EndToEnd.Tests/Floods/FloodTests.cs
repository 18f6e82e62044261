using System.Net.Sockets;
using System.Text;
using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Floods;

/// <summary>Too much of everything: the others are served, and memory stays bounded.</summary>
public sealed class FloodTests(FloodServer fixture) : HostileTest(fixture), IClassFixture<FloodServer>
{
    private const long MemoryAllowance = 96L << 20;

    // Loose: these tests share two cores with the rest of the suite.
    private static readonly TimeSpan PromptlyEnough = TimeSpan.FromSeconds(2);

    [Theory]
    [InlineData("heartbeat", "hb-1", ",\"client_id\":\"c\",\"uptime\":1")]
    [InlineData("event", "evt-1", ",\"event_type\":\"ack\",\"data\":{\"seq\":0}")]
    [Requirement("PROTO-8-04")]
    public async Task A_flood_of_what_is_not_counted_ends_with_1008(string type, string id, string more)
    {
        using var peer = await Server.OpenAsync();
        var frame = RawFrame.Encode(0x81, Encoding.UTF8.GetBytes(Peers.Envelope(type, id, more)));
        await peer.SendAsync(Enumerable.Repeat(frame, 1000).SelectMany(bytes => bytes).ToArray());
        var (close, before) = await peer.ReadToEndAsync();
        Assert.Equal(1008, close.CloseCode);
        Assert.Equal("SECURITY_VIOLATION", before[^1].Kept().ErrorCode());
        await ViolationsAreAsync(("security_violation", 1));
    }

    [Fact]
    [Requirement("PROTO-8-04")]
    public async Task A_flood_of_heartbeats_of_many_bytes_ends_with_1008()
    {
        using var peer = await Server.OpenAsync();
        var wide = RawFrame.Encode(0x81, Encoding.UTF8.GetBytes(Peers.Envelope("heartbeat", "hb-1", $$""","client_id":"c","uptime":1,"metrics":{"x":"{{new string('x', 200_000)}}"}""")));
        for (var i = 0; i < 8; i++)
            await peer.SendAsync(wide);
        Assert.Equal(1008, (await peer.ReadToEndAsync()).Close.CloseCode);
        await ViolationsAreAsync(("security_violation", 1));
    }

    [Fact]
    public async Task Five_hundred_half_open_handshakes_keep_nobody_out()
    {
        var half = new List<TcpClient>();
        try
        {
            for (var i = 0; i < 500; i++)
            {
                half.Add(new TcpClient());
                await half[^1].ConnectAsync(Server.Url.Host, Server.Url.Port).Bounded();
                await half[^1].Client.SendAsync("GET /api/mcp/ws HTTP/1.1\r\nX-Slow: "u8.ToArray());
            }

            // Each sends a byte a second until the server, after ten seconds, has had enough of all of them.
            var rounds = 0;
            while (half.Any(tcp => !HasEnded(tcp)))
            {
                Assert.InRange(++rounds, 1, 30);
                foreach (var tcp in half.Where(tcp => !HasEnded(tcp)))
                    Send(tcp);
                var started = TimeProvider.System.GetTimestamp();
                using var good = await Server.OpenAsync(Server.Keys.PlainKey);
                Assert.NotNull((await good.AskAsync("ping"))["result"]);
                Assert.InRange(TimeProvider.System.GetElapsedTime(started), TimeSpan.Zero, PromptlyEnough);
                await Task.Delay(TimeSpan.FromSeconds(1), TimeProvider.System);
            }

            // The contract gives the headers ten seconds.
            Assert.InRange(rounds, 5, 30);
        }
        finally
        {
            half.ForEach(tcp => tcp.Dispose());
        }

        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_client_beside_a_flood_is_answered_promptly_and_memory_stays_bounded()
    {
        using var good = await Server.OpenAsync(Server.Keys.PlainKey);
        var (flooder, welcome) = await Server.OpenWithWelcomeAsync(TestServer.Key);
        using var disposed = flooder;
        using var stop = new CancellationTokenSource();
        var before = Server.ResidentBytes;
        var frames = Enumerable.Repeat(RawFrame.Encode(0x81, """{"id":"f","method":"ping"}"""u8), 200).SelectMany(bytes => bytes).ToArray();
        var sent = 0;
        var flooding = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await flooder.SendAsync(frames);
                Interlocked.Add(ref sent, 200);
            }
        });
        var reading = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
                await flooder.ReadFrameAsync();
        });

        var slowest = TimeSpan.Zero;
        for (var i = 0; i < 200 || Volatile.Read(ref sent) < 20_000; i++)
        {
            Assert.False(flooding.IsFaulted, flooding.Exception?.ToString());
            var started = TimeProvider.System.GetTimestamp();
            Assert.NotNull((await good.AskAsync("ping"))["result"]);
            var took = TimeProvider.System.GetElapsedTime(started);
            slowest = took > slowest ? took : slowest;
        }

        var grown = Server.ResidentBytes - before;
        await stop.CancelAsync();
        flooder.Reset();
        await Task.WhenAny(Task.WhenAll(flooding, reading)).Bounded();
        // What it had sent is still being read.
        var ended = TimeProvider.System.GetTimestamp();
        while (await IsConnectedAsync((string)welcome["data"]!["client_id"]!))
            Assert.InRange(TimeProvider.System.GetElapsedTime(ended), TimeSpan.Zero, Patience.Limit);
        Assert.InRange(slowest, TimeSpan.Zero, PromptlyEnough);
        Assert.InRange(grown, long.MinValue, MemoryAllowance);
    }

    [Fact]
    public async Task Readers_that_are_stuck_are_ended_and_take_no_memory_without_bound()
    {
        const int Stuck = 20;
        var active = await ActiveAsync();
        var before = Server.ResidentBytes;
        var peers = new List<RawPeer>();
        try
        {
            for (var i = 0; i < Stuck; i++)
            {
                var peer = await RawPeer.ConnectAsync(Server.Url, receiveBytes: 4096);
                peers.Add(peer);
                Assert.Equal(101, (await peer.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = Server.Keys.PlainKey })).Status);
                await peer.ReadMessageAsync();
                // 6.5 GB, were they sent.
                await peer.SendTextAsync("""{"id":"s","method":"tools/call","params":{"name":"debug/stream","arguments":{"chunks":100000,"bytes":65536,"delay_ms":0},"stream":true}}""");
            }

            var most = 0L;
            var started = TimeProvider.System.GetTimestamp();
            int now;
            do
            {
                now = await ActiveAsync();
                most = Math.Max(most, Server.ResidentBytes);
                await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
            }
            while (now > active && TimeProvider.System.GetElapsedTime(started) < Patience.Limit);

            Assert.InRange(now, 0, active);
            // A mebibyte may wait for each, and a socket's buffers are the kernel's.
            Assert.InRange(most - before, long.MinValue, (Stuck * (1L << 20)) + MemoryAllowance);
        }
        finally
        {
            peers.ForEach(peer => peer.Dispose());
        }

        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_slow_reader_gets_every_chunk_in_order()
    {
        using var peer = await RawPeer.ConnectAsync(Server.Url, receiveBytes: 4096);
        Assert.Equal(101, (await peer.HandshakeAsync(new Dictionary<string, string?> { ["X-API-Key"] = Server.Keys.PlainKey })).Status);
        await peer.ReadMessageAsync();
        await peer.SendTextAsync("""{"id":"s","method":"tools/call","params":{"name":"debug/stream","arguments":{"chunks":64,"bytes":65536,"delay_ms":0},"stream":true}}""");
        for (var i = 0; i < 64; i++)
        {
            var chunk = await peer.ReadMessageAsync();
            Assert.Equal(i, (int)chunk["data"]!["index"]!);
        }

        Assert.Equal(64, (int)(await peer.ReadMessageAsync())["result"]!["chunks"]!);
        await ViolationsAreAsync();
    }

    [Fact]
    public async Task A_batch_of_sixty_four_large_messages_is_answered_one_by_one()
    {
        using var peer = await Server.OpenAsync(Server.Keys.PlainKey);
        var filler = new string('x', 3_900);
        await peer.SendTextAsync("[" + string.Join(',', Enumerable.Range(0, 64).Select(i =>
            $$$$"""{"id":"b{{{{i}}}}","method":"tools/call","params":{"name":"debug/echo","arguments":{"x":"{{{{filler}}}}"}}}""")) + "]");
        var ids = new HashSet<string>();
        while (ids.Count < 64)
            Assert.True(ids.Add((string)(await peer.ReadMessageAsync())["id"]!));
        await ViolationsAreAsync();
    }

    private async Task<int> ActiveAsync() => (int)(await Server.GetAsync("/api/mcp/status")).Body["connections"]!["active"]!;

    private async Task<bool> IsConnectedAsync(string clientId) =>
        (await Server.GetAsync("/api/mcp/status")).Body["connections"]!["items"]!.AsArray().Any(item => (string?)item!["client_id"] == clientId);

    private static bool HasEnded(TcpClient tcp)
    {
        try
        {
            return tcp.Client.Poll(0, SelectMode.SelectRead) && (tcp.Available == 0 || tcp.Client.Receive(new byte[tcp.Available]) >= 0);
        }
        catch (SocketException)
        {
            return true;
        }
    }

    private static void Send(TcpClient tcp)
    {
        try
        {
            tcp.Client.Send("x"u8);
        }
        catch (SocketException)
        {
            // Ended meanwhile, which is what is waited for.
        }
    }
}
