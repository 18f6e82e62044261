using System.Collections.Concurrent;
using System.Text;
using Patchbay.Protocol.Errors;

namespace Patchbay.Transport.Tests;

/// <summary>Notes what a connection hands over, and does something with each text when told to.</summary>
internal sealed class Recorder : IConnectionHandler
{
    public ConcurrentQueue<string> Texts { get; } = new();

    public ConcurrentQueue<byte[]> Binaries { get; } = new();

    public ConcurrentQueue<CloseCode> Faults { get; } = new();

    public Action<string>? OnEach { get; init; }

    public ValueTask OnTextAsync(ReadOnlyMemory<byte> text, long receivedAt)
    {
        var copy = Encoding.UTF8.GetString(text.Span);
        Texts.Enqueue(copy);
        OnEach?.Invoke(copy);
        return ValueTask.CompletedTask;
    }

    public ValueTask OnBinaryAsync(ReadOnlyMemory<byte> message, long receivedAt)
    {
        Binaries.Enqueue(message.ToArray());
        return ValueTask.CompletedTask;
    }

    public void OnFault(CloseCode code) => Faults.Enqueue(code);
}
