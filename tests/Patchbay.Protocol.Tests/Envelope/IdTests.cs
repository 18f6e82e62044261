using System.Text;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Errors;
using Patchbay.Testing;

namespace Patchbay.Protocol.Tests.Envelope;

public class IdTests
{
    private sealed class Taken(params string[] ids) : IIdsInUse
    {
        public bool Contains(string id) => ids.Contains(id);
    }

    /// <summary>The prefix diag- and 60 characters are 65: valid, though longer than the 64 to which a malformed id is carried.</summary>
    [Fact]
    [Requirement("PROTO-4-17", "PROTO-4-33")]
    public void The_longest_valid_id_has_sixty_five_characters_and_is_carried()
    {
        var id = "diag-" + new string('a', 60);
        var good = Read($$"""{"protocol_version":"2.0","message_type":"diagnostic","message_id":"{{id}}","level":"info","component":"c","message":"m"}""");
        var bad = Read($$"""{"protocol_version":"2.0","message_type":"diagnostic","message_id":"{{id}}","level":"loud","component":"c","message":"m"}""");

        Assert.Equal(id, good.Message?.Id);
        Assert.Equal((ErrorCodes.InvalidMessageFormat, id), (bad.Error?.Code, bad.RequestId));
    }

    [Fact]
    public void A_malformed_id_is_carried_to_sixty_four_characters_and_not_beyond()
    {
        var carried = "req-" + new string('!', 60);

        Assert.Equal(carried, Read($$"""{"protocol_version":"2.0","message_type":"request","message_id":"{{carried}}","method":"m"}""").RequestId);
        Assert.Null(Read($$"""{"protocol_version":"2.0","message_type":"request","message_id":"{{carried}}!","method":"m"}""").RequestId);
    }

    [Theory]
    [InlineData("""{"protocol_version":"2.0","message_type":"request","message_id":"req-1","method":7}""")]
    [InlineData("""{"id":"req-1","method":7}""")]
    public void An_id_in_flight_is_refused_before_the_other_fields_are_looked_at(string text)
    {
        var outcome = EnvelopeReader.Read(Encoding.UTF8.GetBytes(text), Direction.ClientToServer, new Taken("req-1"));

        Assert.Equal((ErrorCodes.InvalidMessageId, "req-1"), (outcome.Error?.Code, outcome.RequestId));
    }

    private static ReadOutcome Read(string text) => EnvelopeReader.Read(Encoding.UTF8.GetBytes(text), Direction.ClientToServer);
}
