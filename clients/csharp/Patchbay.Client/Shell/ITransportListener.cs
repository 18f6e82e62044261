namespace Patchbay.Client.Shell;

/// <summary>Who is told what becomes of a connection.</summary>
internal interface ITransportListener
{
    void TransportOpened(SocketTransport transport);

    void TransportRefused(SocketTransport transport, Refusal refusal);

    void TransportClosed(SocketTransport transport, int code, string reason);

    /// <summary>One whole text message; the bytes are gone when this returns.</summary>
    void TransportText(SocketTransport transport, ReadOnlySpan<byte> text);
}
