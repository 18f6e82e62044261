using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace Patchbay.Protocol.Envelope;

/// <summary>One <see cref="Utf8JsonWriter"/> per thread, so that writing a message allocates nothing.</summary>
internal static class JsonWriterCache
{
    // Messages travel in WebSocket frames, never inside HTML, so only what JSON itself demands is escaped.
    private static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, SkipValidation = true };

    [ThreadStatic]
    private static Utf8JsonWriter? _threadWriter;

    /// <summary>Takes the thread's writer; give it back with <see cref="Return"/>. A nested call gets a new one.</summary>
    public static Utf8JsonWriter Rent(IBufferWriter<byte> output)
    {
        var writer = _threadWriter;
        if (writer is null)
            return new Utf8JsonWriter(output, Options);
        _threadWriter = null;
        writer.Reset(output);
        return writer;
    }

    /// <summary>Flushes what was written and gives the writer back.</summary>
    public static void Return(Utf8JsonWriter writer)
    {
        writer.Flush();
        // Not kept attached to the output: a pooled buffer must not be reachable from here.
        writer.Reset(NullOutput.Instance);
        _threadWriter = writer;
    }

    private sealed class NullOutput : IBufferWriter<byte>
    {
        public static readonly NullOutput Instance = new();

        public void Advance(int count) => throw new NotSupportedException("The writer is not rented.");

        public Memory<byte> GetMemory(int sizeHint = 0) => throw new NotSupportedException("The writer is not rented.");

        public Span<byte> GetSpan(int sizeHint = 0) => throw new NotSupportedException("The writer is not rented.");
    }
}
