using System.Text;
using Patchbay.Server.Sessions;
using Patchbay.Store.Sessions;

namespace Patchbay.Server.Tests.Sessions;

public sealed class ReplayBufferTests
{
    [Fact]
    public void What_is_said_while_the_client_is_away_counts_and_is_not_here()
    {
        var buffer = Buffer("one", "three");
        buffer.LeaveToStore();
        buffer.Add(Utf8("eleven"));

        Assert.True(buffer.IsInStoreOnly);
        Assert.Equal((3, 14L), buffer.Kept);
        Assert.Equal(3, buffer.LastSeq);
        Assert.Empty(buffer.After(0));
    }

    [Fact]
    public void What_is_said_while_the_store_is_read_comes_behind_what_is_read()
    {
        var buffer = Buffer("one", "two");
        buffer.LeaveToStore();
        buffer.Add(Utf8("three"));
        buffer.Hold();
        buffer.Add(Utf8("four"));
        var stored = Stored("one", "two", "three", "four");
        buffer.Add(Utf8("five"));

        Assert.True(buffer.TryLoad(stored));

        Assert.Equal(["one", "two", "three", "four", "five"], buffer.After(0).Select(Encoding.UTF8.GetString));
        Assert.Equal(["four", "five"], buffer.After(3).Select(Encoding.UTF8.GetString));
        Assert.Equal((5, 19L), buffer.Kept);
    }

    [Fact]
    public void A_store_that_has_not_got_everything_is_not_taken_for_one_that_has()
    {
        var buffer = Buffer("one", "two", "three");
        buffer.LeaveToStore();
        buffer.Hold();
        buffer.Add(Utf8("four"));

        Assert.False(buffer.TryLoad(Stored("one", "two")));
        Assert.True(buffer.IsInStoreOnly);
        Assert.Equal(4, buffer.Kept.Messages);
        Assert.True(buffer.TryLoad(Stored("one", "two", "three", "four")));
        Assert.Equal(["one", "two", "three", "four"], buffer.After(0).Select(Encoding.UTF8.GetString));
    }

    [Fact]
    public void What_is_here_stays_when_the_client_goes_while_a_resume_is_under_way()
    {
        var buffer = Buffer("one", "two");
        buffer.Hold();
        buffer.LeaveToStore();
        buffer.Add(Utf8("three"));

        Assert.Equal(["one", "two", "three"], buffer.After(0).Select(Encoding.UTF8.GetString));

        buffer.EndHold();
        buffer.LeaveToStore();
        Assert.True(buffer.IsInStoreOnly);
    }

    [Fact]
    public void When_everything_was_acknowledged_there_is_nothing_to_load()
    {
        var buffer = Buffer("one", "two");
        buffer.Acknowledge(2);
        buffer.LeaveToStore();
        buffer.Hold();

        Assert.True(buffer.TryLoad([]));
        Assert.False(buffer.IsInStoreOnly);
        Assert.Empty(buffer.After(2));
    }

    [Fact]
    public void A_gap_while_the_client_is_away_leaves_nothing_to_load()
    {
        var buffer = Buffer("one", "two");
        buffer.LeaveToStore();
        buffer.MarkGapped();
        buffer.LeaveToStore();

        Assert.False(buffer.IsInStoreOnly);
        Assert.True(buffer.IsGapped);
        Assert.Equal((0, 0L), buffer.Kept);
    }

    private static ReplayBuffer Buffer(params string[] messages)
    {
        var buffer = new ReplayBuffer(maxMessages: 100, maxBytes: 10_000);
        foreach (var message in messages)
            buffer.Add(Utf8(message));
        return buffer;
    }

    private static SessionMessage[] Stored(params string[] messages) => [.. messages.Select((message, index) => new SessionMessage(index + 1, Utf8(message)))];

    private static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);
}
