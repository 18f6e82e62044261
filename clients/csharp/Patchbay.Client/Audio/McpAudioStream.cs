using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Client.Audio;
using Patchbay.Client.Errors;
using Patchbay.Client.Shell;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client;

/// <summary>An open audio stream; made by <see cref="McpClient.OpenAudioAsync"/>. For one sender at a time.</summary>
public sealed class McpAudioStream : IAsyncDisposable
{
    private readonly Driver _driver;
    private readonly Framer _framer;
    private readonly Func<string, object, CancellationToken, Task<JsonElement>> _call;
    private volatile McpException? _lost;
    private JsonElement? _report;

    internal McpAudioStream(Driver driver, Framer framer, string streamId, int streamNo, Func<string, object, CancellationToken, Task<JsonElement>> call)
    {
        _driver = driver;
        _framer = framer;
        _call = call;
        StreamId = streamId;
        StreamNo = streamNo;
        driver.SessionLost += OnSessionLost;
    }

    /// <summary>Names it in <c>audio/analyze</c> and <c>audio/close</c>.</summary>
    public string StreamId { get; }

    /// <summary>Names it in the frames.</summary>
    public int StreamNo { get; }

    /// <summary>Sends audio of any length (Opus: one packet). Waits for the socket, and while the client is reconnecting.</summary>
    /// <exception cref="McpConnectionLostException">The session the stream belonged to is gone.</exception>
    public Task SendAsync(ReadOnlyMemory<byte> data, CancellationToken cancellationToken = default) => SendAsync(_framer.Push(data.Span), cancellationToken);

    /// <summary>The report so far (<c>audio/analyze</c>).</summary>
    /// <param name="metrics">Any of <c>quality</c>, <c>latency</c>, <c>errors</c>; null for all.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public Task<JsonElement> AnalyzeAsync(IReadOnlyList<string>? metrics = null, CancellationToken cancellationToken = default)
    {
        var arguments = new JsonObject { ["stream_id"] = StreamId };
        if (metrics is not null)
            arguments["metrics"] = new JsonArray([.. metrics.Select(metric => (JsonNode)metric)]);
        return _call("audio/analyze", arguments, cancellationToken);
    }

    /// <summary>Sends what is left with the end flag, closes the stream and returns the final report. A second close returns it again.</summary>
    /// <exception cref="InvalidOperationException">The audio ends within a sample.</exception>
    public async Task<JsonElement> CloseAsync(CancellationToken cancellationToken = default)
    {
        if (_report is { } report)
            return report;
        await SendAsync(_framer.Finish(), cancellationToken).ConfigureAwait(false);
        report = await _call("audio/close", new JsonObject { ["stream_id"] = StreamId }, cancellationToken).ConfigureAwait(false);
        _report = report;
        Forget();
        return report;
    }

    /// <summary>Lets go of it. A stream that was not closed is closed on the server when that can be done at once; nothing is thrown.</summary>
    public async ValueTask DisposeAsync()
    {
        Forget();
        if (_report is not null || _lost is not null || _driver.Look(static core => core.State) != McpConnectionState.Connected)
            return;
        try
        {
            _report = await _call("audio/close", new JsonObject { ["stream_id"] = StreamId }, CancellationToken.None).ConfigureAwait(false);
        }
        catch (McpException)
        {
            // It ends with its session.
        }
    }

    private async Task SendAsync(List<byte[]> frames, CancellationToken cancellationToken)
    {
        foreach (var frame in frames)
        {
            ThrowIfLost();
            await _driver.SendBinaryAsync(frame, cancellationToken).ConfigureAwait(false);
        }

        ThrowIfLost();
    }

    private void ThrowIfLost()
    {
        if (_lost is { } lost)
            throw McpErrors.Again(lost);
    }

    private void OnSessionLost(string reason)
    {
        var details = new JsonObject { ["outcome"] = "unknown", ["reason"] = reason, ["stream_id"] = StreamId };
        _lost = McpErrors.Make(ErrorCodes.ConnectionLost, "The session the audio stream belonged to is gone.", details);
        Forget();
    }

    private void Forget() => _driver.SessionLost -= OnSessionLost;
}
