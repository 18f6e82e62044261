namespace Patchbay.Store.Sessions;

/// <summary>A message to a client that is not acknowledged yet.</summary>
/// <param name="Seq">Its number in the session, from 1.</param>
/// <param name="Bytes">The whole message as it goes on the wire, UTF-8.</param>
public readonly record struct SessionMessage(long Seq, ReadOnlyMemory<byte> Bytes);
