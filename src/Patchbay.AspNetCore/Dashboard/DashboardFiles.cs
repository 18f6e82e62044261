using System.Collections.Frozen;

namespace Patchbay.AspNetCore.Dashboard;

/// <summary>The built page, read once: a path that is not in this table does not exist, whatever the disk holds.</summary>
internal static class DashboardFiles
{
    /// <summary>What <c>/</c> gives.</summary>
    public const string Index = "index.html";

    private const string Gzip = ".gz";
    private const string Brotli = ".br";

    /// <summary>The files below a folder by their names with forward slashes; empty when there is no <c>index.html</c>.</summary>
    public static FrozenDictionary<string, DashboardFile> Read(string? folder)
    {
        if (folder is null || !File.Exists(Path.Combine(folder, Index)))
            return FrozenDictionary<string, DashboardFile>.Empty;
        return Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(path => !path.EndsWith(Gzip, StringComparison.Ordinal) && !path.EndsWith(Brotli, StringComparison.Ordinal))
            .ToFrozenDictionary(path => Path.GetRelativePath(folder, path).Replace('\\', '/'), path => ReadFile(folder, path), StringComparer.Ordinal);
    }

    private static DashboardFile ReadFile(string folder, string path) =>
        new(Path.GetRelativePath(folder, path).Replace('\\', '/'), File.ReadAllBytes(path), ReadSibling(path + Gzip), ReadSibling(path + Brotli));

    private static byte[]? ReadSibling(string path) => File.Exists(path) ? File.ReadAllBytes(path) : null;
}
