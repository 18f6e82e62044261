using System.Net.WebSockets;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Patchbay.AspNetCore;

namespace Patchbay.Tools.Audio.Tests.Streams;

/// <summary>The real server with the audio tools on a port of its own, and one connection to it.</summary>
internal sealed class AudioServer : IAsyncDisposable
{
    private const string Key = "a-key-for-audio-tests-01";
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly WebApplication _app;
    private readonly DirectoryInfo _data;
    private readonly ClientWebSocket _socket = new();
    private int _number;

    private AudioServer(WebApplication app, DirectoryInfo data) => (_app, _data) = (app, data);

    /// <summary>Events that came before an answer.</summary>
    public List<JsonObject> Passed { get; } = [];

    public static async Task<AudioServer> StartAsync()
    {
        var data = Directory.CreateTempSubdirectory("patchbay-audio-");
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        builder.Configuration.AddInMemoryCollection(new Dictionary<string, string?>
        {
            ["PATCHBAY_API_KEY"] = Key,
            ["Patchbay:DataDirectory"] = data.FullName,
            ["Patchbay:RateLimit:MessagesPerMinute"] = "1000000",
        });
        builder.Services.AddPatchbay();
        builder.Services.AddAudioTools();
        var app = builder.Build();
        app.MapPatchbay();
        await app.StartAsync();
        var server = new AudioServer(app, data);
        var address = new Uri(app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single());
        server._socket.Options.SetRequestHeader("X-API-Key", Key);
        await server._socket.ConnectAsync(new Uri($"ws://{address.Authority}/api/mcp/ws"), CancellationToken.None).WaitAsync(Patience);
        Assert.Equal("welcome", (string?)(await server.ReadAsync())["event_type"]);
        return server;
    }

    /// <summary>Calls a tool and waits for its answer.</summary>
    public Task<JsonObject> CallAsync(string tool, object arguments) => AskAsync("tools/call", new { name = tool, arguments });

    /// <summary>Sends a request and waits for its answer, which is a result or an error.</summary>
    public async Task<JsonObject> AskAsync(string method, object parameters)
    {
        var id = $"r{++_number}";
        var request = JsonSerializer.Serialize(new { id, method, @params = parameters });
        await _socket.SendAsync(Encoding.UTF8.GetBytes(request), WebSocketMessageType.Text, true, CancellationToken.None).WaitAsync(Patience);
        while (true)
        {
            var message = await ReadAsync();
            if ((string?)message["id"] == id)
                return (message["result"] ?? message["error"])!.AsObject();
            Passed.Add(message);
        }
    }

    public async Task<(string Id, ushort No)> OpenAsync(string codec, int rate, int channels)
    {
        var opened = await CallAsync("audio/open", new { codec, sample_rate = rate, channels });
        return ((string)opened["stream_id"]!, (ushort)(int)opened["stream_no"]!);
    }

    public Task SendAsync(byte[] frame) => _socket.SendAsync(frame, WebSocketMessageType.Binary, true, CancellationToken.None).WaitAsync(Patience);

    /// <summary>Opens a stream, sends stereo samples in frames of 20 ms, and closes it.</summary>
    public async Task<JsonObject> MeasureAsync(float[] stereo)
    {
        var (id, no) = await OpenAsync("f32le", 48000, 2);
        uint sequence = 0;
        for (var at = 0; at < stereo.Length; at += 1920, sequence++)
        {
            var samples = stereo.AsSpan(at, Math.Min(1920, stereo.Length - at));
            await SendAsync(AudioRoom.Frame(no, sequence, (ulong)(at / 2), System.Runtime.InteropServices.MemoryMarshal.AsBytes(samples).ToArray()));
        }
        return await CallAsync("audio/close", new { stream_id = id });
    }

    public async Task<JsonObject> ReadAsync()
    {
        var bytes = new MemoryStream();
        var buffer = new byte[64 * 1024];
        while (true)
        {
            var part = await _socket.ReceiveAsync(buffer, CancellationToken.None).WaitAsync(Patience);
            Assert.NotEqual(WebSocketMessageType.Close, part.MessageType);
            bytes.Write(buffer, 0, part.Count);
            if (part.EndOfMessage)
                return JsonNode.Parse(bytes.ToArray())!.AsObject();
        }
    }

    public async ValueTask DisposeAsync()
    {
        _socket.Dispose();
        await _app.StopAsync(new CancellationToken(canceled: true));
        await _app.DisposeAsync();
        _data.Delete(recursive: true);
    }
}
