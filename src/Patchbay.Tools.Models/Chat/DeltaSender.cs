using System.Text;

namespace Patchbay.Tools.Models.Chat;

/// <summary>
/// Sends text to the client as it comes. While the client takes its time, what comes is joined and leaves with the next chunk: the upstream is read on, and
/// what waits is never more than an answer may be long.
/// </summary>
internal sealed class DeltaSender(ToolStream stream, CancellationToken cancellationToken)
{
    private const int ChunkChars = 16 * 1024;

    private readonly Lock _lock = new();
    private readonly StringBuilder _waiting = new();
    private Task _sending = Task.CompletedTask;
    private bool _isSending;

    /// <summary>Adds text. Never waits.</summary>
    public void Add(string text)
    {
        if (text.Length == 0)
            return;
        lock (_lock)
        {
            _waiting.Append(text);
            if (_isSending)
                return;
            _isSending = true;
        }

        // Runs here up to the first wait: a client that keeps up gets its chunk without a detour.
        _sending = SendAsync();
    }

    /// <summary>Completes when everything has been sent.</summary>
    /// <exception cref="OperationCanceledException">The call has been answered, or its session is over.</exception>
    public Task FlushAsync() => _sending;

    private async Task SendAsync()
    {
        while (Next() is { } chunk)
            await stream.WriteAsync(chunk, cancellationToken).ConfigureAwait(false);
    }

    private string? Next()
    {
        lock (_lock)
        {
            if (_waiting.Length == 0)
            {
                _isSending = false;
                return null;
            }

            var length = Math.Min(_waiting.Length, ChunkChars);
            // Half a pair would be no text.
            if (length < _waiting.Length && char.IsHighSurrogate(_waiting[length - 1]))
                length--;
            var chunk = _waiting.ToString(0, length);
            _waiting.Remove(0, length);
            return chunk;
        }
    }
}
