using Patchbay.Testing;
using Patchbay.Transport.WebSockets;

namespace Patchbay.Transport.Tests.WebSockets;

public class OutboundQueueTests
{
    private readonly OutboundQueue _queue = new(100);

    [Fact]
    public void Messages_come_out_in_the_order_they_went_in()
    {
        foreach (var length in (int[])[1, 2, 3])
            Assert.True(_queue.TryEnqueue(Frame(length)));

        Assert.Equal([1, 2, 3], Drain());
    }

    [Fact]
    public void A_message_is_taken_to_the_bound_and_none_beyond_it()
    {
        Assert.True(_queue.TryEnqueue(Frame(60)));
        Assert.False(_queue.TryEnqueue(Frame(41)));
        Assert.True(_queue.TryEnqueue(Frame(40)));
        Assert.False(_queue.HasRoom);
        Assert.False(_queue.TryEnqueue(Frame(1)));

        Assert.Equal([60, 40], Drain());
        Assert.True(_queue.HasRoom);
    }

    [Fact]
    public void A_message_larger_than_the_bound_is_taken_when_nothing_else_waits()
    {
        Assert.True(_queue.TryEnqueue(Frame(1000)));
        Assert.False(_queue.TryEnqueue(Frame(1)));

        Assert.Equal([1000], Drain());
    }

    [Fact]
    public void What_cannot_wait_is_taken_above_the_bound()
    {
        _queue.Enqueue(Frame(100));
        _queue.Enqueue(Frame(5));

        Assert.Equal([100, 5], Drain());
    }

    [Fact]
    public async Task One_who_waits_for_room_is_told_when_there_is_some()
    {
        _queue.Enqueue(Frame(60));
        _queue.Enqueue(Frame(60));
        var waiting = WaitAsync();
        Assert.False(waiting.IsCompleted);

        Assert.Equal([60, 60], Drain());
        await waiting.Bounded();
    }

    [Fact]
    public async Task One_who_waits_for_room_is_told_of_the_end()
    {
        _queue.Enqueue(Frame(100));
        var waiting = WaitAsync();

        _queue.Abort();

        await waiting.Bounded();
        Assert.Empty(Drain());
    }

    [Fact]
    public async Task One_who_waits_for_room_may_give_up()
    {
        _queue.Enqueue(Frame(100));
        using var giveUp = new CancellationTokenSource();
        var waiting = WaitAsync(giveUp.Token);

        await giveUp.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting.Bounded());
    }

    [Fact]
    public async Task Nothing_follows_the_last_frame()
    {
        _queue.Enqueue(Frame(1));
        Assert.True(_queue.Complete(Frame(2)));
        Assert.False(_queue.Complete(Frame(3)));
        _queue.Enqueue(Frame(4));
        Assert.True(_queue.TryEnqueue(Frame(5)));

        Assert.True(_queue.IsCompleted);
        Assert.True(await _queue.WaitAsync());
        Assert.Equal([1, 2], Drain());
        Assert.False(await _queue.WaitAsync());
    }

    [Fact]
    public void While_it_is_corked_a_flush_wakes_nobody()
    {
        var waking = _queue.WaitAsync();
        _queue.Cork();
        _queue.Enqueue(Frame(1));
        _queue.Flush();
        Assert.False(waking.IsCompleted);

        _queue.Uncork();
        Assert.True(waking.IsCompleted);
    }

    [Fact]
    public void The_last_frame_leaves_also_from_a_corked_queue()
    {
        var waking = _queue.WaitAsync();
        _queue.Cork();

        _queue.Complete(Frame(1));

        Assert.True(waking.IsCompleted);
    }

    [Fact]
    public void A_flush_of_nothing_wakes_nobody()
    {
        var waking = _queue.WaitAsync();
        _queue.Flush();
        Assert.False(waking.IsCompleted);
    }

    /// <summary>Whoever is first, putting in and taking out at the same time loses nothing and wakes the taker often enough.</summary>
    [Fact]
    public async Task Producers_on_many_threads_lose_nothing()
    {
        const int Producers = 4;
        const int Each = 5_000;
        var taking = Task.Run(async () =>
        {
            var seen = new int[Producers];
            while (await _queue.WaitAsync())
            {
                while (_queue.TryDequeue(out var frame))
                {
                    if (frame.Opcode == Opcode.Close)
                        continue;
                    seen[frame.Message.Length - 1]++;
                    frame.Message.Release();
                }
            }

            return seen;
        });
        await Task.WhenAll(Enumerable.Range(1, Producers).Select(producer => Task.Run(async () =>
        {
            for (var i = 0; i < Each; i++)
            {
                var frame = Frame(producer);
                while (!_queue.TryEnqueue(frame))
                    await WaitAsync();
                _queue.Flush();
            }
        }))).Bounded();
        _queue.Complete(new OutboundFrame(Opcode.Close, new OutboundMessage()));

        Assert.Equal(Enumerable.Repeat(Each, Producers), await taking.Bounded());
    }

    private Task WaitAsync(CancellationToken cancellationToken = default) => _queue.WaitForRoomAsync(1, cancellationToken);

    private List<int> Drain()
    {
        var lengths = new List<int>();
        while (_queue.TryDequeue(out var frame))
        {
            lengths.Add(frame.Message.Length);
            frame.Message.Release();
        }

        return lengths;
    }

    private static OutboundFrame Frame(int length)
    {
        var message = new OutboundMessage();
        message.GetSpan(length)[..length].Clear();
        message.Advance(length);
        return new OutboundFrame(Opcode.Text, message);
    }
}
