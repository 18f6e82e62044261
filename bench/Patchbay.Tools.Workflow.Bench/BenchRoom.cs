using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Patchbay.Tools.Workflow.Bench;

/// <summary>The workflow tools over an SQLite file in a folder of their own, as a server has them.</summary>
internal sealed class BenchRoom : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("workflow-bench-").FullName;

    public BenchRoom()
    {
        var services = new ServiceCollection();
        services.AddSingleton<IConfiguration>(new ConfigurationBuilder()
            .AddInMemoryCollection(new Dictionary<string, string?> { ["Patchbay:DataDirectory"] = _folder }).Build());
        services.AddLogging();
        services.AddWorkflowTools();
        Services = services.BuildServiceProvider();
    }

    public ServiceProvider Services { get; }

    public long StoredBytes => new DirectoryInfo(_folder).EnumerateFiles().Sum(file => file.Length);

    public void Dispose()
    {
        Services.Dispose();
        Directory.Delete(_folder, recursive: true);
    }
}
