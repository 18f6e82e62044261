using System.Globalization;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>Makes names of a log fit the event model.</summary>
internal static class LogName
{
    public static bool TryClean(string text, int longest, out string name)
    {
        name = string.Concat(text.Where(character => !char.IsControl(character))).Trim();
        if (name.Length > longest)
            name = name[..longest];
        return name.Length > 0;
    }

    /// <summary>A shorter id comes first among steps of one moment, so plain numbers keep the order of the log.</summary>
    public static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
