using System.Globalization;
using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>Reads a time as logs write it: RFC 3339, or a date and time without an offset, which counts as UTC.</summary>
internal static class LogTime
{
    public static long? Read(string text)
    {
        if (UnixTime.TryParse(text, out var exact))
            return Timestamp.IsInRange(exact) ? exact : null;
        if (!DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time))
            return null;
        return time.Year is >= 1900 and < 2190 ? UnixTime.From(time) : null;
    }

    /// <summary>What is wrong with a text that is no time.</summary>
    public static string Fault(string field, string text) =>
        $"'{field}' is not a time between 1900 and 2189 but '{(text.Length > 40 ? text[..40] + "…" : text)}'; right would be 2026-01-15T11:00:00Z";
}
