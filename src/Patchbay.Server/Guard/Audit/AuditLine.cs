using System.Buffers;
using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text.Json;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Server.Guard.Audit;

/// <summary>How a record is written: one JSON object, escaped, on one line of at most 4,096 bytes with its end.</summary>
internal static class AuditLine
{
    public const int MaxBytes = 4_096;

    /// <summary>What the first line of all carries in the place of a hash.</summary>
    public static readonly string NoHash = new('0', SHA256.HashSizeInBytes * 2);

    // Six bytes for each character at worst (\u00e9), seven strings: what is cut to this always fits.
    private const int CutTo = 64;
    private const byte LineFeed = (byte)'\n';

    // Nearly every call writes a line: its buffers are used again by the thread.
    [ThreadStatic]
    private static ArrayBufferWriter<byte>? _line;

    [ThreadStatic]
    private static Utf8JsonWriter? _json;

    /// <summary>Writes a line with its end into a buffer, and replaces the hash of the line before (hexadecimal) by its own.</summary>
    public static void Write(ArrayBufferWriter<byte> buffer, in AuditRecord record, long sequence, Span<byte> hash)
    {
        var line = _line ??= new ArrayBufferWriter<byte>(MaxBytes);
        line.ResetWrittenCount();
        Write(line, record, sequence, hash, cut: false);
        if (line.WrittenCount >= MaxBytes)
        {
            line.ResetWrittenCount();
            Write(line, record, sequence, hash, cut: true);
        }

        buffer.Write(line.WrittenSpan);
        buffer.Write([LineFeed]);
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(line.WrittenSpan, digest);
        Convert.TryToHexStringLower(digest, hash, out _);
    }

    /// <summary>The hash of a line without its end: SHA-256, hexadecimal.</summary>
    public static string Hash(ReadOnlySpan<byte> line) => Convert.ToHexStringLower(SHA256.HashData(line));

    /// <summary>Reads place and link of a line; false when it is no line of an audit log.</summary>
    public static bool TryRead(ReadOnlySpan<byte> line, out long sequence, out string previousHash, out string? removed)
    {
        sequence = 0;
        previousHash = "";
        removed = null;
        try
        {
            var reader = new Utf8JsonReader(line);
            using var document = JsonDocument.ParseValue(ref reader);
            var root = document.RootElement;
            if (reader.BytesConsumed != line.Length || !root.GetProperty("seq").TryGetInt64(out sequence))
                return false;
            previousHash = root.GetProperty("prev").GetString() ?? "";
            if (root.GetProperty("event").ValueEquals("rotated"u8) && root.TryGetProperty("details", out var details))
                removed = details.TryGetProperty("removed", out var name) ? name.GetString() : null;
            return true;
        }
        catch (Exception fault) when (fault is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return false;
        }
    }

    // The default encoder escapes everything beyond ASCII and every control character: no text can end a line or forge another one.
    private static void Write(ArrayBufferWriter<byte> line, in AuditRecord record, long sequence, ReadOnlySpan<byte> previousHash, bool cut)
    {
        var json = _json ??= new Utf8JsonWriter(line);
        json.Reset(line);
        json.WriteStartObject();
        json.WriteNumber("seq"u8, sequence);
        Span<byte> text = stackalloc byte[64];
        json.WriteString("time"u8, text[..AuditTime.Write(record.Time, text)]);
        json.WriteString("event"u8, Cut(record.Event));
        Optional("key_id"u8, record.KeyId);
        Optional("client_id"u8, record.ClientId);
        Optional("address"u8, record.Address);
        Optional("subject"u8, record.Subject);
        Optional("outcome"u8, record.Outcome);
        if (cut)
        {
            json.WriteBoolean("cut"u8, true);
        }
        else if (record.Details is { } details)
        {
            json.WritePropertyName("details"u8);
            details.WriteTo(json);
        }
        else if (record.Call is { } call)
        {
            json.WriteStartObject("details"u8);
            json.WriteNumber("duration_ms"u8, Milliseconds.Of(call.DurationMs));
            Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
            BinaryPrimitives.WriteUInt128BigEndian(digest, call.DigestHigh);
            BinaryPrimitives.WriteUInt128BigEndian(digest[16..], call.DigestLow);
            Convert.TryToHexStringLower(digest, text, out _);
            json.WriteString("arguments_sha256"u8, text);
            json.WriteEndObject();
        }

        json.WriteString("prev"u8, previousHash);
        json.WriteEndObject();
        json.Flush();

        void Optional(ReadOnlySpan<byte> name, string? value)
        {
            if (value is not null)
                json.WriteString(name, Cut(value));
        }

        ReadOnlySpan<char> Cut(string value) => cut && value.Length > CutTo ? value.AsSpan(0, CutTo) : value;
    }
}
