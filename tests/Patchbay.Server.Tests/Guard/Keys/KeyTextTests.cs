using System.Text;
using Patchbay.Server.Guard.Keys;

namespace Patchbay.Server.Tests.Guard.Keys;

public sealed class KeyTextTests
{
    // The check value that every description of this CRC gives.
    [Fact]
    public void The_checksum_is_the_CRC_32_of_ISO_3309() => Assert.Equal(0xCBF43926u, Crc32.Compute(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void A_new_key_is_read_back_and_has_256_bits_of_secret()
    {
        string id = KeyText.NewId();
        string text = KeyText.NewKey(id);

        Assert.Matches("^pb_[0-9A-Za-z]{12}_[0-9A-Za-z]{49}$", text);
        Assert.True(KeyText.TryGetId(text, out var read));
        Assert.Equal(id, read.ToString());
        Assert.True(Math.Log2(62) * KeyText.SecretLength >= 256);
        Assert.NotEqual(text, KeyText.NewKey(id));
    }

    [Fact]
    public void A_slip_in_any_place_is_caught()
    {
        string text = KeyText.NewKey(KeyText.NewId());
        for (int i = 0; i < text.Length; i++)
        {
            char other = text[i] == 'a' ? 'b' : 'a';
            Assert.False(KeyText.TryGetId(string.Concat(text.AsSpan(0, i), [other], text.AsSpan(i + 1)), out _), $"place {i}");
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("pb_")]
    [InlineData("pb__")]
    [InlineData("pb_abc_def")]
    [InlineData("Bearer pb_abc_0123456789012345678901234567890123456789012345678")]
    public void What_has_another_form_is_no_key(string text) => Assert.False(KeyText.TryGetId(text, out _));

    [Fact]
    public void A_key_with_something_before_or_behind_it_is_no_key()
    {
        string text = KeyText.NewKey("abc");
        Assert.True(KeyText.TryGetId(text, out _));
        Assert.False(KeyText.TryGetId(text + " ", out _));
        Assert.False(KeyText.TryGetId(" " + text, out _));
        Assert.False(KeyText.TryGetId(text + "\0", out _));
    }
}
