using Patchbay.Server.Guard.RateLimit;

namespace Patchbay.Server.Guard.Connections;

/// <summary>What one connection may do beside counted messages (protocol section 8). Owned by the connection's receiving task; not safe for concurrent use.</summary>
internal sealed class ConnectionMeter(SteadyClock clock)
{
    /// <summary>More messages than this that fail validation within 60 s close the connection with 4400.</summary>
    public const int InvalidMessages = 10;

    /// <summary>Heartbeats and acks: 20 a second.</summary>
    public const int LightMessages = 20;

    /// <summary>Heartbeats and acks: 1 MiB a second.</summary>
    public const int LightBytes = 1 << 20;

    private RecentTimes _invalid;
    private TokenBucket _light = new(LightMessages, LightMessages);
    private TokenBucket _lightBytes = new(LightBytes, LightBytes);

    /// <summary>Notes a heartbeat or an ack; false when the connection is to be closed with 1008.</summary>
    /// <param name="bytes">The size of the message.</param>
    public bool AllowLightMessage(int bytes)
    {
        long now = clock.Milliseconds;
        return _light.TryTake(1, now) && _lightBytes.TryTake(bytes, now);
    }

    /// <summary>Notes a message that failed validation; false when the connection is to be closed with 4400.</summary>
    public bool AllowInvalidMessage()
    {
        long now = clock.Milliseconds;
        if (_invalid.Expire(now, RecentTimes.MaxWindowMs) >= InvalidMessages)
            return false;
        _invalid.Add(now, InvalidMessages);
        return true;
    }
}
