using Patchbay.Protocol.Limits;
using Patchbay.Server.Options;
using Patchbay.Transport;

namespace Patchbay.Server.Sessions;

/// <summary>What a connection is promised in its welcome. It keeps that to its end: a change of the settings holds for the connections that come after.</summary>
internal sealed class ConnectionSettings(PatchbayOptions options)
{
    public LimitsOptions Limits => options.Limits;

    public int MessagesPerMinute => options.RateLimit.MessagesPerMinute;

    public int HeartbeatSeconds => options.Heartbeat.IntervalSeconds;

    public ProtocolLimits ProtocolLimits { get; } = new() { MaxMessageBytes = options.Limits.MaxMessageBytes, MaxBatch = options.Limits.MaxBatch };

    public TransportOptions TransportOptions { get; } = new() { MaxMessageBytes = options.Limits.MaxMessageBytes, MaxOutboundBytes = options.Limits.MaxOutboundBytes };
}
