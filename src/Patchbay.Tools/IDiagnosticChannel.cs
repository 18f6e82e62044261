using System.Text.Json.Nodes;
using Patchbay.Protocol.Envelope;

namespace Patchbay.Tools;

/// <summary>By which a room tells those who watch the server that something in it has changed: an upstream is in trouble, or well again.</summary>
public interface IDiagnosticChannel
{
    /// <summary>Tells it to every session with the scope <c>diagnostics</c> that has subscribed to this level and component. Never waits, never throws.</summary>
    /// <param name="level">How grave it is.</param>
    /// <param name="component">What it is about: a fixed word, for example <c>models</c>.</param>
    /// <param name="message">A line for people; no secret, and nothing a client wrote.</param>
    /// <param name="details">A JSON object, or null.</param>
    void Tell(DiagnosticLevel level, string component, string message, JsonObject? details = null);
}
