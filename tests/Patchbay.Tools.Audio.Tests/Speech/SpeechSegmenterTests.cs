using Patchbay.Tools.Audio.Quality;
using Patchbay.Tools.Audio.Speech;

namespace Patchbay.Tools.Audio.Tests.Speech;

public sealed class SpeechSegmenterTests
{
    [Fact]
    public void Speech_begins_at_a_half_and_ends_after_a_tenth_of_a_second_below_035_padded_by_30_ms()
    {
        var segmenter = Feed((50, 0.1f), (50, 0.9f), (50, 0.1f));
        // Frames of 10 ms: speech from 0.5 to 1.0 s.
        Equal([(0.47, 1.03)], segmenter.Segments);
        Assert.Equal(1, segmenter.Turns);
        Assert.Equal(0.56 / 1.5, segmenter.Ratio!.Value, 6);
    }

    [Fact]
    public void A_short_dip_and_a_value_between_the_two_thresholds_do_not_end_speech() =>
        Equal([(0, 1.2)], Feed((40, 0.9f), (9, 0.1f), (40, 0.4f), (31, 0.9f)).Segments);

    [Fact]
    public void What_is_shorter_than_a_quarter_of_a_second_is_no_speech() => Assert.Empty(Feed((20, 0f), (24, 0.9f), (50, 0f)).Segments);

    [Fact]
    public void A_second_of_pause_makes_a_new_turn_and_less_does_not()
    {
        Assert.Equal(1, Feed((40, 0.9f), (60, 0f), (40, 0.9f), (60, 0f)).Turns);
        Assert.Equal(2, Feed((40, 0.9f), (120, 0f), (40, 0.9f), (60, 0f)).Turns);
    }

    private static SpeechSegmenter Feed(params (int Frames, float Probability)[] parts)
    {
        var segmenter = new SpeechSegmenter(0.01);
        foreach (var (frames, probability) in parts)
        {
            for (var i = 0; i < frames; i++)
                segmenter.Add(probability);
        }
        return segmenter;
    }

    private static void Equal((double Start, double End)[] expected, IReadOnlyList<Segment> segments)
    {
        Assert.Equal(expected.Length, segments.Count);
        for (var i = 0; i < expected.Length; i++)
        {
            Assert.Equal(expected[i].Start, segments[i].StartS, 6);
            Assert.Equal(expected[i].End, segments[i].EndS, 6);
        }
    }
}
