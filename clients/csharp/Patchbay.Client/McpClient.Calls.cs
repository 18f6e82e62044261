using System.Text.Json;
using Patchbay.Client.Audio;
using Patchbay.Client.Core;
using Patchbay.Client.Shell;

namespace Patchbay.Client;

/// <content>Calls.</content>
public sealed partial class McpClient
{
    /// <summary>Calls a tool.</summary>
    /// <param name="name">The tool.</param>
    /// <param name="arguments">Its arguments, anything that is written as a JSON object; null for none.</param>
    /// <param name="options">How to call it.</param>
    /// <param name="cancellationToken">Cancels the call, on the server too.</param>
    /// <returns>The tool's result object.</returns>
    /// <exception cref="McpException">It failed; the class says how.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public Task<JsonElement> CallToolAsync(string name, object? arguments = null, McpCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var how = options ?? McpCallOptions.Default;
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<JsonElement>(cancellationToken);
        try
        {
            return Perform(Request.Call(Options, name, arguments, how), how, cancellationToken);
        }
        catch (McpException unwritable)
        {
            return Task.FromException<JsonElement>(unwritable);
        }
    }

    /// <summary>Calls a tool and reads its result as a type, with <see cref="McpClientOptions.SerializerOptions"/>.</summary>
    /// <inheritdoc cref="CallToolAsync(string, object?, McpCallOptions?, CancellationToken)" />
    /// <typeparam name="T">The type of the result.</typeparam>
    /// <exception cref="JsonException">The result does not fit the type.</exception>
    public async Task<T> CallToolAsync<T>(string name, object? arguments = null, McpCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        var result = await CallToolAsync(name, arguments, options, cancellationToken).ConfigureAwait(false);
        return result.Deserialize<T>(Options.SerializerOptions)!;
    }

    /// <summary>Calls a tool that streams; a slow loop slows the tool down.</summary>
    /// <param name="name">The tool.</param>
    /// <param name="arguments">Its arguments, anything that is written as a JSON object; null for none.</param>
    /// <param name="options">How to call it; the timeout is for the whole, on the server.</param>
    /// <param name="cancellationToken">Cancels the call, on the server too.</param>
    /// <exception cref="McpInvalidParamsException">The arguments cannot be written as JSON.</exception>
    public McpToolStream StreamToolAsync(string name, object? arguments = null, McpCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(name);
        var how = options ?? McpCallOptions.Default;
        return new McpToolStream(_driver, Request.Call(Options, name, arguments, how, stream: true), how.OnProgress, cancellationToken);
    }

    /// <summary>Calls several tools in one message.</summary>
    /// <param name="calls">What to call.</param>
    /// <param name="cancellationToken">Cancels all of them, on the server too.</param>
    /// <returns>A result or an error for each, in their order.</returns>
    public async Task<IReadOnlyList<McpOutcome>> CallToolsAsync(IEnumerable<McpToolCall> calls, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(calls);
        cancellationToken.ThrowIfCancellationRequested();
        var group = Interlocked.Increment(ref _groups);
        var requests = new List<(Task<JsonElement> Task, CallSink? Sink)>();
        foreach (var call in calls)
        {
            var how = call.Options ?? McpCallOptions.Default;
            try
            {
                var sink = new CallSink(_driver, how.OnProgress);
                _driver.Request(Request.Call(Options, call.Name, call.Arguments, how, group: group), sink, hold: true);
                requests.Add((sink.Task, sink));
            }
            catch (McpException unwritable)
            {
                requests.Add((Task.FromException<JsonElement>(unwritable), null));
            }
        }

        _driver.Release();
        foreach (var (_, sink) in requests)
            sink?.Obey(cancellationToken);
        var outcomes = new List<McpOutcome>(requests.Count);
        foreach (var (task, _) in requests)
        {
            try
            {
                outcomes.Add(new McpOutcome(await task.ConfigureAwait(false), null));
            }
            catch (McpException error)
            {
                outcomes.Add(new McpOutcome(default, error));
            }
        }

        return outcomes;
    }

    /// <summary>Every tool this key may see, all pages.</summary>
    public async Task<IReadOnlyList<McpTool>> ListToolsAsync(CancellationToken cancellationToken = default)
    {
        var tools = new List<McpTool>();
        object? parameters = null;
        while (true)
        {
            var page = await RequestAsync("tools/list", parameters, null, cancellationToken).ConfigureAwait(false);
            tools.AddRange(Json.Elements(page, "tools").Select(ReadTool));
            if (Json.Text(page, "next_cursor") is not { } cursor)
                return tools;
            parameters = new { cursor };
        }
    }

    /// <summary>Any method of the protocol.</summary>
    /// <param name="method">For example <c>ping</c>.</param>
    /// <param name="parameters">Its params, anything that is written as a JSON object; null for none.</param>
    /// <param name="options">How to ask.</param>
    /// <param name="cancellationToken">Ends the waiting; a <c>tools/call</c> is cancelled on the server too.</param>
    public Task<JsonElement> RequestAsync(string method, object? parameters = null, McpCallOptions? options = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(method);
        var how = options ?? McpCallOptions.Default;
        if (cancellationToken.IsCancellationRequested)
            return Task.FromCanceled<JsonElement>(cancellationToken);
        try
        {
            return Perform(Request.Of(Options, method, parameters, how), how, cancellationToken);
        }
        catch (McpException unwritable)
        {
            return Task.FromException<JsonElement>(unwritable);
        }
    }

    /// <summary>A request there and back.</summary>
    /// <returns>How long it took.</returns>
    public async Task<TimeSpan> PingAsync(CancellationToken cancellationToken = default)
    {
        var start = Options.TimeProvider.GetTimestamp();
        await RequestAsync("ping", null, null, cancellationToken).ConfigureAwait(false);
        return Options.TimeProvider.GetElapsedTime(start);
    }

    /// <summary>Opens an audio stream.</summary>
    /// <exception cref="ArgumentOutOfRangeException">A frame of the format would be larger than 64 KiB.</exception>
    public async Task<McpAudioStream> OpenAudioAsync(McpAudioFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(format);
        // Says what does not fit before anything is opened.
        _ = new Framer(0, format);
        var arguments = new Dictionary<string, object>
        {
            ["codec"] = format.Codec.ToString().ToLowerInvariant(),
            ["sample_rate"] = format.SampleRate,
            ["channels"] = format.Channels,
            ["frame_ms"] = format.FrameDuration.TotalMilliseconds,
        };
        if (format.Label is not null)
            arguments["label"] = format.Label;
        var opened = await CallToolAsync("audio/open", arguments, null, cancellationToken).ConfigureAwait(false);
        var number = opened.GetProperty("stream_no").GetInt32();
        return new McpAudioStream(
            _driver, new Framer(number, format), opened.GetProperty("stream_id").GetString()!, number, (name, given, token) => CallToolAsync(name, given, null, token));
    }

    /// <summary>Sends all that a source yields (pieces of any length; Opus: packets), at its pace, and returns the final report.</summary>
    public async Task<JsonElement> StreamAudioAsync(IAsyncEnumerable<ReadOnlyMemory<byte>> pcm, McpAudioFormat format, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(pcm);
        var stream = await OpenAudioAsync(format, cancellationToken).ConfigureAwait(false);
        await using var _ = stream.ConfigureAwait(false);
        await foreach (var piece in pcm.WithCancellation(cancellationToken).ConfigureAwait(false))
            await stream.SendAsync(piece, cancellationToken).ConfigureAwait(false);
        return await stream.CloseAsync(cancellationToken).ConfigureAwait(false);
    }

    private Task<JsonElement> Perform(Request request, McpCallOptions how, CancellationToken cancellationToken)
    {
        var sink = new CallSink(_driver, how.OnProgress);
        _driver.Request(request, sink);
        sink.Obey(cancellationToken);
        return sink.Task;
    }

    private static McpTool ReadTool(JsonElement tool)
    {
        var name = Json.Text(tool, "name") ?? "";
        var hints = Json.Part(tool, "annotations") ?? default;
        var annotations = new McpToolAnnotations(
            Json.IsTrue(hints, "readOnlyHint"), Json.IsTrue(hints, "idempotentHint"), Json.IsTrue(hints, "destructiveHint"), Json.IsTrue(hints, "longRunningHint"));
        return new McpTool(
            name, Json.Text(tool, "title") ?? name, Json.Text(tool, "description") ?? "", Json.Part(tool, "input_schema") ?? JsonElement.Parse("{}"u8), Json.Part(tool, "output_schema"), annotations);
    }
}
