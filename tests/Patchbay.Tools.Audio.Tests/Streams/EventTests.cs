namespace Patchbay.Tools.Audio.Tests.Streams;

public sealed class EventTests
{
    [Fact]
    public async Task Meters_move_at_most_ten_times_a_second_for_who_subscribed()
    {
        using var room = new AudioRoom();
        room.Session.Subscriptions.Add("audio.level");
        var (id, no) = await room.OpenAsync("f32le", 48000, 1, 20);
        await SecondAsync(room, no, 0, id);
        var events = room.Session.Events.ToArray();
        Assert.All(events, sent => Assert.Equal(("audio.level", "audio"), (sent.Type, sent.Source)));
        // Fifty frames in a second, one event in 100 ms.
        Assert.Equal(10, events.Length);
        var last = events[^1].Data;
        Assert.Equal(id, last.GetProperty("stream_id").GetString());
        Assert.Equal(-20, last.GetProperty("channels")[0].GetProperty("peak_dbfs").GetDouble(), 0.05);
        Assert.Equal(-23.01, last.GetProperty("momentary_lufs").GetDouble(), 0.1);
    }

    [Fact]
    public async Task Who_did_not_subscribe_hears_nothing()
    {
        using var room = new AudioRoom();
        var (id, no) = await room.OpenAsync("f32le", 48000, 1, 20);
        await SecondAsync(room, no, 0, id);
        Assert.Empty(room.Session.Events);
    }

    [Fact]
    public async Task A_finding_is_told_when_it_comes_up_and_not_again()
    {
        using var room = new AudioRoom();
        room.Session.Subscriptions.Add("audio.finding");
        var (id, no) = await room.OpenAsync("f32le", 48000, 1, 20);
        await SecondAsync(room, no, 0, id);
        Assert.DoesNotContain(room.Session.Events, Clipped);
        for (uint second = 1; second < 4; second++)
            await SecondAsync(room, no, second, id, gain: 20);
        var told = room.Session.Events.Where(Clipped).ToArray();
        Assert.InRange(told.Length, 1, 2);
        Assert.Equal(id, told[0].Data.GetProperty("stream_id").GetString());
        Assert.Equal(1, told[0].Data.GetProperty("finding").GetProperty("evidence").GetProperty("since_s").GetDouble(), 0.01);

        static bool Clipped((string Type, string Source, System.Text.Json.JsonElement Data) sent) => sent.Data.GetProperty("finding").GetProperty("title").GetString() == "The sound is clipped";
    }

    // One second in real time, each frame measured before the clock moves on.
    private static async Task SecondAsync(AudioRoom room, ushort no, uint second, string id, float gain = 1)
    {
        var tone = Signals.MonoTone(48000, 1000, (1, -20)).Select(sample => Math.Clamp(gain * sample, -1, 1)).ToArray();
        for (uint i = 0; i < 50; i++)
        {
            var payload = System.Runtime.InteropServices.MemoryMarshal.AsBytes(tone.AsSpan((int)i * 960, 960)).ToArray();
            Assert.Null(await room.SendAsync(no, 50 * second + i, 960UL * (50 * second + i), payload));
            await room.AnalyzeAsync(id);
            room.Time.Advance(TimeSpan.FromMilliseconds(20));
        }
    }
}
