using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Patchbay.Protocol.Errors;
using Patchbay.Testing.Models;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.Schema;

namespace Patchbay.Tools.Models.Tests;

/// <summary>The room as the server uses it: its tools by name, over real HTTP to upstreams.</summary>
internal sealed class ModelRoom : IDisposable
{
    private readonly ServiceProvider _services;
    private readonly Dictionary<string, ITool> _tools;

    private ModelRoom(TimeProvider? time, IEnumerable<(string Name, string Value)> settings)
    {
        var configuration = new ConfigurationBuilder()
            .AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create($"Patchbay:Models:{setting.Name}", (string?)setting.Value))).Build();
        _services = new ServiceCollection()
            .AddSingleton<IConfiguration>(configuration)
            .AddSingleton(time ?? TimeProvider.System)
            .AddSingleton(new LocalModel("silero-vad", "patchbay", ["vad"], "Tells speech from other sound."))
            .AddLogging(logging => logging.SetMinimumLevel(LogLevel.Trace).AddProvider(Log))
            .AddModelTools(configuration)
            .BuildServiceProvider();
        _tools = _services.GetServices<ITool>().ToDictionary(tool => tool.Definition.Name);
    }

    public CollectedLog Log { get; } = new();

    public IEnumerable<ITool> Tools => _tools.Values;

    public IReadOnlyList<IDiagnosticCheck> Checks => [.. _services.GetServices<IDiagnosticCheck>()];

    public T Get<T>()
        where T : notnull => _services.GetRequiredService<T>();

    /// <summary>A room with settings as they stand below <c>Patchbay:Models</c>.</summary>
    public static ModelRoom With(TimeProvider? time, params (string Name, string Value)[] settings) => new(time, settings);

    /// <summary>A room with one upstream, <c>up</c>, that is tried again quickly; settings are those of the upstream.</summary>
    public static ModelRoom Of(ScriptedUpstream upstream, TimeProvider? time, params (string Name, string Value)[] settings) =>
        new(time, [("Upstreams:up:BaseUrl", upstream.BaseUrl.ToString()), ("Upstreams:up:RetryDelayMs", "1"), .. settings.Select(setting => ("Upstreams:up:" + setting.Name, setting.Value))]);

    /// <summary>Asks the model <c>tiny</c>, streamed into a sink when there is one.</summary>
    public Task<Outcome> ChatAsync(ChunkSink? sink = null, string model = "tiny", CancellationToken cancellationToken = default) =>
        CallAsync("models/chat", $$"""{"model":"{{model}}","messages":[{"role":"user","content":"Say hello"}]}""", sink, cancellationToken: cancellationToken);

    /// <summary>Calls a tool as the server does: the arguments are checked against its schema, and so is the result.</summary>
    public async Task<Outcome> CallAsync(string tool, string arguments, ChunkSink? sink = null, string key = "key-1", CancellationToken cancellationToken = default)
    {
        var definition = _tools[tool].Definition;
        var utf8 = Encoding.UTF8.GetBytes(arguments);
        if (JsonSchema.Compile(definition.InputSchema).Check(utf8) is { } faults)
            return new Outcome([], new ProtocolError(ErrorCodes.InvalidParams, string.Join("; ", faults.Select(fault => $"{fault.Path} {fault.Message}"))));
        var result = await _tools[tool].InvokeAsync(utf8, new CallContext(key, sink), cancellationToken).AsTask().Bounded();
        if (result.Error is { } error)
            return new Outcome([], error);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            result.WriteTo(writer);
        Assert.Null(JsonSchema.Compile(definition.OutputSchema!.Value).Check(stream.ToArray()));
        return new Outcome(JsonNode.Parse(stream.ToArray())!.AsObject(), null);
    }

    public void Dispose() => _services.Dispose();
}

/// <summary>What a call came to.</summary>
internal sealed record Outcome(JsonObject Result, ProtocolError? Error)
{
    public string? Text => (string?)Result["text"];

    public string? FinishReason => (string?)Result["finish_reason"];

    public (int? In, int? Out)? Usage => Result["usage"] is JsonObject usage ? ((int?)usage["input_tokens"], (int?)usage["output_tokens"]) : null;

    /// <summary>The reason of the error; the test fails when there is none.</summary>
    public string Reason => (string?)Assert.IsType<ProtocolError>(Error).Details?["reason"] ?? Error!.Message;

    /// <summary>The whole error as text, for looking at what it gives away.</summary>
    public string ErrorText => Error!.Message + Error.Details?.ToJsonString();
}
