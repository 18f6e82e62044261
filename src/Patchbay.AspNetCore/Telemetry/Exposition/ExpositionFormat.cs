using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Patchbay.AspNetCore.Telemetry.Exposition;

/// <summary>How metrics are written: Prometheus text 0.0.4, or OpenMetrics 1.0.0 for who asks for it.</summary>
internal sealed record ExpositionFormat(string ContentType, bool IsOpenMetrics)
{
    private const string OpenMetricsType = "application/openmetrics-text";

    public static ExpositionFormat Text { get; } = new("text/plain; version=0.0.4; charset=utf-8", IsOpenMetrics: false);

    public static ExpositionFormat OpenMetrics { get; } = new(OpenMetricsType + "; version=1.0.0; charset=utf-8", IsOpenMetrics: true);

    /// <summary>The format for a value of <c>Accept</c>: OpenMetrics only when it is named, wanted, and at least as much as plain text.</summary>
    public static ExpositionFormat For(StringValues accept)
    {
        if (!MediaTypeHeaderValue.TryParseList(accept, out var types))
            return Text;
        var open = types.Where(type => type.MediaType == OpenMetricsType && IsOurs(type)).Select(Quality).DefaultIfEmpty(0).Max();
        var text = types.Where(type => type.MediaType == "text/plain").Select(Quality).DefaultIfEmpty(0).Max();
        return open > 0 && open >= text ? OpenMetrics : Text;
    }

    private static double Quality(MediaTypeHeaderValue type) => type.Quality ?? 1;

    private static bool IsOurs(MediaTypeHeaderValue type) =>
        type.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("version", StringComparison.OrdinalIgnoreCase)) is not { } version || version.Value == "1.0.0";
}
