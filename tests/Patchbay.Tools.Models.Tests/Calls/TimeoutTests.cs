using System.Net;
using System.Net.Sockets;
using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>Each phase has its time, and the error names it.</summary>
public class TimeoutTests : UpstreamTest
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task The_first_byte_has_its_time_and_is_not_asked_for_again()
    {
        Upstream.OnChat(exchange => exchange.Gone);
        using var room = ModelRoom.Of(Upstream, _time, ("FirstByteTimeoutMs", "5000"));
        var running = room.ChatAsync();
        var exchange = await Upstream.ChatAsync();
        _time.Advance(TimeSpan.FromMilliseconds(4999));
        Assert.False(exchange.IsGone);
        _time.Advance(TimeSpan.FromMilliseconds(1));

        AssertTimedOut(await running, "first_byte", "5000");
        await exchange.Gone.Bounded();
        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task Headers_alone_are_no_first_byte()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            exchange.Gate.SetResult();
            await exchange.Gone;
        });
        using var room = ModelRoom.Of(Upstream, _time, ("FirstByteTimeoutMs", "5000"), ("IdleTimeoutMs", "1000"));
        var running = room.ChatAsync();
        await (await Upstream.ChatAsync()).Gate.Task.Bounded();
        _time.Advance(TimeSpan.FromMilliseconds(5000));

        AssertTimedOut(await running, "first_byte", "5000");
    }

    [Fact]
    public async Task A_pause_in_the_middle_has_its_time_and_what_came_is_partial()
    {
        var (room, running) = await StartedAsync(("IdleTimeoutMs", "3000"));
        using (room)
        {
            _time.Advance(TimeSpan.FromMilliseconds(2999));
            Assert.False(Upstream.Chats[0].IsGone);
            _time.Advance(TimeSpan.FromMilliseconds(1));
            var outcome = await running;

            AssertTimedOut(outcome, "idle", "3000");
            Assert.Equal("Hel", (string?)outcome.Error!.Details!["partial_text"]);
            await Upstream.Chats[0].Gone.Bounded();
            Assert.Single(Upstream.Chats);
        }
    }

    [Fact]
    public async Task What_comes_is_a_sign_of_life_but_does_not_outlive_the_total()
    {
        var gate = new SemaphoreSlim(0);
        Upstream.OnChat(async exchange =>
        {
            await exchange.EventsAsync(Chunk.Text("Hel"));
            while (true)
            {
                await gate.WaitAsync();
                await exchange.RawAsync($": alive\n\ndata: {Chunk.Text(".")}\n\n");
            }
        });
        using var room = ModelRoom.Of(Upstream, _time, ("IdleTimeoutMs", "3000"), ("TotalTimeoutMs", "10000"));
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink);
        await sink.NextAsync();
        // Four times two seconds: longer than the pause allowed, but never without a byte.
        for (var i = 0; i < 4; i++)
        {
            _time.Advance(TimeSpan.FromSeconds(2));
            gate.Release();
            await sink.NextAsync();
        }

        Assert.False(running.IsCompleted);
        _time.Advance(TimeSpan.FromSeconds(2));

        AssertTimedOut(await running, "total", "10000");
    }

    [Fact]
    public async Task A_pause_after_the_finish_reason_costs_no_answer()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.EventsAsync(Chunk.Of("""{"content":"Hello"}""", "stop"));
            await exchange.Gone;
        });
        using var room = ModelRoom.Of(Upstream, _time, ("IdleTimeoutMs", "3000"));
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink);
        await sink.NextAsync();
        _time.Advance(TimeSpan.FromSeconds(3));
        var outcome = await running;

        Assert.Equal("Hello", outcome.Text);
        Assert.NotNull(outcome.Result["warning"]);
    }

    [Fact]
    public async Task The_total_ends_also_the_wait_for_a_retry()
    {
        Upstream.OnChat(exchange =>
        {
            exchange.Header("Retry-After", "9");
            return exchange.JsonAsync("{}", 429);
        });
        using var room = ModelRoom.Of(Upstream, _time, ("TotalTimeoutMs", "5000"));
        var running = room.ChatAsync();
        await Patience.UntilAsync(() => room.Log.Lines.Any(line => line.StartsWith("8001 ", StringComparison.Ordinal)), "the decision to wait");
        _time.Advance(TimeSpan.FromSeconds(5));

        AssertTimedOut(await running, "total", "5000");
        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task A_connection_that_is_not_made_has_its_time()
    {
        // A listener whose queue is full takes no further connection: the kernel lets the handshake hang.
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen(1);
        var fillers = Enumerable.Range(0, 8).Select(_ => new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp) { Blocking = false }).ToList();
        try
        {
            foreach (var filler in fillers)
                _ = filler.ConnectAsync(listener.LocalEndPoint!).ContinueWith(connected => _ = connected.Exception, TaskScheduler.Default);
            using var room = ModelRoom.With(
                null, ("Upstreams:up:BaseUrl", $"http://{listener.LocalEndPoint}/v1"), ("Upstreams:up:Models:0:Id", "tiny"), ("Upstreams:up:Discover", "false"),
                ("Upstreams:up:ConnectTimeoutMs", "50"), ("Upstreams:up:RetryDelayMs", "1"), ("Upstreams:up:MaxRetries", "1"));
            var outcome = await room.ChatAsync();

            AssertTimedOut(outcome, "connect", "50");
            Assert.Equal(2, (int?)outcome.Error!.Details!["attempts"]);
        }
        finally
        {
            fillers.ForEach(filler => filler.Dispose());
        }
    }

    private static void AssertTimedOut(Outcome outcome, string phase, string milliseconds)
    {
        Assert.Equal("timeout_" + phase, outcome.Reason);
        Assert.Equal(phase, (string?)outcome.Error!.Details!["phase"]);
        Assert.Equal(ErrorCodes.ToolTimeout, outcome.Error.Code);
        Assert.Contains(milliseconds + " ms", outcome.Error.Message);
    }

    private bool Advanced(TimeSpan by)
    {
        _time.Advance(by);
        return false;
    }

    // A call that has had its first text, and then nothing.
    private async Task<(ModelRoom Room, Task<Outcome> Running)> StartedAsync(params (string, string)[] settings)
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.EventsAsync(Chunk.Text("Hel"));
            await exchange.Gone;
        });
        var room = ModelRoom.Of(Upstream, _time, settings);
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink);
        await sink.NextAsync();
        return (room, running);
    }
}
