using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text.Json;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Patchbay.Protocol.Errors;
using Patchbay.Tools.Audio.Wav;

namespace Patchbay.Tools.Audio.Tests;

/// <summary>The room as the server uses it: its tools by name, its receiver of frames, a clock that the test moves.</summary>
internal sealed class AudioRoom : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private readonly ServiceProvider _services;
    private readonly Dictionary<string, ITool> _tools;

    public AudioRoom(params (string Name, string Value)[] settings)
    {
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => $"Patchbay:Audio:{setting.Name}", setting => (string?)setting.Value)).Build())
            .AddSingleton<TimeProvider>(Time)
            .AddLogging()
            .AddAudioTools()
            .BuildServiceProvider();
        _tools = _services.GetServices<ITool>().ToDictionary(tool => tool.Definition.Name);
        Frames = _services.GetRequiredService<IBinaryMessages>();
        Session = new FakeSession("ses-1");
    }

    public ManualTime Time { get; } = new();

    public FakeSession Session { get; }

    public IReadOnlyCollection<ITool> Tools => _tools.Values;

    public IBinaryMessages Frames { get; }

    public WavAnalyzer Wav => _services.GetRequiredService<WavAnalyzer>();

    public async Task<(JsonElement Result, ProtocolError? Error)> CallAsync(string tool, object arguments, FakeSession? session = null)
    {
        var json = JsonSerializer.SerializeToUtf8Bytes(arguments);
        var result = await _tools[tool].InvokeAsync(json, new FakeContext(session ?? Session), CancellationToken.None).AsTask().WaitAsync(Patience);
        return (result.Error is null ? Written(result) : default, result.Error);
    }

    public async Task<(string Id, ushort No)> OpenAsync(string codec = "f32le", int rate = 48000, int channels = 2, double? frameMs = null, FakeSession? session = null)
    {
        var (result, error) = await CallAsync("audio/open", new { codec, sample_rate = rate, channels, frame_ms = frameMs }, session);
        Assert.Null(error);
        return (result.GetProperty("stream_id").GetString()!, result.GetProperty("stream_no").GetUInt16());
    }

    public async Task<JsonElement> AnalyzeAsync(string id) => (await CallAsync("audio/analyze", new { stream_id = id })).Result;

    public async Task<JsonElement> CloseAsync(string id) => (await CallAsync("audio/close", new { stream_id = id })).Result;

    public async Task<ProtocolError?> SendAsync(ushort no, uint sequence, ulong timestamp, ReadOnlyMemory<byte> payload, byte flags = 0, FakeSession? session = null, long? received = null) =>
        await Frames.ReceiveAsync(session ?? Session, Frame(no, sequence, timestamp, payload, flags), received ?? Time.GetTimestamp()).AsTask().WaitAsync(Patience);

    public async Task<ProtocolError?> SendRawAsync(byte[] message) => await Frames.ReceiveAsync(Session, message, Time.GetTimestamp()).AsTask().WaitAsync(Patience);

    /// <summary>Sends interleaved samples as f32le in frames of some samples a channel, each received when its audio has passed.</summary>
    public async Task StreamAsync(ushort no, float[] interleaved, int channels, int rate = 48000, int frame = 960)
    {
        var start = Time.GetTimestamp();
        var total = interleaved.Length / channels;
        uint sequence = 0;
        for (var at = 0; at < total; at += frame)
        {
            var count = Math.Min(frame, total - at);
            var payload = MemoryMarshal.AsBytes(interleaved.AsSpan(at * channels, count * channels)).ToArray();
            Assert.Null(await SendAsync(no, sequence++, (ulong)at, payload, received: start + (long)((double)at / rate * Time.TimestampFrequency)));
        }
    }

    /// <summary>Opens a stream, sends the samples, closes it, and returns the final report.</summary>
    public async Task<JsonElement> MeasureAsync(float[] interleaved, int channels, int rate = 48000, int frame = 960)
    {
        var (id, no) = await OpenAsync("f32le", rate, channels);
        await StreamAsync(no, interleaved, channels, rate, frame);
        return await CloseAsync(id);
    }

    public static byte[] Frame(ushort no, uint sequence, ulong timestamp, ReadOnlyMemory<byte> payload, byte flags = 0)
    {
        var message = new byte[16 + payload.Length];
        message[0] = 1;
        message[1] = flags;
        BinaryPrimitives.WriteUInt16LittleEndian(message.AsSpan(2), no);
        BinaryPrimitives.WriteUInt32LittleEndian(message.AsSpan(4), sequence);
        BinaryPrimitives.WriteUInt64LittleEndian(message.AsSpan(8), timestamp);
        payload.CopyTo(message.AsMemory(16));
        return message;
    }

    public void Dispose()
    {
        _services.Dispose();
        Session.Dispose();
    }

    private static JsonElement Written(ToolResult result)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            result.WriteTo(writer);
        return JsonDocument.Parse(stream.ToArray()).RootElement.Clone();
    }

    private sealed class FakeContext(IToolSession session) : ToolContext
    {
        public override string RequestId => "req-1";

        public override IToolSession Session => session;

        public override string? TraceParent => null;

        public override ToolStream? Stream => null;

        public override void ReportProgress(double progress, double? total, string? message)
        {
        }
    }
}
