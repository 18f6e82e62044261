using System.Collections.Concurrent;
using System.Text.Json.Serialization.Metadata;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Patchbay.Tools.Models.Tests;

/// <summary>A call as its tool sees it.</summary>
internal sealed class CallContext(string key, ToolStream? stream) : ToolContext
{
    public override string RequestId => "req-1";

    public override IToolSession Session { get; } = new CallSession(key);

    public override string? TraceParent => null;

    public override ToolStream? Stream => stream;

    public override void ReportProgress(double progress, double? total = null, string? message = null)
    {
        if (stream is ChunkSink sink)
            sink.Progress.Enqueue((progress, message));
    }

    private sealed class CallSession(string key) : IToolSession
    {
        public string SessionId => "ses-1";

        public string ClientId => "client-1";

        public string KeyId => key;

        public CancellationToken Ended => CancellationToken.None;

        public bool HasScope(string scope) => true;

        public bool IsSubscribed(string eventType) => false;

        public void Publish<T>(string eventType, string source, T data, JsonTypeInfo<T> typeInfo) => throw new NotSupportedException();
    }
}

/// <summary>Takes chunks; with a gate, one only when the test opens it.</summary>
internal sealed class ChunkSink(SemaphoreSlim? gate = null, Action? onChunk = null) : ToolStream
{
    private readonly Channel<string> _chunks = Channel.CreateBounded<string>(1_000_000);
    private readonly ConcurrentQueue<string> _all = new();

    public IReadOnlyList<string> Chunks => [.. _all];

    public string Text => string.Concat(_all);

    public ConcurrentQueue<(double Progress, string? Message)> Progress { get; } = new();

    public override ValueTask WriteAsync<T>(T chunk, JsonTypeInfo<T> typeInfo, CancellationToken cancellationToken) => throw new NotSupportedException();

    public override async ValueTask WriteAsync(string chunk, CancellationToken cancellationToken)
    {
        if (gate is not null)
            await gate.WaitAsync(cancellationToken);
        onChunk?.Invoke();
        _all.Enqueue(chunk);
        await _chunks.Writer.WriteAsync(chunk, cancellationToken);
    }

    /// <summary>Waits for the next chunk.</summary>
    public Task<string> NextAsync() => _chunks.Reader.ReadAsync().AsTask().Bounded();
}

/// <summary>Keeps every line that is logged.</summary>
internal sealed class CollectedLog : ILoggerProvider, ILogger
{
    private readonly ConcurrentQueue<string> _lines = new();

    public IReadOnlyList<string> Lines => [.. _lines];

    public ILogger CreateLogger(string categoryName) => this;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        _lines.Enqueue($"{eventId.Id} {formatter(state, exception)} {exception}");

    public void Dispose()
    {
    }
}
