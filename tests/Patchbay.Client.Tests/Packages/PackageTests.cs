using System.Diagnostics;
using System.IO.Compression;
using Patchbay.Testing;

namespace Patchbay.Client.Tests.Packages;

/// <summary>The package, as a stranger gets it.</summary>
public class PackageTests
{
    private const string Program = """
        using Patchbay.Client;

        await using var client = new McpClient(new McpClientOptions { Uri = new Uri(args[0]), ApiKey = args[1] });
        await client.ConnectAsync();
        Console.WriteLine(await client.CallToolAsync("debug/echo", new { from = "the package" }));
        """;

    private const string Project = """
        <Project Sdk="Microsoft.NET.Sdk">
          <PropertyGroup>
            <OutputType>Exe</OutputType><TargetFramework>net10.0</TargetFramework><Nullable>enable</Nullable><ImplicitUsings>enable</ImplicitUsings><UseAppHost>false</UseAppHost>
          </PropertyGroup>
          <ItemGroup><PackageReference Include="Patchbay.Client" Version="0.1.0" /></ItemGroup>
        </Project>
        """;

    [Fact]
    public async Task It_installs_into_an_empty_project_from_a_folder_and_works()
    {
        var home = Directory.CreateTempSubdirectory("patchbay-package-");
        var packages = Path.Combine(home.FullName, "source");
        foreach (var project in new[] { "src/Patchbay.Protocol", "src/Patchbay.Transport", "clients/csharp/Patchbay.Client" })
            await RunAsync(home, "pack", Repository.At(project), "-c", "Release", "--no-build", "-o", packages, "-v", "quiet", "--nologo");
        using (var package = ZipFile.OpenRead(Directory.GetFiles(packages, "Patchbay.Client.*.nupkg").Single()))
            Assert.Superset(new HashSet<string> { "lib/net10.0/Patchbay.Client.dll", "lib/net10.0/Patchbay.Client.xml", "README.md" }, package.Entries.Select(entry => entry.FullName).ToHashSet());

        // Nothing but that folder to restore from.
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "nuget.config"), $"""<configuration><packageSources><clear /><add key="here" value="{packages}" /></packageSources></configuration>""");
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "Stranger.csproj"), Project);
        await File.WriteAllTextAsync(Path.Combine(home.FullName, "Program.cs"), Program);
        await RunAsync(home, "build", "Stranger.csproj", "-c", "Release", "-o", "out", "-v", "quiet", "--nologo", "-nodeReuse:false", "-p:UseSharedCompilation=false");
        await using var server = await TestServer.StartAsync();

        var said = await RunAsync(home, Path.Combine("out", "Stranger.dll"), $"ws://127.0.0.1:{server.Url.Port}/api/mcp/ws", TestServer.Key);

        Assert.Equal("""{"from":"the package"}""", said.Trim());
        home.Delete(recursive: true);
    }

    private static async Task<string> RunAsync(DirectoryInfo home, params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", arguments) { WorkingDirectory = home.FullName, RedirectStandardOutput = true, RedirectStandardError = true };
        // The stranger has its own cache: what an earlier run unpacked would be taken for the same version.
        if (arguments[0] != "pack")
            start.Environment["NUGET_PACKAGES"] = Path.Combine(home.FullName, "cache");
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(3));
        Assert.True(process.ExitCode == 0, await output + await error);
        return await output;
    }
}
