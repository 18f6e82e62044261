using System.Text;
using System.Text.Json.Nodes;

namespace Patchbay.Testing;

/// <summary>An HTTP answer as it stood on the wire.</summary>
/// <param name="Status">The status code.</param>
/// <param name="Headers">The headers, by name without regard to case.</param>
/// <param name="Body">The body as text.</param>
public sealed record HttpAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body)
{
    /// <summary>The body as a JSON object.</summary>
    public JsonObject Json => JsonNode.Parse(Body)!.AsObject();

    /// <summary><c>error_code</c> of an error.</summary>
    public string? ErrorCode => Body.Length == 0 ? null : (string?)Json["error_code"];

    internal static async Task<HttpAnswer> ReadAsync(Stream stream)
    {
        // Byte by byte to the empty line: what stands behind it may be frames.
        var head = new StringBuilder();
        while (!head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            head.Append((char)await ReadByteAsync(stream));
        var lines = head.ToString().Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        var headers = new Dictionary<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var line in lines.Skip(1))
            headers[line[..line.IndexOf(':')]] = line[(line.IndexOf(':') + 1)..].Trim();
        var status = int.Parse(lines[0].Split(' ')[1]);
        return new HttpAnswer(status, headers, status == 101 ? "" : await ReadBodyAsync(stream, headers));
    }

    private static async Task<string> ReadBodyAsync(Stream stream, Dictionary<string, string> headers)
    {
        if (headers.TryGetValue("Content-Length", out var length))
            return await ReadTextAsync(stream, int.Parse(length));
        if (!headers.ContainsKey("Transfer-Encoding"))
            return "";
        var body = new StringBuilder();
        while (true)
        {
            var line = new StringBuilder();
            while (!line.ToString().EndsWith("\r\n", StringComparison.Ordinal))
                line.Append((char)await ReadByteAsync(stream));
            var size = Convert.ToInt32(line.ToString().Trim(), 16);
            body.Append(await ReadTextAsync(stream, size));
            await ReadTextAsync(stream, 2);
            if (size == 0)
                return body.ToString();
        }
    }

    private static async Task<string> ReadTextAsync(Stream stream, int length)
    {
        var bytes = new byte[length];
        await stream.ReadExactlyAsync(bytes);
        return Encoding.UTF8.GetString(bytes);
    }

    private static async Task<byte> ReadByteAsync(Stream stream)
    {
        var one = new byte[1];
        await stream.ReadExactlyAsync(one);
        return one[0];
    }
}
