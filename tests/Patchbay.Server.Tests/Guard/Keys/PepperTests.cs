using System.Security.Cryptography;
using System.Text;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.Server.Tests.Guard.Keys;

[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class PepperTests : IDisposable
{
    private readonly string _directory = Directory.CreateTempSubdirectory("patchbay-pepper").FullName;

    public void Dispose() => Directory.Delete(_directory, recursive: true);

    [Fact]
    public void It_is_made_once_and_only_its_owner_may_read_it()
    {
        string nested = Path.Combine(_directory, "data");
        byte[] first = Pepper.Open(nested).Hash("text");

        string path = Path.Combine(nested, Pepper.FileName);
        Assert.Equal(32, new FileInfo(path).Length);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        Assert.Equal(first, Pepper.Open(nested).Hash("text"));
        Assert.Equal([path], Directory.GetFiles(nested));
    }

    [Fact]
    public void It_hashes_by_HMAC_SHA_256_over_UTF_8()
    {
        byte[] secret = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        using var reference = new HMACSHA256(secret);
        Assert.Equal(reference.ComputeHash(Encoding.UTF8.GetBytes("pb_ä_€")), new Pepper(secret).Hash("pb_ä_€"));
    }

    [Fact]
    public void Wider_rights_are_narrowed()
    {
        Pepper.Open(_directory);
        string path = Path.Combine(_directory, Pepper.FileName);
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.OtherRead);
        Pepper.Open(_directory);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void A_damaged_file_stops_the_start_with_one_line()
    {
        File.WriteAllText(Path.Combine(_directory, Pepper.FileName), "short");
        Assert.DoesNotContain('\n', Assert.Throws<InvalidDataException>(() => Pepper.Open(_directory)).Message);
    }

    [Fact]
    public async Task Many_that_start_at_once_agree_on_one()
    {
        byte[][] hashes = await Task.WhenAll(Enumerable.Range(0, 16).Select(_ => Task.Run(() => Pepper.Open(_directory).Hash("text"))));
        Assert.All(hashes, hash => Assert.Equal(hashes[0], hash));
        Assert.Single(Directory.GetFiles(_directory));
    }

    [Fact]
    public void A_text_that_is_too_long_is_not_hashed()
    {
        var pepper = new Pepper(new byte[32]);
        Span<byte> hash = stackalloc byte[32];
        Assert.True(pepper.TryHash(new string('€', Pepper.MaxTextLength), hash));
        Assert.False(pepper.TryHash(new string('a', Pepper.MaxTextLength + 1), hash));
    }
}
