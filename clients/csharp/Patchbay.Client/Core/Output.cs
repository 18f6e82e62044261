using System.Text.Json;
using Patchbay.Transport;

namespace Patchbay.Client.Core;

/// <summary>What the core asks of the shell.</summary>
internal enum OutputKind
{
    /// <summary>Open a transport; answer with <c>Opened</c>, <c>OpenFailed</c> or <c>Closed</c>.</summary>
    Open,

    /// <summary>Send one text message: <see cref="Output.Message"/>, to be released by the shell.</summary>
    Send,

    /// <summary>Close the transport (also one that is still opening) with <see cref="Output.Number"/> and <see cref="Output.Text"/>, and report nothing more of it.</summary>
    Drop,

    /// <summary>The observable state changed: <see cref="Output.State"/>, and <see cref="Output.Error"/> when it is closed or reconnecting.</summary>
    State,

    /// <summary>The request ended well, with <see cref="Output.Json"/>.</summary>
    Resolve,

    /// <summary>The request ended with <see cref="Output.Error"/>.</summary>
    Fail,

    /// <summary>The next chunk of a stream, <see cref="Output.Json"/>.</summary>
    Chunk,

    /// <summary>A request tells how far it is: <see cref="Output.Value"/> is an <see cref="McpProgress"/>.</summary>
    Progress,

    /// <summary>An event that is not the core's own: <see cref="Output.Value"/> is an <see cref="McpEvent"/>.</summary>
    Event,

    /// <summary>A diagnostic, the server's or a local one: <see cref="Output.Value"/> is an <see cref="McpDiagnostic"/>.</summary>
    Diagnostic,

    /// <summary>What hung on the session is gone, for the reason in <see cref="Output.Text"/>.</summary>
    SessionLost,
}

/// <summary>One output. A value, so that a call costs none of them; <see cref="Number"/> and <see cref="Value"/> mean what the kind says.</summary>
/// <param name="Kind">What is to be done.</param>
/// <param name="Number">The handle of a request, the number of an attempt, a close code or a state.</param>
/// <param name="Value">What goes with it.</param>
/// <param name="Json">A result or a chunk.</param>
internal readonly record struct Output(OutputKind Kind, long Number = 0, object? Value = null, JsonElement Json = default)
{
    public McpConnectionState State => (McpConnectionState)Number;

    public McpException? Error => (McpException?)Value;

    public string Text => (string)Value!;

    public OutboundMessage Message => (OutboundMessage)Value!;
}
