using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Patchbay.Server.Guard.Keys;

/// <summary>
/// The text of an API key: <c>pb_&lt;id&gt;_&lt;secret&gt;&lt;crc&gt;</c>. The id is public; the secret is 43 letters and digits (256 bits);
/// the CRC-32 of all before it, in six letters and digits, lets a scanner tell a key from noise and catches a slip of the hand.
/// </summary>
internal static class KeyText
{
    public const string Prefix = "pb_";
    public const int SecretLength = 43;
    public const int ChecksumLength = 6;
    public const int MaxIdLength = 64;
    private const int IdLength = 12;
    private const string Alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

    private static readonly SearchValues<char> Letters = SearchValues.Create(Alphabet);

    /// <summary>A new public id: 12 letters and digits (71 bits).</summary>
    public static string NewId() => RandomNumberGenerator.GetString(Alphabet, IdLength);

    /// <summary>A new key for an id.</summary>
    public static string NewKey(string id)
    {
        string head = $"{Prefix}{id}_{RandomNumberGenerator.GetString(Alphabet, SecretLength)}";
        return string.Concat(head, Checksum(head));
    }

    /// <summary>Reads the id of a key; false when the text has not the form of one.</summary>
    public static bool TryGetId(ReadOnlySpan<char> text, out ReadOnlySpan<char> id)
    {
        id = default;
        int idLength = text.Length - Prefix.Length - 1 - SecretLength - ChecksumLength;
        if (idLength is < 1 or > MaxIdLength || !text.StartsWith(Prefix) || text[Prefix.Length + idLength] != '_')
            return false;
        var body = text[(Prefix.Length + idLength + 1)..];
        if (text.Slice(Prefix.Length, idLength).ContainsAnyExcept(Letters) || body.ContainsAnyExcept(Letters))
            return false;
        if (!body[SecretLength..].SequenceEqual(Checksum(text[..^ChecksumLength])))
            return false;
        id = text.Slice(Prefix.Length, idLength);
        return true;
    }

    private static string Checksum(ReadOnlySpan<char> head)
    {
        Span<byte> bytes = stackalloc byte[Prefix.Length + MaxIdLength + 1 + SecretLength];
        uint crc = Crc32.Compute(bytes[..Encoding.ASCII.GetBytes(head, bytes)]);
        Span<char> digits = stackalloc char[ChecksumLength];
        for (int i = ChecksumLength - 1; i >= 0; i--, crc /= (uint)Alphabet.Length)
            digits[i] = Alphabet[(int)(crc % (uint)Alphabet.Length)];
        return new string(digits);
    }
}
