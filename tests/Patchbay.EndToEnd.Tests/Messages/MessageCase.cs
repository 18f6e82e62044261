namespace Patchbay.EndToEnd.Tests.Messages;

/// <summary>A text no client should send, and what the contract says to it.</summary>
/// <param name="Text">The whole message.</param>
/// <param name="Code">The error code it is answered with.</param>
/// <param name="Id">What <c>request_id</c> (compact: <c>id</c>) of the answer is.</param>
/// <param name="Field"><c>details.field</c>, or null when the contract names none.</param>
internal sealed record MessageCase(string Text, string Code, string? Id = null, string? Field = null)
{
    /// <summary>The type of the violation; request errors are none.</summary>
    public string? Violation => Code switch
    {
        "INVALID_MESSAGE_FORMAT" => "invalid_message",
        "INVALID_PROTOCOL_VERSION" => "protocol_version_mismatch",
        "INVALID_MESSAGE_ID" => "invalid_message_id",
        _ => null,
    };
}
