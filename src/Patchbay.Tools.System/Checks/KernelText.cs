using System.Text;
using Patchbay.Tools.System.Linux;

namespace Patchbay.Tools.System.Checks;

/// <summary>Reads a kernel file once, for checks that run now and then.</summary>
internal static class KernelText
{
    /// <summary>The lines of a file of procfs (or of an absolute path); none when it cannot be read.</summary>
    public static string[] Lines(LinuxPaths paths, string file)
    {
        using var source = paths.File(file);
        return source.TryRead(out var text) ? Encoding.UTF8.GetString(text).Split('\n', StringSplitOptions.RemoveEmptyEntries) : [];
    }

    /// <summary>The numbers of the first line; none when the file cannot be read or holds something else.</summary>
    public static long[] Numbers(LinuxPaths paths, string file)
    {
        var fields = Lines(paths, file).FirstOrDefault("").Split([' ', '\t'], StringSplitOptions.RemoveEmptyEntries);
        // A limit of "as many as there can be" does not fit a signed number.
        return Array.TrueForAll(fields, field => ulong.TryParse(field, out _)) ? Array.ConvertAll(fields, field => (long)Math.Min(ulong.Parse(field), long.MaxValue)) : [];
    }
}
