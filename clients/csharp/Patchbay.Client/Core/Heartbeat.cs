namespace Patchbay.Client.Core;

/// <summary>Heartbeats and the watch for silence (protocol section 9). Sets two timers; the core acts when they are due.</summary>
internal sealed class Heartbeat(McpClientOptions options, Outbox outbox, Timers timers, Meter meter)
{
    private const double DefaultInterval = 30;
    private const int SilentIntervals = 2;

    private readonly double? _wanted = options.HeartbeatInterval?.TotalSeconds;
    private double _interval = options.HeartbeatInterval?.TotalSeconds ?? DefaultInterval;
    private long _count;
    private double? _sentAt;
    private bool _isPaused;

    /// <summary>A transport is open.</summary>
    public void Begin(double now)
    {
        _sentAt = null;
        Heard(now);
    }

    /// <summary>The welcome names the server's interval; the user's own goes before it.</summary>
    public void Told(double? interval, double now)
    {
        if (_wanted is null && interval > 0)
            _interval = interval.Value;
        Heard(now);
    }

    public void Ready(double now) => timers.Set(TimerKey.Heartbeat, now + _interval);

    /// <summary>Something arrived.</summary>
    public void Heard(double now)
    {
        if (!_isPaused)
            timers.Set(TimerKey.Silence, now + (SilentIntervals * _interval));
    }

    public void Pause(bool isPaused, double now)
    {
        _isPaused = isPaused;
        if (isPaused)
            timers.Clear(TimerKey.Silence);
        else if (timers.IsSet(TimerKey.Heartbeat))
            Heard(now);
    }

    public void Beat(string clientId, double now)
    {
        _sentAt = now;
        var fields = FieldWriter.Write((clientId, uptime: meter.Uptime(now)), static (writer, beat) =>
        {
            writer.WriteString("client_id"u8, beat.clientId);
            writer.WriteNumber("uptime"u8, beat.uptime);
        });
        outbox.SendHeartbeat(++_count, fields.Bytes.Span[1..^1], now);
        fields.Release();
        timers.Set(TimerKey.Heartbeat, now + _interval);
    }

    /// <param name="echo">The message id of ours that the server answers.</param>
    /// <param name="now">The time.</param>
    public void Answered(string? echo, double now)
    {
        if (_sentAt is { } sent && echo == $"hb-{_count}")
            meter.RoundTripMs = (now - sent) * 1000;
    }

    public void End()
    {
        timers.Clear(TimerKey.Heartbeat);
        timers.Clear(TimerKey.Silence);
    }
}
