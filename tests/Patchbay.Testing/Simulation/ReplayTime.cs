namespace Patchbay.Testing.Simulation;

/// <summary>The clock of a store: how long servers have run.</summary>
internal sealed class ReplayTime : TimeProvider
{
    public TimeSpan Now { get; set; }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Now.Ticks;
}
