using System.Buffers.Binary;
using Patchbay.Testing;
using Patchbay.Transport.WebSockets;

namespace Patchbay.Transport.Tests.WebSockets;

public class FrameHeaderTests
{
    /// <summary>RFC 6455 §5.2: 7 bits to 125, 16 bits to 65,535, else 64 bits.</summary>
    [Theory]
    [InlineData(0, 2)]
    [InlineData(125, 2)]
    [InlineData(126, 4)]
    [InlineData(65_535, 4)]
    [InlineData(65_536, 10)]
    [InlineData(16_777_216, 10)]
    public void A_header_of_the_server_has_the_shortest_form_of_its_length(int length, int size)
    {
        var bytes = new byte[10];

        Assert.Equal(size, FrameHeader.Write(bytes, Opcode.Text, length));
        Assert.Equal(0x81, bytes[0]);
        var told = size switch { 2 => bytes[1], 4 => BinaryPrimitives.ReadUInt16BigEndian(bytes.AsSpan(2)), _ => (long)BinaryPrimitives.ReadUInt64BigEndian(bytes.AsSpan(2)) };
        Assert.Equal(length, told);
        Assert.Equal(size switch { 2 => length, 4 => 126, _ => 127 }, bytes[1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(125)]
    [InlineData(126)]
    [InlineData(65_535)]
    [InlineData(65_536)]
    public void A_header_of_a_client_is_read_once_all_of_it_is_there(int length)
    {
        var bytes = RawFrame.Encode(0x82, new byte[length]);
        var size = bytes.Length - length;

        for (var part = 0; part < size; part++)
            Assert.False(FrameHeader.TryRead(bytes.AsSpan(0, part), out _));
        Assert.True(FrameHeader.TryRead(bytes.AsSpan(0, size), out var header));
        Assert.Equal((Opcode.Binary, true, true, (ulong)length, size), (header.Opcode, header.IsFinal, header.IsWellFormed, header.PayloadLength, header.Size));
    }

    /// <summary>§5.1 and §5.2: reserved bits, reserved opcodes, no mask, a length that is longer than needed or negative; §5.5: control frames are whole and short.</summary>
    [Theory]
    [InlineData("c180")]
    [InlineData("a180")]
    [InlineData("9180")]
    [InlineData("8380")]
    [InlineData("8780")]
    [InlineData("8b80")]
    [InlineData("8f80")]
    [InlineData("8100")]
    [InlineData("81fe007d00000000")]
    [InlineData("81ff000000000000ffff00000000")]
    [InlineData("81ffffffffffffffffff00000000")]
    [InlineData("098000000000")]
    [InlineData("89fe007e00000000")]
    public void A_header_the_standard_forbids_is_not_well_formed(string hex)
    {
        Assert.True(FrameHeader.TryRead(Convert.FromHexString(hex), out var header));
        Assert.False(header.IsWellFormed);
    }
}
