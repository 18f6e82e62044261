using Patchbay.Testing;

namespace Patchbay.Transport.Tests;

public class BackPressureTests
{
    [Fact]
    public async Task A_peer_that_takes_no_byte_for_ten_seconds_is_stuck()
    {
        var time = new ManualTime();
        using var pair = new Pair(time: time, bufferBytes: 1024).Start();
        pair.Send(new string('x', 10_000));

        time.Advance(TimeSpan.FromSeconds(10));
        Assert.False(pair.Connection.IsStuck());
        time.Advance(TimeSpan.FromTicks(1));
        Assert.True(pair.Connection.IsStuck());

        pair.Connection.Abort();
        await pair.Run.Bounded();
    }

    /// <summary>A large message on a slow line is written piece by piece, and every piece that is taken is a sign of life.</summary>
    [Fact]
    public async Task A_slow_peer_that_goes_on_reading_is_not_stuck()
    {
        var time = new ManualTime();
        using var pair = new Pair(time: time, bufferBytes: 1024).Start();
        pair.Send(new string('x', 200_000));
        var buffer = new byte[20_000];

        // Each read is longer than a piece of 16 KiB: it cannot end before the piece that was begun in the round before has been taken.
        for (var read = 0; read < 200_000; read += buffer.Length)
        {
            await pair.Client.ReadExactlyAsync(buffer).AsTask().Bounded();
            time.Advance(TimeSpan.FromSeconds(6));
            Assert.False(pair.Connection.IsStuck());
        }
    }

    [Fact]
    [Requirement("PROTO-5-29")]
    public async Task Producers_wait_at_the_bound_and_go_on_when_the_peer_reads()
    {
        const int Size = 1000;
        var options = new TransportOptions { MaxOutboundBytes = 10 * Size };
        using var pair = new Pair(options: options, bufferBytes: 1024).Start();
        var taken = 0;
        for (; pair.Connection.HasRoom && taken < 1000; taken++)
        {
            var message = Pair.Message(new string('x', Size));
            if (!pair.Connection.TrySend(message))
                break;
            pair.Connection.Flush();
        }

        // The queue, one batch of the send loop on its way (16 KiB), and the buffer of the pair.
        Assert.InRange(taken * Size, options.MaxOutboundBytes, options.MaxOutboundBytes + (16 * 1024) + 1024 + Size);
        var waiting = pair.Connection.WaitForRoomAsync(Size, CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        var buffer = new byte[taken * (Size + 4)];
        await pair.Client.ReadExactlyAsync(buffer).AsTask().Bounded();

        await waiting.Bounded();
        Assert.True(pair.Connection.HasRoom);
    }

    /// <summary>Answers that cannot wait stop the reading of what would cause more of them.</summary>
    [Fact]
    public async Task A_peer_that_sends_without_reading_is_not_read_without_end()
    {
        Pair? pair = null;
        using var flooded = pair = new Pair(
            new Recorder { OnEach = _ => pair!.Send(new string('y', 1000)) }, new TransportOptions { MaxOutboundBytes = 10_000 }, bufferBytes: 1024);
        pair.Start();
        var sent = 0;
        using var giveUp = new CancellationTokenSource();
        var sending = Task.Run(async () =>
        {
            for (; sent < 100_000; sent++)
                await pair.Client.WriteAsync(RawFrame.Encode(0x81, "x"u8), giveUp.Token);
        });
        await Patience.UntilAsync(() => !pair.Connection.HasRoom, "a full queue");

        // One buffer of 4,096 bytes holds 585 such frames of 7 bytes; two of them and the pair's own buffer are the most that can be on the way.
        var first = pair.Handler.Texts.Count;
        await giveUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => sending.Bounded());
        Assert.InRange(first, 1, 2 * 586);
        Assert.InRange(pair.Handler.Texts.Count, 1, 2 * 586);
        pair.Connection.Abort();
        await pair.Run.Bounded();
    }

    [Fact]
    public async Task While_nothing_comes_no_buffer_is_held()
    {
        // A connection that waits has asked for data with a read of no bytes: the stream sees no buffer before there is something to put in it.
        var stream = new WatchedStream();
        using var connection = new Connection(stream, new TransportOptions(), TimeProvider.System);
        var run = connection.RunAsync(new Recorder());
        await Patience.UntilAsync(() => stream.Reads > 0, "the first read");

        Assert.Equal(0, stream.LongestRead);
        connection.Abort();
        await run.Bounded();
    }

    private sealed class WatchedStream : MemoryStream
    {
        public int Reads { get; private set; }

        public int LongestRead { get; private set; }

        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            LongestRead = Math.Max(LongestRead, buffer.Length);
            Reads++;
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            return 0;
        }
    }
}
