using System.Net.Sockets;
using Patchbay.Testing.Faults;

namespace Patchbay.EndToEnd.Tests.Faults;

/// <summary>The proxy does what its plan says, to the byte.</summary>
public sealed class FaultProxyTests
{
    [Theory]
    [InlineData(16_384)]
    [InlineData(1)]
    [InlineData(7)]
    public async Task Without_a_fault_everything_arrives_as_it_was_sent(int chunkBytes)
    {
        var direction = new DirectionPlan { ChunkBytes = chunkBytes };
        await using var pair = await ProxiedPair.OpenAsync(new FaultPlan { ToServer = direction, ToClient = direction });
        var question = Bytes(5_000, 1);
        var answer = Bytes(5_000, 2);
        await pair.Client.SendAsync(question);
        Assert.Equal(question, await ProxiedPair.ReadAsync(pair.Server, question.Length));
        await pair.Server.SendAsync(answer);
        Assert.Equal(answer, await ProxiedPair.ReadAsync(pair.Client, answer.Length));
        await Patience.UntilAsync(() => pair.Connection is { ToServer: 5_000, ToClient: 5_000 }, "Every byte is counted.");
    }

    [Fact]
    public async Task The_end_of_one_direction_leaves_the_other_open()
    {
        await using var pair = await ProxiedPair.OpenAsync(FaultPlan.None);
        pair.Client.Shutdown(SocketShutdown.Send);
        Assert.Equal(0, await ProxiedPair.EndAsync(pair.Server));
        await pair.Server.SendAsync(Bytes(10, 3));
        Assert.Equal(Bytes(10, 3), await ProxiedPair.ReadAsync(pair.Client, 10));
    }

    [Theory]
    [InlineData(0, 1)]
    [InlineData(1, 1)]
    [InlineData(99, 7)]
    [InlineData(100, 100)]
    [InlineData(1_000, 4_000)]
    public async Task A_cut_comes_at_its_byte_however_the_bytes_are_packed(int at, int packet)
    {
        await using var toServer = await ProxiedPair.OpenAsync(FaultPlan.CutToServerAfter(at, CutKind.Fin));
        await SendPacketsAsync(toServer.Client, packet);
        Assert.Equal(Bytes(4_000, 1)[..at], await ProxiedPair.ReadAsync(toServer.Server, 4_000));
        Assert.Equal(0, await ProxiedPair.EndAsync(toServer.Client));

        await using var toClient = await ProxiedPair.OpenAsync(FaultPlan.CutToClientAfter(at, CutKind.Fin));
        await SendPacketsAsync(toClient.Server, packet);
        Assert.Equal(Bytes(4_000, 1)[..at], await ProxiedPair.ReadAsync(toClient.Client, 4_000));
        Assert.Equal(0, await ProxiedPair.EndAsync(toClient.Server));
    }

    [Fact]
    public async Task A_cut_with_reset_resets_both_sides()
    {
        await using var pair = await ProxiedPair.OpenAsync(FaultPlan.CutToServerAfter(50));
        await pair.Client.SendAsync(Bytes(50, 1));
        Assert.Equal(-1, await ProxiedPair.EndAsync(pair.Client));
        await pair.Connection.Ended.Bounded();
        Assert.Equal(50, pair.Connection.ToServer);
    }

    [Fact]
    public async Task A_reset_of_one_side_is_passed_on()
    {
        await using var pair = await ProxiedPair.OpenAsync(FaultPlan.None);
        pair.Client.LingerState = new LingerOption(enable: true, seconds: 0);
        pair.Client.Close();
        Assert.Equal(-1, await ProxiedPair.EndAsync(pair.Server));
    }

    [Fact]
    public async Task A_stalled_direction_takes_no_byte_until_it_is_released()
    {
        await using var pair = await ProxiedPair.OpenAsync(new FaultPlan { ToServer = new DirectionPlan { StallAfter = 100 } });
        await pair.Client.SendAsync(Bytes(4_000, 1));
        await pair.Connection.Stalled.Bounded();
        Assert.Equal(100, pair.Connection.ToServer);
        await pair.Server.SendAsync(Bytes(10, 2));
        Assert.Equal(Bytes(10, 2), await ProxiedPair.ReadAsync(pair.Client, 10));
        Assert.Equal(100, pair.Connection.ToServer);
        pair.Connection.Release();
        Assert.Equal(Bytes(4_000, 1), await ProxiedPair.ReadAsync(pair.Server, 4_000));
    }

    [Fact]
    public async Task A_sender_feels_a_stall_when_the_buffers_on_the_way_are_full()
    {
        await using var pair = await ProxiedPair.OpenAsync(new FaultPlan { ToServer = new DirectionPlan { StallAfter = 0 } });
        // More than any socket buffer of the machine.
        var sending = pair.Client.SendAsync(new byte[64 << 20]);
        await pair.Connection.Stalled.Bounded();
        Assert.False(sending.IsCompleted);
        pair.Connection.Cut(CutKind.Reset);
        await Assert.ThrowsAsync<SocketException>(() => sending.Bounded());
    }

    [Fact]
    public async Task Half_open_one_side_hears_nothing_and_is_told_nothing()
    {
        await using var pair = await ProxiedPair.OpenAsync(new FaultPlan { ToClient = new DirectionPlan { SilenceAfter = 5 } });
        await pair.Server.SendAsync(Bytes(100, 1));
        Assert.Equal(Bytes(100, 1)[..5], await ProxiedPair.ReadAsync(pair.Client, 5));
        var hearing = ProxiedPair.EndAsync(pair.Client);
        pair.Server.Shutdown(SocketShutdown.Send);
        // The other direction goes on, also behind the end nobody was told of.
        await pair.Client.SendAsync(Bytes(10, 2));
        Assert.Equal(Bytes(10, 2), await ProxiedPair.ReadAsync(pair.Server, 10));
        Assert.False(hearing.IsCompleted);
        Assert.Equal(5, pair.Connection.ToClient);
        pair.Connection.Cut(CutKind.Fin);
        Assert.Equal(0, await hearing);
    }

    [Fact]
    public async Task Silence_can_fall_at_any_time()
    {
        await using var pair = await ProxiedPair.OpenAsync(FaultPlan.None);
        await pair.Client.SendAsync(Bytes(10, 1));
        Assert.Equal(Bytes(10, 1), await ProxiedPair.ReadAsync(pair.Server, 10));
        pair.Connection.Silence();
        await pair.Client.SendAsync(Bytes(10, 1));
        pair.Client.Shutdown(SocketShutdown.Send);
        var hearing = ProxiedPair.EndAsync(pair.Server);
        pair.Connection.Cut(CutKind.Fin);
        Assert.Equal(0, await hearing);
        Assert.Equal(10, pair.Connection.ToServer);
    }

    [Fact]
    public async Task A_delay_holds_bytes_back_until_the_clock_has_moved()
    {
        var time = new ManualTime();
        await using var pair = await ProxiedPair.OpenAsync(new FaultPlan { ToServer = new DirectionPlan { Delay = TimeSpan.FromSeconds(3) } }, time);
        await pair.Client.SendAsync(Bytes(10, 1));
        await Patience.UntilAsync(() => time.Waiting == 1, "The proxy waits.");
        time.Advance(TimeSpan.FromSeconds(2.9));
        Assert.Equal((1, 0), (time.Waiting, pair.Connection.ToServer));
        time.Advance(TimeSpan.FromSeconds(0.1));
        Assert.Equal(Bytes(10, 1), await ProxiedPair.ReadAsync(pair.Server, 10));
    }

    [Fact]
    public async Task Each_connection_has_its_own_plan()
    {
        await using var server = await TestServer.StartAsync();
        await using var proxy = FaultProxy.Start(server.Url, number => number == 0 ? FaultPlan.CutToClientAfter(0) : FaultPlan.OneByteAtATime);
        // The reset may be faster than the end of connecting.
        var fault = await Record.ExceptionAsync(async () =>
        {
            using var first = await RawPeer.ConnectAsync(proxy.Url);
            await first.HandshakeAsync();
        });
        Assert.True(fault is IOException or SocketException, fault?.ToString());
        using var second = await RawPeer.OpenAsync(proxy.Url);
        await second.SendTextAsync("""{"id":"a","method":"ping"}""");
        Assert.Equal("a", (string?)(await second.ReadMessageAsync())["id"]);
    }

    [Fact]
    public async Task A_client_keeps_its_address_when_the_server_moves()
    {
        await using var first = await TestServer.StartAsync();
        await using var proxy = FaultProxy.Start(first.Url);
        using var before = await RawPeer.OpenAsync(proxy.Url);
        await using var second = await TestServer.StartAsync();
        proxy.Target = second.Url;
        using var after = await RawPeer.OpenAsync(proxy.Url);
        await first.StopAsync();
        await after.SendTextAsync("""{"id":"a","method":"ping"}""");
        Assert.Equal("a", (string?)(await after.ReadMessageAsync())["id"]);
    }

    [Fact]
    public async Task Where_nobody_listens_the_client_is_reset()
    {
        // Taken, so that nobody else listens there, and not listening.
        using var nowhere = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        nowhere.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var url = new Uri($"http://{nowhere.LocalEndPoint}");
        await using var proxy = FaultProxy.Start(url);
        using var client = new Socket(SocketType.Stream, ProtocolType.Tcp);
        try
        {
            await client.ConnectAsync(proxy.Url.Host, proxy.Url.Port);
            Assert.Equal(-1, await ProxiedPair.EndAsync(client));
        }
        catch (SocketException fault) when (fault.SocketErrorCode == SocketError.ConnectionReset)
        {
            // The reset was faster than the end of connecting.
        }

        await Patience.UntilAsync(() => proxy.Accepted == 1, "The proxy has accepted once.");
    }

    private static async Task SendPacketsAsync(Socket socket, int packet)
    {
        var bytes = Bytes(4_000, 1);
        try
        {
            for (var sent = 0; sent < bytes.Length; sent += packet)
                await socket.SendAsync(bytes.AsMemory(sent, Math.Min(packet, bytes.Length - sent))).AsTask().Bounded();
        }
        catch (SocketException)
        {
            // Cut before the last packet.
        }
    }

    private static byte[] Bytes(int count, int seed)
    {
        var bytes = new byte[count];
        new Random(seed).NextBytes(bytes);
        return bytes;
    }
}
