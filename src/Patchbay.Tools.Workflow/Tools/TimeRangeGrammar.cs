using System.Globalization;
using System.Text.Json;
using System.Text.RegularExpressions;
using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Tools;

/// <summary>Reads <c>time_range</c>: <c>30m</c> and the like, an ISO 8601 duration, or <c>{"from","to"}</c>.</summary>
internal static partial class TimeRangeGrammar
{
    public const string Expectation =
        "must be a number with a unit (ms, s, m, h, d, w), an ISO 8601 duration such as PT1H (weeks to seconds, no years or months), or {\"from\",\"to\"} with from before to; longer than 0 and at most 3,650 days, or 36,500 between from and to";

    private const decimal Longest = 3650m * 86_400 * UnixTime.PerSecond;

    // A range as long again has to fit before it (64 bits begin in 1677).
    private const decimal LongestBetween = 10 * Longest;

    public static bool TryRead(JsonElement? element, long now, out TimeWindow window)
    {
        window = default;
        switch (element?.ValueKind)
        {
            case JsonValueKind.String:
                if (!TryDuration(element.Value.GetString()!, out var length))
                    return false;
                window = new TimeWindow(now - length, now, IsOpen: true);
                return true;
            case JsonValueKind.Object:
                if (!element.Value.TryGetProperty("from", out var from) || !element.Value.TryGetProperty("to", out var to)
                    || !Timestamp.TryRead(from, out var first) || !Timestamp.TryRead(to, out var last)
                    || first >= last || (decimal)last - first > LongestBetween)
                    return false;
                window = new TimeWindow(first, last, IsOpen: false);
                return true;
            default:
                return false;
        }
    }

    public static bool TryDuration(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        decimal total = 0;
        if (text.Length > 64)
            return false;
        if (Simple().Match(text) is { Success: true } simple)
        {
            total = Number(simple.Groups["number"]) * Unit(simple.Groups["unit"].Value);
        }
        else if (Iso().Match(text) is { Success: true } iso && text[^1] is not ('P' or 'T'))
        {
            total = (Number(iso.Groups["w"]) * Unit("w")) + (Number(iso.Groups["d"]) * Unit("d")) + (Number(iso.Groups["h"]) * Unit("h"))
                + (Number(iso.Groups["m"]) * Unit("m")) + (Number(iso.Groups["s"]) * Unit("s"));
        }

        if (total < 1 || total > Longest)
            return false;
        nanoseconds = (long)total;
        return true;
    }

    private static decimal Number(Group group) =>
        group.Success && decimal.TryParse(group.ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number) ? Math.Min(number, Longest) : 0;

    private static decimal Unit(string unit) => unit switch
    {
        "ms" => 1_000_000,
        "s" => UnixTime.PerSecond,
        "m" => 60m * UnixTime.PerSecond,
        "h" => 3_600m * UnixTime.PerSecond,
        "d" => 86_400m * UnixTime.PerSecond,
        _ => 604_800m * UnixTime.PerSecond,
    };

    // Twelve digits are more than any range needs, and keep the product within decimal.
    [GeneratedRegex("^(?<number>[0-9]{1,12})(?<unit>ms|s|m|h|d|w)\\z", RegexOptions.CultureInvariant, matchTimeoutMilliseconds: 1000)]
    private static partial Regex Simple();

    [GeneratedRegex(
        "^P(?:(?<w>[0-9]{1,12}(?:\\.[0-9]{1,9})?)W)?(?:(?<d>[0-9]{1,12}(?:\\.[0-9]{1,9})?)D)?(?:T(?:(?<h>[0-9]{1,12}(?:\\.[0-9]{1,9})?)H)?(?:(?<m>[0-9]{1,12}(?:\\.[0-9]{1,9})?)M)?(?:(?<s>[0-9]{1,12}(?:\\.[0-9]{1,9})?)S)?)?\\z",
        RegexOptions.CultureInvariant,
        matchTimeoutMilliseconds: 1000)]
    private static partial Regex Iso();
}
