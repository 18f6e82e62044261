using System.Text.Json;
using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Tools;

namespace Patchbay.Tools.Workflow.Tests.Tools;

public sealed class TimeRangeTests
{
    [Theory]
    [InlineData("250ms", 0.25)]
    [InlineData("1s", 1)]
    [InlineData("30m", 1800)]
    [InlineData("1h", 3600)]
    [InlineData("7d", 604800)]
    [InlineData("2w", 1209600)]
    [InlineData("3650d", 315360000)]
    [InlineData("PT1H", 3600)]
    [InlineData("PT0.5S", 0.5)]
    [InlineData("P1D", 86400)]
    [InlineData("P1W", 604800)]
    [InlineData("P1DT2H3M4S", 93784)]
    public void A_length_is_counted_back_from_now(string text, double seconds)
    {
        Assert.True(TimeRangeGrammar.TryRead(JsonSerializer.SerializeToElement(text), 1_700_000_000_000_000_000, out var window));
        Assert.Equal((1_700_000_000_000_000_000, true), (window.To, window.IsOpen));
        Assert.Equal(seconds, (window.To - window.From) / 1e9);
    }

    [Theory]
    [InlineData("\"\"")]
    [InlineData("\"0h\"")]
    [InlineData("\"-1h\"")]
    [InlineData("\"1.5h\"")]
    [InlineData("\"1 h\"")]
    [InlineData("\"1H\"")]
    [InlineData("\"1h\\n\"")]
    [InlineData("\"3651d\"")]
    [InlineData("\"999999999999w\"")]
    [InlineData("\"P\"")]
    [InlineData("\"PT\"")]
    [InlineData("\"P1DT\"")]
    [InlineData("\"P1Y\"")]
    [InlineData("\"P1M\"")]
    [InlineData("\"PT0S\"")]
    [InlineData("60")]
    [InlineData("null")]
    [InlineData("{\"from\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"from\":\"2026-01-01\",\"to\":\"2026-01-02\"}")]
    [InlineData("{\"from\":\"2026-01-02T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"from\":\"2026-01-01T00:00:00Z\",\"to\":\"2026-01-01T00:00:00Z\"}")]
    [InlineData("{\"from\":\"2026-13-01T00:00:00Z\",\"to\":\"2027-01-01T00:00:00Z\"}")]
    [InlineData("{\"from\":\"2026-01-01T00:00:00\",\"to\":\"2027-01-01T00:00:00\"}")]
    [InlineData("{\"from\":1.5,\"to\":3}")]
    public void Anything_else_is_refused(string json)
    {
        Assert.False(TimeRangeGrammar.TryRead(JsonDocument.Parse(json).RootElement, 1_700_000_000_000_000_000, out _));
    }

    [Fact]
    public void From_and_to_take_RFC_3339_and_nanoseconds()
    {
        var range = JsonDocument.Parse("{\"from\":1,\"to\":\"1970-01-01T01:00:00.123456789+01:00\"}").RootElement;

        Assert.True(TimeRangeGrammar.TryRead(range, 0, out var window));
        Assert.Equal(new TimeWindow(1, 123_456_789, IsOpen: false), window);
    }

    [Theory]
    [InlineData(0, "1970-01-01T00:00:00Z")]
    [InlineData(-1, "1969-12-31T23:59:59.999999999Z")]
    [InlineData(1_700_000_000_120_000_000, "2023-11-14T22:13:20.12Z")]
    public void Times_are_written_without_loss_and_read_again(long nanoseconds, string text)
    {
        Assert.Equal(text, UnixTime.Format(nanoseconds));
        Assert.True(UnixTime.TryParse(text, out var read));
        Assert.Equal(nanoseconds, read);
    }
}
