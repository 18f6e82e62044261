using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.Configuration;
using Patchbay.Server;
using Patchbay.Tools;

namespace Patchbay.AspNetCore.Tests.Docs;

/// <summary>The application of docs/guide/tools.md, line by line.</summary>
internal static class ToolGuideExample
{
    public static WebApplication Build(string dataDirectory, string key, WeatherService service)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection([new("Patchbay:DataDirectory", dataDirectory), new("PATCHBAY_API_KEY", key)]);
        builder.Services.AddPatchbay();
        builder.Services.AddTool(Tool.Create<Place, Weather>("weather/now", "The weather at a place.",
            async (place, call, cancellationToken) => await service.LookUpAsync(place.City, cancellationToken),
            new ToolAnnotations(ReadOnly: true)));
        var app = builder.Build();
        app.MapPatchbay();
        return app;
    }
}

public sealed record Place([property: Description("A city, for example Bern."), StringLength(100, MinimumLength = 1)] string City);
public sealed record Weather(double Celsius, string Sky);

/// <summary>What the guide leaves to its reader.</summary>
internal sealed class WeatherService
{
    public Task<Weather> LookUpAsync(string city, CancellationToken cancellationToken) =>
        Task.FromResult(new Weather(city.Length, "clear")).WaitAsync(cancellationToken);
}
