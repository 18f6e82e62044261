using System.Security.Cryptography;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;

namespace Patchbay.AspNetCore.Dashboard;

/// <summary>A file of the page, in memory, in each coding the build has made of it.</summary>
internal sealed class DashboardFile
{
    private readonly byte[] _plain;
    private readonly byte[]? _gzip;
    private readonly byte[]? _brotli;
    private readonly string _digest;

    public DashboardFile(string name, byte[] plain, byte[]? gzip, byte[]? brotli)
    {
        _plain = plain;
        _gzip = gzip;
        _brotli = brotli;
        _digest = Convert.ToHexStringLower(SHA256.HashData(plain).AsSpan(0, 16));
        ContentType = TypeOf(name);
        // Names under assets/ hold a digest of their content: what they name never changes. The others are asked for anew each time.
        CacheControl = name.StartsWith("assets/", StringComparison.Ordinal) ? "public, max-age=31536000, immutable" : "no-cache";
    }

    public string ContentType { get; }

    public string CacheControl { get; }

    /// <summary>Bytes as built, uncompressed.</summary>
    public int Length => _plain.Length;

    /// <summary>The smallest form a client takes; the coding is null for the plain one.</summary>
    public (ReadOnlyMemory<byte> Body, string? Coding, string ETag) Choose(StringValues acceptEncoding)
    {
        if (!StringWithQualityHeaderValue.TryParseList(acceptEncoding, out var accepted))
            return (_plain, null, $"\"{_digest}\"");
        if (_brotli is not null && Takes(accepted, "br"))
            return (_brotli, "br", $"\"{_digest}-br\"");
        if (_gzip is not null && Takes(accepted, "gzip"))
            return (_gzip, "gzip", $"\"{_digest}-gz\"");
        return (_plain, null, $"\"{_digest}\"");
    }

    // Only a coding that is named: `*` is used by those who take whatever comes, and the plain form is that too.
    private static bool Takes(IList<StringWithQualityHeaderValue> accepted, string coding) =>
        accepted.Any(value => value.Value.Equals(coding, StringComparison.OrdinalIgnoreCase) && value.Quality is not 0);

    private static string TypeOf(string name) => Path.GetExtension(name) switch
    {
        ".html" => "text/html; charset=utf-8",
        ".js" => "text/javascript; charset=utf-8",
        ".css" => "text/css; charset=utf-8",
        ".svg" => "image/svg+xml",
        ".txt" => "text/plain; charset=utf-8",
        _ => "application/octet-stream",
    };
}
