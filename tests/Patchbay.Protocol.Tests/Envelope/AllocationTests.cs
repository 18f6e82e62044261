using System.Text;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Limits;
using Patchbay.Protocol.Validation;

namespace Patchbay.Protocol.Tests.Envelope;

/// <summary>What reading a good message costs in memory.</summary>
public class AllocationTests
{
    private const int Rounds = 1000;

    private static readonly byte[] Hot = Encoding.UTF8.GetBytes(
        """{"protocol_version":"2.0","message_type":"request","message_id":"req-1","method":"tools/call","params":{"name":"debug/echo","arguments":{"a":1}}}""");

    [Fact]
    public void Checking_the_form_of_a_text_allocates_nothing() =>
        Assert.Equal(0, PerRound(static () => JsonText.Check(Hot, ProtocolLimits.Default, out _)));

    [Fact]
    public void Splitting_a_text_allocates_nothing()
    {
        byte[] batch = [(byte)'[', .. Hot, (byte)',', .. Hot, (byte)']'];
        Assert.Null(JsonText.Check(batch, ProtocolLimits.Default, out var shape));
        var elements = new ReadOnlyMemory<byte>[2];
        Assert.Equal(0, PerRound(() => BatchReader.Split(batch, shape, elements)));
    }

    /// <summary>The message itself and its id are kept by the caller; the method's name is a known one, params stay a slice.</summary>
    [Fact]
    public void Reading_a_message_allocates_the_message_and_its_id_only()
    {
        // Object header, method table, dialect, id, two nullable longs, method, a slice, context: 96 bytes; a string of 5 characters: 32.
        var bytes = PerRound(static () => EnvelopeReader.Read(Hot, Direction.ClientToServer));
        Assert.InRange(bytes, 1, 96 + 32);
    }

    private static long PerRound(Action action)
    {
        for (var i = 0; i < Rounds; i++)
            action();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < Rounds; i++)
            action();
        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }
}
