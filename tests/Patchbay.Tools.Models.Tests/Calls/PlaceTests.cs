using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>How many calls of a model run at a time, and how many wait.</summary>
public class PlaceTests : UpstreamTest
{
    private readonly ManualTime _time = new();

    [Fact]
    public async Task A_call_waits_for_a_place_and_the_next_is_refused()
    {
        using var room = Room(("MaxConcurrency", "1"), ("MaxWaiting", "1"));
        var first = room.ChatAsync();
        await Upstream.ChatAsync();
        var second = room.ChatAsync();
        var refused = await room.ChatAsync();

        Assert.Equal("queue_full", refused.Reason);
        Assert.Equal(ErrorCodes.ServerOverloaded, refused.Error!.Code);
        Assert.False(second.IsCompleted);
        Assert.Single(Upstream.Chats);
        _time.Advance(TimeSpan.FromSeconds(2));
        Upstream.Chats[0].Gate.SetResult();
        Assert.Equal("Hello, world", (await first).Text);
        (await Upstream.ChatAsync(2)).Gate.SetResult();
        Assert.Equal(2000, (double?)(await second).Result["timings"]!["queue_ms"]);
    }

    [Fact]
    public async Task The_wait_has_its_time()
    {
        using var room = Room(("MaxConcurrency", "1"), ("MaxWaitMs", "2000"));
        var first = room.ChatAsync();
        await Upstream.ChatAsync();
        var second = room.ChatAsync();
        _time.Advance(TimeSpan.FromMilliseconds(2000));

        Assert.Equal("queue_timeout", (await second).Reason);
        Upstream.Chats[0].Gate.SetResult();
        Assert.Null((await first).Error);
    }

    [Fact]
    public async Task A_call_that_is_cancelled_while_it_waits_is_never_sent()
    {
        using var room = Room(("MaxConcurrency", "1"));
        var first = room.ChatAsync();
        await Upstream.ChatAsync();
        using var cancel = new CancellationTokenSource();
        var second = room.ChatAsync(cancellationToken: cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => second);
        Upstream.Chats[0].Gate.SetResult();
        await first;

        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task Models_do_not_wait_for_each_other_and_may_have_places_of_their_own()
    {
        using var room = Room(("MaxConcurrency", "1"), ("MaxWaiting", "0"), ("Models:0:Id", "other"), ("Models:0:MaxConcurrency", "2"));
        var running = new List<Task<Outcome>> { room.ChatAsync(model: "tiny"), room.ChatAsync(model: "other"), room.ChatAsync(model: "other") };
        await Upstream.ChatAsync(3);

        Assert.Equal("queue_full", (await room.ChatAsync(model: "tiny")).Reason);
        Assert.Equal("queue_full", (await room.ChatAsync(model: "other")).Reason);
        foreach (var exchange in Upstream.Chats)
            exchange.Gate.SetResult();
        Assert.All(await Task.WhenAll(running), outcome => Assert.Null(outcome.Error));
    }

    // Every answer waits for its gate.
    private ModelRoom Room(params (string, string)[] settings)
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.Gate.Task;
            await exchange.EventsAsync([.. Chunk.Good]);
        });
        return ModelRoom.Of(Upstream, _time, settings);
    }
}
