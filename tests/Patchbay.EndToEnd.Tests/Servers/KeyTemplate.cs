namespace Patchbay.EndToEnd.Tests.Servers;

/// <summary>A data directory with keys in it, made once with the operator's commands and copied for each server.</summary>
internal sealed record KeyTemplate(string Directory, string PlainKey, string ReporterKey)
{
    private static readonly Lazy<Task<KeyTemplate>> Made = new(MakeAsync);

    /// <summary>The one of this run.</summary>
    public static Task<KeyTemplate> GetAsync() => Made.Value;

    /// <summary>Copies it.</summary>
    public void CopyTo(string target)
    {
        foreach (var file in System.IO.Directory.GetFiles(Directory))
            File.Copy(file, Path.Combine(target, Path.GetFileName(file)));
    }

    private static async Task<KeyTemplate> MakeAsync()
    {
        var directory = System.IO.Directory.CreateTempSubdirectory("patchbay-keys-").FullName;
        AppDomain.CurrentDomain.ProcessExit += (_, _) => System.IO.Directory.Delete(directory, recursive: true);
        Evidence.Secret(TestServer.Key, "the environment's key");
        var plain = await HostProgram.CreateKeyAsync(directory, "--name", "bystander", "--limit", "1000000000");
        var reporter = await HostProgram.CreateKeyAsync(directory, "--name", "reporter", "--scopes", "diagnostics", "--limit", "1000000000");
        return new KeyTemplate(directory, plain.Key, reporter.Key);
    }
}
