using Patchbay.Testing;

namespace Patchbay.Transport.Tests;

/// <summary>One peer's messages do not keep the thread that others wait for.</summary>
public class TurnTests
{
    private const int Messages = 100;

    [ThreadStatic]
    private static bool _isCaller;

    [Fact]
    public async Task A_peer_that_sends_without_pause_gives_the_thread_back_after_its_turn()
    {
        var time = new ManualTime();
        var onCaller = 0;
        var recorder = Busy(time, () => onCaller++);
        using var connection = new Connection(new GushingStream(Messages), new TransportOptions(), time);

        _isCaller = true;
        var run = connection.RunAsync(recorder);
        _isCaller = false;
        await run.Bounded();

        // The turn is over when 200 µs have passed: that is seen with the fifth read.
        Assert.Equal(5, onCaller);
        Assert.Equal(Enumerable.Range(0, Messages).Select(number => number.ToString()), recorder.Texts);
    }

    [Fact]
    public async Task A_peer_that_pauses_is_served_without_a_change_of_thread()
    {
        var time = new ManualTime();
        var onCaller = 0;
        var recorder = Busy(time, () => onCaller++);
        var stream = new HandedStream();
        using var connection = new Connection(stream, new TransportOptions(), time);
        var run = connection.RunAsync(recorder);

        _isCaller = true;
        for (var i = 0; i < Messages; i++)
            stream.Hand(RawFrame.Encode(0x81, "x"u8));
        _isCaller = false;

        Assert.Equal(Messages, onCaller);
        stream.Hand([]);
        await run.Bounded();
    }

    /// <summary>Takes 50 µs for each message, and tells of those it is given on the caller's thread.</summary>
    private static Recorder Busy(ManualTime time, Action onCaller) => new()
    {
        OnEach = _ =>
        {
            if (_isCaller)
                onCaller();
            time.Advance(TimeSpan.FromMicroseconds(50));
        },
    };

    /// <summary>Always has one more message, until it ends.</summary>
    private sealed class GushingStream(int messages) : MemoryStream
    {
        private int _next;

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty || _next == messages)
                return new ValueTask<int>(0);
            var frame = RawFrame.Encode(0x81, System.Text.Encoding.ASCII.GetBytes($"{_next++}"));
            frame.CopyTo(buffer);
            return new ValueTask<int>(frame.Length);
        }
    }

    /// <summary>Has what it is handed, on the thread that hands it; nothing is the end.</summary>
    private sealed class HandedStream : MemoryStream
    {
        private TaskCompletionSource<int>? _reading;
        private byte[] _handed = [];

        public void Hand(byte[] bytes)
        {
            _handed = bytes;
            Interlocked.Exchange(ref _reading, null)!.SetResult(0);
        }

        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            if (buffer.IsEmpty)
                return new ValueTask<int>((_reading = new TaskCompletionSource<int>()).Task);
            _handed.CopyTo(buffer);
            return new ValueTask<int>(_handed.Length);
        }
    }
}
