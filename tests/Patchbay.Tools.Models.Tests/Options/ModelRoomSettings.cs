using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Models.Options;

namespace Patchbay.Tools.Models.Tests.Options;

/// <summary>The settings as the host reads them, without anything that uses them.</summary>
internal sealed class ModelRoomSettings(ServiceProvider services) : IDisposable
{
    public IOptions<ModelsOptions> Options => services.GetRequiredService<IOptions<ModelsOptions>>();

    public static ModelRoomSettings Of(params (string Name, string Value)[] settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Patchbay:Models:{setting.Name}", (string?)setting.Value))).Build();
        return new ModelRoomSettings(new ServiceCollection().AddSingleton<IConfiguration>(configuration).AddLogging().AddModelTools(configuration).BuildServiceProvider());
    }

    public void Dispose() => services.Dispose();
}
