using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Calls;

/// <summary>A call that nobody waits for any more costs nothing more: the upstream's request really ends.</summary>
public class CancelTests : UpstreamTest
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(1);

    [Fact]
    public async Task Cancelling_in_the_middle_of_the_answer_ends_the_request()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.EventAsync(Chunk.Text("Hel"));
            await exchange.Gone;
        });
        using var room = ModelRoom.Of(Upstream, null);
        using var cancel = new CancellationTokenSource();
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink, cancellationToken: cancel.Token);
        await sink.NextAsync();
        await EndsAsync(running, cancel);
    }

    [Fact]
    public async Task Cancelling_between_two_reads_ends_the_request_as_soon()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.EventAsync(Chunk.Text("Hel"));
            await exchange.Gone;
        });
        using var room = ModelRoom.Of(Upstream, null);
        using var cancel = new CancellationTokenSource();
        var since = 0L;
        // Called by the reader itself: at that moment it does not read.
        var sink = new ChunkSink(onChunk: () =>
        {
            since = TimeProvider.System.GetTimestamp();
            cancel.Cancel();
        });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => room.ChatAsync(sink, cancellationToken: cancel.Token));
        await (await Upstream.ChatAsync()).Gone.Bounded();

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, Soon);
    }

    [Fact]
    public async Task Cancelling_before_the_answer_ends_the_request()
    {
        Upstream.OnChat(exchange => exchange.Gone);
        using var room = ModelRoom.Of(Upstream, null);
        using var cancel = new CancellationTokenSource();
        var running = room.ChatAsync(cancellationToken: cancel.Token);
        await EndsAsync(running, cancel);
    }

    [Fact]
    public async Task Cancelling_while_a_retry_is_waited_for_sends_none()
    {
        Upstream.OnChat(exchange =>
        {
            exchange.Header("Retry-After", "9");
            return exchange.JsonAsync("{}", 429);
        });
        using var room = ModelRoom.Of(Upstream, new ManualTime());
        using var cancel = new CancellationTokenSource();
        var running = room.ChatAsync(cancellationToken: cancel.Token);
        await Patience.UntilAsync(() => room.Log.Lines.Any(line => line.StartsWith("8001 ", StringComparison.Ordinal)), "the decision to wait");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        Assert.Single(Upstream.Chats);
    }

    [Fact]
    public async Task Embedding_can_be_cancelled_too()
    {
        Upstream.OnEmbeddings(exchange => exchange.Gone);
        using var room = ModelRoom.Of(Upstream, null);
        using var cancel = new CancellationTokenSource();
        var running = room.CallAsync("models/embed", """{"model":"tiny","input":"x"}""", cancellationToken: cancel.Token);
        await Patience.UntilAsync(() => Upstream.All.Any(exchange => exchange.Path == "embeddings"), "the request");
        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
        await Upstream.All.Single(exchange => exchange.Path == "embeddings").Gone.Bounded();
    }

    private async Task EndsAsync(Task<Outcome> running, CancellationTokenSource cancel)
    {
        var exchange = await Upstream.ChatAsync();
        Assert.False(exchange.IsGone);
        var since = TimeProvider.System.GetTimestamp();
        await cancel.CancelAsync();
        await exchange.Gone.Bounded();

        Assert.InRange(TimeProvider.System.GetElapsedTime(since), TimeSpan.Zero, Soon);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => running);
    }
}
