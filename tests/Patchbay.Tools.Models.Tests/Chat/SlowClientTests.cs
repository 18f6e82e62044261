using System.Globalization;
using System.Text;
using Patchbay.Testing.Models;

namespace Patchbay.Tools.Models.Tests.Chat;

/// <summary>What happens to a stream whose reader takes its time.</summary>
public class SlowClientTests : UpstreamTest
{
    [Fact]
    public async Task A_hundred_thousand_deltas_for_a_reader_that_does_not_read_yet_arrive_whole_in_few_chunks()
    {
        const int Deltas = 100_000;
        var expected = new StringBuilder();
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            var block = new StringBuilder();
            for (var i = 0; i < Deltas; i++)
            {
                var word = i.ToString(CultureInfo.InvariantCulture) + (i % 7 == 0 ? "🌍" : " ");
                expected.Append(word);
                block.Append("data: {\"choices\":[{\"index\":0,\"delta\":{\"content\":\"").Append(word).Append("\"}}]}\n\n");
                if (i % 1000 == 999)
                {
                    await exchange.RawAsync(block.ToString());
                    block.Clear();
                }
            }

            await exchange.RawAsync($"data: {Chunk.Stop}\n\ndata: [DONE]\n\n");
        }, exchange => exchange.EventsAsync([.. Chunk.Good]));
        using var room = ModelRoom.Of(Upstream, null, ("MaxConcurrency", "1"));
        using var gate = new SemaphoreSlim(0);
        var sink = new ChunkSink(gate);
        var running = room.ChatAsync(sink);
        // The only place is free again: the upstream was read to its end although not one chunk has been taken.
        await Upstream.ChatAsync();
        Assert.Equal("Hello, world", (await room.ChatAsync()).Text);
        Assert.Empty(sink.Chunks);
        Assert.False(running.IsCompleted);
        gate.Release(int.MaxValue / 2);
        var outcome = await running;

        Assert.Equal(expected.ToString(), outcome.Text);
        Assert.Equal(expected.ToString(), sink.Text);
        // What came while the first chunk waited was joined; no chunk has more than 16 Ki characters, and none ends within a pair.
        Assert.InRange(sink.Chunks.Count, 2, expected.Length / (16 * 1024) + 100);
        Assert.All(sink.Chunks, chunk => Assert.InRange(chunk.Length, 1, 16 * 1024));
        Assert.DoesNotContain(sink.Chunks, chunk => char.IsHighSurrogate(chunk[^1]));
    }

    [Fact]
    public async Task A_reader_that_keeps_up_has_each_delta_as_it_comes()
    {
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.EventAsync(Chunk.Text("Hello"));
            await exchange.Gate.Task;
            foreach (var item in new[] { Chunk.Text(", world"), Chunk.Stop, Chunk.Done })
                await exchange.EventAsync(item);
        });
        using var room = ModelRoom.Of(Upstream, null);
        var sink = new ChunkSink();
        var running = room.ChatAsync(sink);

        Assert.Equal("Hello", await sink.NextAsync());
        Assert.False(running.IsCompleted);
        (await Upstream.ChatAsync()).Gate.SetResult();
        Assert.Equal("Hello, world", (await running).Text);
        Assert.Equal(["Hello", ", world"], sink.Chunks);
    }

    [Fact]
    public async Task A_model_that_thinks_tells_so_once_a_second()
    {
        var time = new ManualTime();
        Upstream.OnChat(async exchange =>
        {
            await exchange.BeginAsync();
            await exchange.EventAsync(Chunk.Of("""{"reasoning_content":"a"}"""));
            time.Advance(TimeSpan.FromSeconds(1));
            // Two in one write: within a moment of the clock.
            await exchange.RawAsync($"data: {Chunk.Of("""{"reasoning_content":"b"}""")}\n\ndata: {Chunk.Of("""{"reasoning_content":"c"}""")}\n\ndata: {Chunk.Text("d")}\n\n");
            await exchange.RawAsync($"data: {Chunk.Stop}\n\ndata: [DONE]\n\n");
        });
        using var room = ModelRoom.Of(Upstream, time);
        var sink = new ChunkSink();
        var outcome = await room.ChatAsync(sink);

        Assert.Equal("abc", (string?)outcome.Result["reasoning"]);
        var told = Assert.Single(sink.Progress);
        Assert.Equal("The model is thinking.", told.Message);
    }
}
