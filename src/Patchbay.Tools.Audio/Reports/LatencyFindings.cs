using Patchbay.Tools.Audio.Network;
using static Patchbay.Tools.Audio.Reports.FindingSeverity;

namespace Patchbay.Tools.Audio.Reports;

/// <summary>What a person should know of the times of arrival.</summary>
internal static class LatencyFindings
{
    public static void Add(FindingList findings, LatencyReport latency, NetworkMeter network)
    {
        if (!network.ClockRuns)
        {
            findings.Add(Warning, "The capture time stands still", "capture_ts is the same in most frames, so no delay can be told.", 0, "high", "Count capture_ts up by the samples of each frame.");
            return;
        }
        if (latency.Live != true)
            return;
        if (latency.RecommendedBufferMs > 100)
            findings.Add(latency.RecommendedBufferMs > 300 ? Critical : Warning, "The delay varies much", $"A jitter buffer would have to hold {latency.RecommendedBufferMs:0} ms.", network.Arrivals.FirstStallS, "high",
                "Look for a busy uplink, Wi-Fi, or a sender that collects frames before it sends.", ("recommended_buffer_ms", latency.RecommendedBufferMs), ("pdv_p99_ms", latency.PdvMs.P99), ("jitter_ms", latency.JitterMs.Mean));
        if (latency.Stalls.Count > 0 && latency.Stalls.LongestMs > 200)
            findings.Add(Warning, "The stream stalls", $"{latency.Stalls.Count} gaps, the longest of {latency.Stalls.LongestMs:0} ms.", network.Arrivals.FirstStallS, "high", "On a WebSocket this is how packet loss shows; compare with the network at that time.",
                ("count", latency.Stalls.Count), ("longest_ms", latency.Stalls.LongestMs));
        if (latency.DriftPpm is { } drift && Math.Abs(drift) > 100)
            findings.Add(Info, "The clocks drift apart", $"The delay grows by {drift:0} millionths of the time.", 0, "medium", "Resample to one clock, or buffers will run over or empty.", ("drift_ppm", drift), ("threshold_ppm", 100));
        if (latency.RealTimeFactor < 0.95 && network.Arrivals.LastArrivalS > 5)
            findings.Add(Warning, "The audio comes slower than real time", $"{latency.RealTimeFactor:0.00} seconds of sound arrive a second.", null, "high", "The sender or its uplink cannot keep up: lower the rate or take a codec.", ("real_time_factor", latency.RealTimeFactor));
    }
}
