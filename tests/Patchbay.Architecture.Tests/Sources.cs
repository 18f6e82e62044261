using Patchbay.Testing;

namespace Patchbay.Architecture.Tests;

/// <summary>The files people write, without what machines make of them.</summary>
internal static class Sources
{
    private static readonly string[] Folders = ["src", "tests", "clients", "dashboard", "bench", "conformance"];

    private static readonly HashSet<string> Made = ["bin", "obj", "node_modules", "dist", ".venv", "__pycache__", "build", "coverage"];

    /// <summary>Files of some extensions in some of the folders, by their path from the root with slashes.</summary>
    public static IReadOnlyList<string> Files(string[] extensions, params string[] folders) =>
    [
        .. (folders.Length == 0 ? Folders : folders)
            .Select(folder => Repository.At(folder))
            .Where(Directory.Exists)
            .SelectMany(Walk)
            .Where(path => extensions.Contains(Path.GetExtension(path)))
            .Select(path => Path.GetRelativePath(Repository.Root, path).Replace('\\', '/'))
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Nothing may be found; what is found is told.</summary>
    public static void None<T>(IEnumerable<T> found) => Assert.Empty(found);

    public static string Text(string path) => File.ReadAllText(Repository.At(path));

    private static IEnumerable<string> Walk(string folder) =>
        Directory.GetFiles(folder).Concat(Directory.GetDirectories(folder).Where(inner => !Made.Contains(Path.GetFileName(inner))).SelectMany(Walk));
}
