using System.Diagnostics;

namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>A project for Node with a lock file, installed in a folder of its own.</summary>
internal sealed class NodeProject : IDisposable
{
    private static readonly TimeSpan InstallLimit = TimeSpan.FromMinutes(3);

    private readonly string _folder = Directory.CreateTempSubdirectory("patchbay-node-").FullName;

    private NodeProject()
    {
    }

    public static bool HasNpm { get; } = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "npm")));

    /// <summary>Copies the project and installs exactly what its lock file names.</summary>
    public static async Task<NodeProject> InstallAsync(string source)
    {
        var project = new NodeProject();
        foreach (var file in Directory.GetFiles(source))
            File.Copy(file, Path.Combine(project._folder, Path.GetFileName(file)));
        await project.StartAsync(InstallLimit, "npm", "ci", "--no-audit", "--no-fund", "--ignore-scripts");
        return project;
    }

    /// <summary>Runs one of its programs.</summary>
    /// <returns>What it wrote to standard output.</returns>
    public Task<string> RunAsync(string program, params string[] arguments) => StartAsync(Patience.Limit, "node", [program, .. arguments]);

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    private async Task<string> StartAsync(TimeSpan limit, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = _folder, RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(limit);
        Assert.True(process.ExitCode == 0, $"{program} {arguments[0]}: {await error}");
        return await output;
    }
}
