using System.Globalization;

namespace Patchbay.Tools.Workflow.Model;

/// <summary>Unix nanoseconds in 64 bits: 1677 to 2262, without the rounding of <see cref="DateTimeOffset"/> (100 ns).</summary>
internal static class UnixTime
{
    public const long PerSecond = 1_000_000_000;

    /// <summary>No time known. Used where a column of plain numbers is held.</summary>
    public const long Absent = long.MinValue;

    private const long TicksToNanoseconds = 100;

    public static long From(DateTimeOffset time) => (time.UtcTicks - DateTimeOffset.UnixEpoch.UtcTicks) * TicksToNanoseconds;

    public static double Seconds(long nanoseconds) => nanoseconds / (double)PerSecond;

    /// <summary>RFC 3339 §5.6 with up to nine digits of fraction; further digits are cut off.</summary>
    public static bool TryParse(string text, out long nanoseconds)
    {
        nanoseconds = 0;
        // 19 characters up to the second, then an optional fraction, then the offset.
        if (text.Length < 20 || text[10] is not ('T' or 't' or ' '))
            return false;
        var offsetAt = 19;
        long fraction = 0;
        if (text[19] == '.')
        {
            var digits = 0;
            for (offsetAt = 20; offsetAt < text.Length && char.IsAsciiDigit(text[offsetAt]); offsetAt++, digits++)
                fraction = digits < 9 ? (fraction * 10) + (text[offsetAt] - '0') : fraction;
            if (digits == 0)
                return false;
            for (; digits < 9; digits++)
                fraction *= 10;
        }

        var offset = text[offsetAt..] is "Z" or "z" ? "+00:00" : text[offsetAt..];
        if (offset.Length != 6
            || !DateTimeOffset.TryParseExact($"{text[..10]}T{text[11..19]}{offset}", "yyyy-MM-dd'T'HH:mm:sszzz", CultureInfo.InvariantCulture, DateTimeStyles.None, out var time))
            return false;
        var seconds = time.ToUnixTimeSeconds();
        if (seconds is <= long.MinValue / PerSecond or >= long.MaxValue / PerSecond)
            return false;
        nanoseconds = (seconds * PerSecond) + fraction;
        return true;
    }

    /// <summary>RFC 3339 in UTC, with the digits of the fraction that are needed.</summary>
    public static string Format(long nanoseconds)
    {
        var seconds = Math.DivRem(nanoseconds, PerSecond, out var fraction);
        if (fraction < 0)
        {
            seconds--;
            fraction += PerSecond;
        }

        var text = DateTimeOffset.FromUnixTimeSeconds(seconds).ToString("yyyy-MM-dd'T'HH:mm:ss", CultureInfo.InvariantCulture);
        return fraction == 0 ? $"{text}Z" : $"{text}.{fraction.ToString("D9", CultureInfo.InvariantCulture).TrimEnd('0')}Z";
    }
}
