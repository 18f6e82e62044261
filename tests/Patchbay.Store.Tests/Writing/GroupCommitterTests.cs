using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store.Writing;

namespace Patchbay.Store.Tests.Writing;

public sealed class GroupCommitterTests : IAsyncDisposable
{
    private readonly ManualTime _time = new();
    private readonly ManualSink _sink = new();
    private readonly GroupCommitter<TestWrite> _committer;

    public GroupCommitterTests() => _committer = new(_sink, "test", maxWrites: 8, maxBytes: 100, _time, NullLogger.Instance);

    public async ValueTask DisposeAsync()
    {
        await _committer.DisposeAsync();
        _sink.Dispose();
    }

    [Fact]
    public async Task What_comes_while_a_commit_is_under_way_goes_together_into_the_next()
    {
        var first = Write(1);
        await _sink.ArrivedAsync();
        CommitTicket[] rest = [Write(2), Write(3), Write(4)];
        Assert.False(first.IsSettled);

        _sink.Let();
        await Samples.Committed(first);
        Assert.All(rest, ticket => Assert.False(ticket.IsSettled));
        _sink.Let();
        foreach (var ticket in rest)
            await Samples.Committed(ticket);

        Assert.Equal([[1], [2, 3, 4]], _sink.Committed);
        Assert.Equal((4L, 2L), (_committer.Figures().Writes, _committer.Figures().Commits));
    }

    [Fact]
    public async Task A_barrier_settles_with_the_newest_write()
    {
        Assert.True(_committer.Barrier().IsSettled);
        Write(1);
        await _sink.ArrivedAsync();
        var duringFirst = _committer.Barrier();
        Write(2);
        var both = _committer.Barrier();

        _sink.Let();
        await Samples.Committed(duringFirst);
        Assert.False(both.IsSettled);
        _sink.Let();
        await Samples.Committed(both);
    }

    [Fact]
    public async Task A_full_queue_answers_and_tells_when_there_is_room()
    {
        Write(0);
        await _sink.ArrivedAsync();
        for (int i = 1; i < 8; i++)
            Write(i);

        Assert.Equal(StoreFault.Full, await Samples.FaultAsync(Write(8)));
        var room = _committer.WaitForRoomAsync(TestContext.Current.CancellationToken);
        Assert.False(room.IsCompleted);
        _sink.Let();
        await _sink.ArrivedAsync();
        Assert.False(room.IsCompleted);
        _sink.Let();
        await room.AsTask().WaitAsync(Samples.Patience, TestContext.Current.CancellationToken);
        _sink.Let();
        await Samples.Committed(Write(9));

        Assert.Equal([[0], [1, 2, 3, 4, 5, 6, 7], [9]], _sink.Committed);
    }

    [Fact]
    public async Task A_full_queue_takes_what_nobody_would_say_again()
    {
        Write(0);
        await _sink.ArrivedAsync();
        for (int i = 1; i < 8; i++)
            Write(i);

        var above = _committer.Write(new TestWrite(8, CanWait: false));
        Assert.Equal(StoreFault.Full, await Samples.FaultAsync(Write(9)));
        _sink.Let();
        _sink.Let();
        await Samples.Committed(above);

        Assert.Equal([[0], [1, 2, 3, 4, 5, 6, 7, 8]], _sink.Committed);
    }

    [Fact]
    public async Task The_queue_is_bounded_in_bytes_but_takes_one_write_of_any_size()
    {
        var huge = _committer.Write(new TestWrite(1, Bytes: 1000));
        await _sink.ArrivedAsync();
        Assert.Equal(StoreFault.Full, await Samples.FaultAsync(Write(2)));
        _sink.Let();
        await Samples.Committed(huge);
    }

    [Fact]
    public async Task A_refused_commit_fails_what_begins_and_keeps_the_rest_in_order_until_the_disk_takes_it()
    {
        var begins = _committer.Write(new TestWrite(1, Begins: true));
        await _sink.ArrivedAsync();
        var follows = Write(2);
        var alsoBegins = _committer.Write(new TestWrite(3, Begins: true));
        _sink.Let(StoreFault.NoSpace);

        Assert.Equal(StoreFault.NoSpace, await Samples.FaultAsync(begins));
        Assert.Equal(StoreFault.NoSpace, await Samples.FaultAsync(alsoBegins));
        Assert.Equal(StoreFault.NoSpace, await Samples.FaultAsync(_committer.Write(new TestWrite(4, Begins: true))));
        var later = Write(5);
        Assert.False(follows.IsSettled);

        // The first retry is refused as well, the second is not.
        _time.Advance(TimeSpan.FromSeconds(1));
        await _sink.ArrivedAsync();
        _sink.Let(StoreFault.Unavailable);
        _sink.Let();
        _sink.Let();
        while (!later.IsSettled)
        {
            _time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        await Samples.Committed(follows);
        await Samples.Committed(later);
        Assert.Equal([[2], [5]], _sink.Committed);
        Assert.Equal([1, 3], _sink.Refused);
        Assert.Equal(StoreFault.None, _committer.Fault);
    }

    [Fact]
    public async Task Damage_settles_everything_with_it_and_nothing_more_is_taken()
    {
        var first = Write(1);
        await _sink.ArrivedAsync();
        var second = Write(2);
        _sink.Let(StoreFault.Damaged);

        Assert.Equal(StoreFault.Damaged, await Samples.FaultAsync(first));
        Assert.Equal(StoreFault.Damaged, await Samples.FaultAsync(second));
        Assert.Equal(StoreFault.Damaged, await Samples.FaultAsync(Write(3)));
        Assert.Equal((0, 0L), (_committer.Figures().PendingWrites, _committer.Figures().PendingBytes));
    }

    [Fact]
    public async Task Closing_commits_what_was_accepted_and_takes_no_more()
    {
        var accepted = Write(1);
        _sink.Let();
        await _committer.DisposeAsync();

        await Samples.Committed(accepted);
        Assert.Equal(StoreFault.Closed, await Samples.FaultAsync(Write(2)));
    }

    [Fact]
    public async Task Closing_while_the_disk_refuses_tells_those_who_wait()
    {
        var waits = Write(1);
        await _sink.ArrivedAsync();
        _sink.Let(StoreFault.NoSpace);
        _sink.Let(StoreFault.NoSpace);

        await _committer.DisposeAsync();

        Assert.Equal(StoreFault.Closed, await Samples.FaultAsync(waits));
    }

    [Fact]
    public async Task A_read_sees_everything_accepted_before_it_and_is_answered_while_the_disk_refuses()
    {
        Write(1);
        _sink.Let();
        Assert.Equal([[1]], await _committer.ReadAsync(() => _sink.Committed.ToArray(), TestContext.Current.CancellationToken));

        Write(2);
        _sink.Let(StoreFault.NoSpace);
        Assert.Equal([[1]], await _committer.ReadAsync(() => _sink.Committed.ToArray(), TestContext.Current.CancellationToken));
        _sink.Let(); // For the last try when the test ends.
    }

    private CommitTicket Write(int number) => _committer.Write(new TestWrite(number));
}
