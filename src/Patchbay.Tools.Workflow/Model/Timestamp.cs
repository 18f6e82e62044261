using System.Text.Json;

namespace Patchbay.Tools.Workflow.Model;

/// <summary>A moment in an argument: an RFC 3339 string, or whole Unix nanoseconds.</summary>
internal static class Timestamp
{
    public const string Expectation = "must be an RFC 3339 time such as 2026-01-31T12:00:00Z, or whole Unix nanoseconds, from 1900 to 2189";

    /// <summary>Within these bounds the difference of any two moments fits 64 bits.</summary>
    public static readonly long Earliest = UnixTime.From(new DateTimeOffset(1900, 1, 1, 0, 0, 0, TimeSpan.Zero));

    /// <summary>The first moment beyond the bounds.</summary>
    public static readonly long Latest = UnixTime.From(new DateTimeOffset(2190, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public static bool IsInRange(long nanoseconds) => nanoseconds >= Earliest && nanoseconds < Latest;

    public static bool TryRead(JsonElement element, out long nanoseconds)
    {
        nanoseconds = 0;
        var read = element.ValueKind switch
        {
            JsonValueKind.String => UnixTime.TryParse(element.GetString()!, out nanoseconds),
            JsonValueKind.Number => element.TryGetInt64(out nanoseconds),
            _ => false,
        };
        return read && IsInRange(nanoseconds);
    }
}
