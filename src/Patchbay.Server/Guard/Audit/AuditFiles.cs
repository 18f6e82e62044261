using System.Globalization;

namespace Patchbay.Server.Guard.Audit;

/// <summary>Names and order of the files of an audit log: <c>audit.jsonl</c> is being written, <c>audit.000001.jsonl</c> was set aside first.</summary>
internal static class AuditFiles
{
    public const string Current = "audit.jsonl";

    private const string Prefix = "audit.";
    private const string Suffix = ".jsonl";

    public static string NameOf(int number) => $"{Prefix}{number:D6}{Suffix}";

    /// <summary>The number of a file set aside, or null.</summary>
    public static int? NumberOf(string name) =>
        name.Length > Prefix.Length + Suffix.Length && name.StartsWith(Prefix, StringComparison.Ordinal) && name.EndsWith(Suffix, StringComparison.Ordinal)
        && int.TryParse(name.AsSpan(Prefix.Length, name.Length - Prefix.Length - Suffix.Length), NumberStyles.None, null, out int number)
            ? number
            : null;

    /// <summary>The numbers of the files set aside, the oldest first.</summary>
    public static int[] SetAside(string directory) =>
        [.. Directory.EnumerateFiles(directory, Prefix + "*" + Suffix).Select(path => NumberOf(Path.GetFileName(path))).OfType<int>().Order()];
}
