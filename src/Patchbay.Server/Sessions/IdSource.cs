using System.Buffers.Text;
using System.Security.Cryptography;

namespace Patchbay.Server.Sessions;

/// <summary>Makes ids nobody can guess. The source of chance is handed in, so that a simulation can repeat itself.</summary>
internal sealed class IdSource(IdSource.Fill fill)
{
    private const int IdBytes = 16;
    private const int TokenBytes = 32;

    /// <summary>Fills bytes with chance.</summary>
    public delegate void Fill(Span<byte> bytes);

    /// <summary>The operating system's source.</summary>
    public static IdSource System { get; } = new(RandomNumberGenerator.Fill);

    /// <summary>A secret of 256 bits, base64url.</summary>
    public string NextToken()
    {
        Span<byte> bytes = stackalloc byte[TokenBytes];
        fill(bytes);
        return Base64Url.EncodeToString(bytes);
    }

    /// <summary>A number from 0 to one below a bound.</summary>
    public int NextInt32(int bound)
    {
        Span<byte> bytes = stackalloc byte[sizeof(uint)];
        fill(bytes);
        return (int)(BitConverter.ToUInt32(bytes) % (uint)bound);
    }

    /// <summary>A prefix and 128 bits in hexadecimal.</summary>
    public string Next(string prefix)
    {
        Span<byte> bytes = stackalloc byte[IdBytes];
        fill(bytes);
        return prefix + Convert.ToHexStringLower(bytes);
    }
}
