namespace Patchbay.Store.Sessions;

/// <summary>The hashes of the tokens that open a session.</summary>
/// <param name="Current">SHA-256 of the newest token, 32 bytes.</param>
/// <param name="Previous">SHA-256 of the one before, 32 bytes; null when it is not valid any more.</param>
public sealed record SessionTokens(byte[] Current, byte[]? Previous = null);
