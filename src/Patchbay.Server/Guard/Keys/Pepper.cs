using System.Security.Cryptography;
using System.Text;

namespace Patchbay.Server.Guard.Keys;

/// <summary>
/// The secret of this installation under which keys are hashed, so that a copied store alone opens nothing. It lives in <c>pepper</c> in the data directory,
/// 32 random bytes that only the owner may read; without it no stored key works.
/// </summary>
internal sealed class Pepper
{
    public const string FileName = "pepper";
    public const int HashLength = HMACSHA256.HashSizeInBytes;

    /// <summary>The longest text that is hashed; nothing longer is a key.</summary>
    public const int MaxTextLength = 256;

    private const int Length = 32;
    private readonly byte[] _secret;

    public Pepper(byte[] secret)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(secret.Length, Length);
        _secret = secret;
    }

    /// <summary>Opens the pepper of a data directory, and makes it when there is none.</summary>
    /// <exception cref="InvalidDataException">The file is not 32 bytes long.</exception>
    public static Pepper Open(string dataDirectory)
    {
        Directory.CreateDirectory(dataDirectory);
        string path = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(path))
            Create(path);
        byte[] secret = File.ReadAllBytes(path);
        if (secret.Length != Length)
            throw new InvalidDataException($"{path} must hold {Length} bytes and holds {secret.Length}; restore it from a backup, or remove it and every key with it.");

        // A copy made with wider rights is narrowed rather than refused: the server must start after a restore.
        if (!OperatingSystem.IsWindows() && File.GetUnixFileMode(path) != OwnerOnly)
            File.SetUnixFileMode(path, OwnerOnly);
        return new Pepper(secret);
    }

    /// <summary>The keyed hash of a text, HMAC-SHA-256 over its UTF-8; false when the text is too long to be hashed, and the hash is then all zero.</summary>
    public bool TryHash(ReadOnlySpan<char> text, Span<byte> hash)
    {
        Span<byte> utf8 = stackalloc byte[MaxTextLength * 3];
        bool fits = text.Length <= MaxTextLength;
        int length = fits ? Encoding.UTF8.GetBytes(text, utf8) : 0;
        HMACSHA256.HashData(_secret, utf8[..length], hash);
        if (!fits)
            hash.Clear();
        return fits;
    }

    /// <summary>The keyed hash of a text that is known to be short enough.</summary>
    public byte[] Hash(string text)
    {
        byte[] hash = new byte[HashLength];
        return TryHash(text, hash) ? hash : throw new ArgumentException($"At most {MaxTextLength} characters.", nameof(text));
    }

    private static UnixFileMode OwnerOnly => UnixFileMode.UserRead | UnixFileMode.UserWrite;

    // Two processes may start at once: each writes its own file, and the one that is moved first is the one both read.
    private static void Create(string path)
    {
        string draft = $"{path}.{Guid.NewGuid():n}";
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        try
        {
            using (var file = new FileStream(draft, options))
            {
                file.Write(RandomNumberGenerator.GetBytes(Length));
                file.Flush(flushToDisk: true);
            }

            File.Move(draft, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // The other process was first.
        }
        finally
        {
            File.Delete(draft);
        }
    }
}
