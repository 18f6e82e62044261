using Patchbay.Tools.Audio.Network;

namespace Patchbay.Tools.Audio.Tests.Network;

public sealed class SequenceTrackerTests
{
    [Fact]
    public void A_gap_is_counted_and_filled_by_a_late_comer()
    {
        var tracker = Take(1, 2, 5, 4);
        Assert.Equal((5L, 4L, 1L, 1L), (tracker.Expected, tracker.Received, tracker.Reordered, tracker.LargestDisplacement));
    }

    [Fact]
    public void A_duplicate_counts_as_received_but_does_not_make_up_for_a_loss()
    {
        var tracker = Take(1, 2, 2, 4);
        Assert.Equal((4L, 4L, 1L), (tracker.Expected, tracker.Received, tracker.Duplicates));
    }

    [Fact]
    public void The_counter_wraps_after_32_bits()
    {
        var tracker = Take(uint.MaxValue - 1, uint.MaxValue, 0, 1);
        Assert.Equal((4L, 4L, 0), (tracker.Expected, tracker.Received, tracker.Restarts));
    }

    [Fact]
    public void A_relayed_16_bit_number_wraps_at_65535_also_with_a_gap_and_a_late_comer()
    {
        var tracker = Take(65533, 65534, 0, 65535, 1, 3);
        Assert.Equal((7L, 6L, 1L, 0, 0L), (tracker.Expected, tracker.Received, tracker.Reordered, tracker.Restarts, tracker.Strays));
    }

    [Fact]
    public void A_number_beyond_16_bits_goes_on_after_65535()
    {
        var tracker = Take(65534, 65535, 65536, 65537);
        Assert.Equal((4L, 4L, 0L), (tracker.Expected, tracker.Received, tracker.Reordered));
    }

    [Fact]
    public void A_jump_is_believed_when_the_next_number_follows_and_both_frames_count()
    {
        var tracker = Take(10, 11, 900_000, 900_001, 900_002);
        Assert.Equal((5L, 5L, 1, 0L), (tracker.Expected, tracker.Received, tracker.Restarts, tracker.Strays));
    }

    [Fact]
    public void A_lone_jump_stands_outside_the_count()
    {
        var tracker = Take(10, 11, 900_000, 12, 13);
        Assert.Equal((4L, 4L, 0, 1L), (tracker.Expected, tracker.Received, tracker.Restarts, tracker.Strays));
    }

    [Fact]
    public void The_bounds_of_RFC_3550_hold()
    {
        Assert.Equal(3000L, Take(0, 2999).Expected);
        Assert.Equal(1L, Take(0, 3000).Strays);
        Assert.Equal(1L, Take([.. Enumerable.Range(200, 101).Select(n => (uint)n), 200]).Duplicates);
        Assert.Equal(1L, Take([.. Enumerable.Range(200, 102).Select(n => (uint)n), 200]).Strays);
    }

    [Fact]
    public void What_was_sent_before_the_first_frame_is_no_part_of_the_count()
    {
        var tracker = Take(10, 9, 11);
        Assert.Equal((2L, 2L, 1L), (tracker.Expected, tracker.Received, tracker.Strays));
    }

    private static SequenceTracker Take(params uint[] sequence)
    {
        var tracker = new SequenceTracker();
        foreach (var number in sequence)
            tracker.Take(number);
        return tracker;
    }
}
