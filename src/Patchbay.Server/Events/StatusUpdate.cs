using System.Text.Json;
using Patchbay.Tools;

namespace Patchbay.Server.Events;

/// <summary>The data of <c>status_update</c>.</summary>
internal sealed record StatusUpdate(int ActiveConnections, double UptimeSeconds, double In, double Out, double ErrorRate, double? CpuPercent, double? MemoryPercent)
{
    /// <summary>The event's type.</summary>
    public const string EventType = "status_update";

    public static StatusUpdate Of(Engine engine, IHostFigures? host)
    {
        var (received, sent, errorRate) = engine.Statistics.Server.Traffic.Rates();
        return new StatusUpdate(engine.Sessions.Count, engine.UptimeSeconds, received, sent, errorRate, host?.CpuPercent, host?.MemoryPercent);
    }

    public static void Write(Utf8JsonWriter writer, StatusUpdate status)
    {
        writer.WriteStartObject();
        writer.WriteNumber("active_connections", status.ActiveConnections);
        writer.WriteNumber("uptime_s", Math.Round(status.UptimeSeconds, 3));
        writer.WriteStartObject("messages_per_second");
        writer.WriteNumber("in", status.In);
        writer.WriteNumber("out", status.Out);
        writer.WriteEndObject();
        writer.WriteNumber("error_rate", status.ErrorRate);
        WriteFigure(writer, "cpu_percent", status.CpuPercent);
        WriteFigure(writer, "memory_percent", status.MemoryPercent);
        writer.WriteEndObject();
    }

    private static void WriteFigure(Utf8JsonWriter writer, string name, double? value)
    {
        if (value is { } known)
            writer.WriteNumber(name, Math.Round(known, 2));
        else
            writer.WriteNull(name);
    }
}
