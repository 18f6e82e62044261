using System.Buffers;
using System.Buffers.Binary;
using System.Text.Encodings.Web;
using System.Text.Json;
using Patchbay.Tools.Models.Calls;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Telemetry;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Embeddings;

/// <summary>Turns texts into vectors.</summary>
internal sealed class EmbedOperation(ModelEntry model, EmbedArguments arguments, int maxBodyBytes) : ModelOperation(model)
{
    private readonly int _texts = arguments.Input.ValueKind == JsonValueKind.Array ? arguments.Input.GetArrayLength() : 1;

    public override string Name => Capability.Embeddings;

    public override string Path => "embeddings";

    public override ReadOnlyMemory<byte> Body { get; } = Write(arguments, model);

    /// <summary>The vectors, in the order of the texts.</summary>
    public IReadOnlyList<float[]> Vectors { get; private set; } = [];

    public override async ValueTask ReadAsync(UpstreamReply reply, PhaseClock clock)
    {
        RequestId = reply.RequestId;
        var body = await reply.Body.ReadAllAsync(maxBodyBytes, clock.Token).ConfigureAwait(false);
        using var document = UpstreamFaults.Parse(body, reply.Redactor);
        var root = document.RootElement;
        if (ProviderError.InAnswer(root, reply.Redactor) is { } fault)
            throw new UpstreamException(fault);
        if (root.ValueKind != JsonValueKind.Object || !root.TryGetProperty("data", out var data) || data.ValueKind != JsonValueKind.Array)
            throw Invalid("without 'data'");
        Vectors = Read(data);
        if (root.TryGetProperty("usage", out var usage))
            Usage = UsageReader.Read(usage);
    }

    private static ReadOnlyMemory<byte> Write(EmbedArguments arguments, ModelEntry model)
    {
        var buffer = new ArrayBufferWriter<byte>();
        using var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping });
        writer.WriteStartObject();
        writer.WriteString("model", model.Id);
        writer.WritePropertyName("input");
        arguments.Input.WriteTo(writer);
        writer.WriteString("encoding_format", "float");
        if (arguments.Dimensions is { } dimensions)
            writer.WriteNumber("dimensions", dimensions);
        writer.WriteEndObject();
        writer.Flush();
        return buffer.WrittenMemory;
    }

    private float[][] Read(JsonElement data)
    {
        if (data.GetArrayLength() != _texts)
            throw Invalid($"with {data.GetArrayLength()} vectors for {_texts} texts");
        var vectors = new float[_texts][];
        var place = 0;
        foreach (var item in data.EnumerateArray())
        {
            // The order is that of the index; where there is none, that of the list.
            var index = JsonText.Count(item, "index") ?? place;
            place++;
            if (index >= _texts || vectors[index] is not null)
                throw Invalid("whose indexes are not those of the texts");
            vectors[index] = item.ValueKind == JsonValueKind.Object && item.TryGetProperty("embedding", out var embedding) ? Vector(embedding) : throw Invalid("without 'embedding'");
        }

        if (vectors.Any(vector => vector.Length != vectors[0].Length))
            throw Invalid("whose vectors are not equally long");
        return vectors;
    }

    private static float[] Vector(JsonElement embedding)
    {
        // Some servers send base64 of little-endian floats whatever they are asked for.
        var vector = embedding.ValueKind switch
        {
            JsonValueKind.Array => [.. embedding.EnumerateArray().Select(number => number.ValueKind == JsonValueKind.Number && number.TryGetSingle(out var value) ? value : float.NaN)],
            JsonValueKind.String when embedding.TryGetBytesFromBase64(out var bytes) && bytes.Length % sizeof(float) == 0 => Floats(bytes),
            _ => throw Invalid("whose vectors are no lists of numbers"),
        };
        return vector.Length > 0 && Array.TrueForAll(vector, float.IsFinite) ? vector : throw Invalid("whose vectors hold something that is no finite number");
    }

    private static float[] Floats(byte[] bytes)
    {
        var floats = new float[bytes.Length / sizeof(float)];
        for (var i = 0; i < floats.Length; i++)
            floats[i] = BinaryPrimitives.ReadSingleLittleEndian(bytes.AsSpan(i * sizeof(float)));
        return floats;
    }

    private static UpstreamException Invalid(string how) => new(UpstreamFault.Invalid($"sent an answer {how}."));
}
