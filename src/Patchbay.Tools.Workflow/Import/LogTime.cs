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
}
