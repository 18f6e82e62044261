using Patchbay.Server.Guard;
using Patchbay.Server.Guard.Connections;

namespace Patchbay.Server.Tests.Guard.Connections;

public sealed class ConnectionMeterTests
{
    private readonly ManualTime _time = new();
    private readonly ConnectionMeter _meter;

    public ConnectionMeterTests() => _meter = new ConnectionMeter(new SteadyClock(_time));

    [Fact]
    public void The_eleventh_invalid_message_within_a_minute_is_too_many()
    {
        for (int i = 0; i < 10; i++)
            Assert.True(_meter.AllowInvalidMessage());
        _time.AdvanceMs(59_999);
        Assert.False(_meter.AllowInvalidMessage());
    }

    [Fact]
    public void Ten_a_minute_go_on_for_ever()
    {
        for (int i = 0; i < 500; i++)
        {
            Assert.True(_meter.AllowInvalidMessage());
            _time.AdvanceMs(6_000);
        }
    }

    [Fact]
    public void Twenty_heartbeats_or_acks_a_second_pass()
    {
        for (int i = 0; i < 20; i++)
            Assert.True(_meter.AllowLightMessage(100));
        Assert.False(_meter.AllowLightMessage(100));
        _time.AdvanceMs(50);
        Assert.True(_meter.AllowLightMessage(100));
    }

    [Fact]
    public void A_mebibyte_of_heartbeats_or_acks_a_second_passes()
    {
        Assert.True(_meter.AllowLightMessage(1 << 19));
        Assert.True(_meter.AllowLightMessage(1 << 19));
        Assert.False(_meter.AllowLightMessage(1));
        _time.AdvanceMs(500);
        Assert.True(_meter.AllowLightMessage(1 << 19));
        Assert.False(_meter.AllowLightMessage(1));
    }
}
