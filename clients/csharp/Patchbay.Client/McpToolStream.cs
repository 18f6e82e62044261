using System.Text.Json;
using Patchbay.Client.Core;
using Patchbay.Client.Shell;

namespace Patchbay.Client;

/// <summary>The chunks of a tool that streams, in order. The call is made when the loop begins, and cancelled on the server when it is left early.</summary>
/// <remarks>To be read once. A slow loop slows the tool down, and everything else on that connection with it.</remarks>
public sealed class McpToolStream : IAsyncEnumerable<JsonElement>
{
    private readonly Driver _driver;
    private readonly Request _request;
    private readonly StreamSink _sink;
    private readonly CancellationToken _cancellationToken;
    private int _isTaken;

    internal McpToolStream(Driver driver, Request request, Action<McpProgress>? onProgress, CancellationToken cancellationToken)
    {
        _driver = driver;
        _request = request;
        _sink = new StreamSink(driver.Options.StreamBuffer, onProgress);
        _cancellationToken = cancellationToken;
    }

    /// <summary>The tool's result, with <c>chunks</c>, their number; null before the loop has ended.</summary>
    public JsonElement? Result => _sink.Result;

    /// <inheritdoc />
    /// <exception cref="InvalidOperationException">It is read a second time.</exception>
    public IAsyncEnumerator<JsonElement> GetAsyncEnumerator(CancellationToken cancellationToken = default) =>
        Interlocked.Exchange(ref _isTaken, 1) == 0
            ? ReadAsync(cancellationToken.CanBeCanceled ? cancellationToken : _cancellationToken)
            : throw new InvalidOperationException("A stream is read once; call StreamToolAsync again.");

    private async IAsyncEnumerator<JsonElement> ReadAsync(CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var handle = _driver.Request(_request, _sink);
        var hasEnded = false;
        var registration = cancellationToken.UnsafeRegister(static state => ((StreamSink)state!).Wake(), _sink);
        await using var _ = registration.ConfigureAwait(false);
        try
        {
            while (true)
            {
                cancellationToken.ThrowIfCancellationRequested();
                if (_sink.TryTake(out var chunk, out var isDrained, out hasEnded))
                {
                    if (isDrained)
                        _driver.Room(handle);
                    yield return chunk;
                }
                else if (hasEnded)
                {
                    yield break;
                }
                else
                {
                    await _sink.ChangedAsync().ConfigureAwait(false);
                }
            }
        }
        finally
        {
            // Does nothing when the request has failed.
            if (!hasEnded)
                _driver.Cancel(handle);
        }
    }
}
