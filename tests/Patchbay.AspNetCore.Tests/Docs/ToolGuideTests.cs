using System.Net.WebSockets;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Testing;

namespace Patchbay.AspNetCore.Tests.Docs;

/// <summary>The guide's example is code that runs, and the guide shows that code.</summary>
public sealed partial class ToolGuideTests
{
    [Fact]
    public async Task The_guide_shows_the_lines_that_run()
    {
        var cancel = TestContext.Current.CancellationToken;
        var guide = await File.ReadAllTextAsync(Repository.At("docs", "guide", "tools.md"), cancel);
        var source = await File.ReadAllLinesAsync(Repository.At("tests", "Patchbay.AspNetCore.Tests", "Docs", "ToolGuideExample.cs"), cancel);
        var lines = source.Select(line => line.Trim()).ToHashSet(StringComparer.Ordinal);
        var shown = Block().Matches(guide).SelectMany(block => block.Groups[1].Value.Split('\n')).Select(line => line.Trim()).Where(line => line.Length > 0).ToArray();
        Assert.InRange(shown.Length, 6, 40);
        Assert.All(shown, line => Assert.Contains(line, lines));
    }

    [Fact]
    public async Task The_tool_of_the_guide_answers_and_refuses_as_the_guide_says()
    {
        var cancel = TestContext.Current.CancellationToken;
        var data = Directory.CreateTempSubdirectory("patchbay-guide-");
        await using (var app = ToolGuideExample.Build(data.FullName, TestServer.Key, new WeatherService()))
        {
            await app.StartAsync(cancel);
            var url = new Uri(app.Services.GetRequiredService<IServer>().Features.GetRequiredFeature<IServerAddressesFeature>().Addresses.Single());
            using var socket = new ClientWebSocket();
            socket.Options.SetRequestHeader("X-API-Key", TestServer.Key);
            await socket.ConnectAsync(new Uri($"ws://{url.Authority}/api/mcp/ws"), cancel).Bounded();
            await ReadAsync(socket);

            var answer = await CallAsync(socket, """{"city":"Bern"}""");
            Assert.Equal("""{"celsius":4,"sky":"clear"}""", answer["result"]!.ToJsonString());
            var refused = await CallAsync(socket, """{"city":"","country":"CH"}""");
            Assert.Equal("INVALID_PARAMS", (string?)refused["error"]!["code"]);
            Assert.Equal(["/city", "/country"], refused["error"]!["details"]!["errors"]!.AsArray().Select(error => (string)error!["path"]!).Order());
        }

        data.Delete(recursive: true);
    }

    private static async Task<JsonObject> CallAsync(ClientWebSocket socket, string arguments)
    {
        var call = "{\"id\":\"1\",\"method\":\"tools/call\",\"params\":{\"name\":\"weather/now\",\"arguments\":" + arguments + "}}";
        await socket.SendAsync(Encoding.UTF8.GetBytes(call).AsMemory(), WebSocketMessageType.Text, true, CancellationToken.None).AsTask().Bounded();
        return await ReadAsync(socket);
    }

    private static async Task<JsonObject> ReadAsync(ClientWebSocket socket)
    {
        var buffer = new byte[65_536];
        var received = await socket.ReceiveAsync(buffer, CancellationToken.None).Bounded();
        return JsonNode.Parse(buffer.AsSpan(0, received.Count))!.AsObject();
    }

    [GeneratedRegex("```csharp\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block();
}
