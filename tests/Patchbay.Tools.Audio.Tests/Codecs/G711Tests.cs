using Patchbay.Tools.Audio.Codecs;

namespace Patchbay.Tools.Audio.Tests.Codecs;

public sealed class G711Tests
{
    // ITU-T G.711 Tables 1 and 2, by quantizer arithmetic instead of bit shifts: segment k of µ-law has 16 steps of 2^(k+1) in the 14-bit scale and
    // begins at 33·2^k - 33; segment k of A-law has 16 steps, and its magnitudes are the middles of the steps in the 13-bit scale.
    [Fact]
    public void Every_mu_law_code_decodes_to_the_value_of_the_standard()
    {
        for (var code = 0; code < 256; code++)
        {
            var inverted = 255 - code;
            int segment = inverted / 16 % 8, step = inverted % 16;
            var magnitude = (33.0 + 2 * step) * Math.Pow(2, segment) - 33;
            var expected = 4 * magnitude / 32768 * (inverted >= 128 ? -1 : 1);
            Assert.Equal(expected, G711.Mulaw[code], 7);
        }
    }

    [Fact]
    public void Every_a_law_code_decodes_to_the_value_of_the_standard()
    {
        for (var code = 0; code < 256; code++)
        {
            var toggled = code ^ 0b0101_0101;
            int segment = toggled / 16 % 8, step = toggled % 16;
            // Segments 0 and 1 share the smallest step of 2 in the scale of 4096.
            var magnitude = segment == 0 ? 2 * step + 1 : (2 * step + 33) * Math.Pow(2, segment - 1);
            var expected = 8 * magnitude / 32768 * (toggled >= 128 ? 1 : -1);
            Assert.Equal(expected, G711.Alaw[code], 7);
        }
    }

    [Fact]
    public void The_ends_and_the_zeros_are_where_the_standard_has_them()
    {
        Assert.Equal(0, G711.Mulaw[0xFF]);
        Assert.Equal(0, G711.Mulaw[0x7F]);
        Assert.Equal(32124 / 32768f, G711.Mulaw[0x80]);
        Assert.Equal(-32124 / 32768f, G711.Mulaw[0x00]);
        Assert.Equal(8 / 32768f, G711.Alaw[0xD5]);
        Assert.Equal(-8 / 32768f, G711.Alaw[0x55]);
        Assert.Equal(32256 / 32768f, G711.Alaw[0xAA]);
        Assert.Equal(-32256 / 32768f, G711.Alaw[0x2A]);
    }
}
