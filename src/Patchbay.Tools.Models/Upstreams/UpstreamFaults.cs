using System.Text;
using System.Text.Json;

namespace Patchbay.Tools.Models.Upstreams;

/// <summary>The one place where what goes wrong on the way to an upstream and back becomes a fault.</summary>
internal static class UpstreamFaults
{
    /// <summary>The fault an exception stands for; null for one nobody expected, and for the caller's own cancellation.</summary>
    public static UpstreamFault? Of(Exception exception, PhaseClock clock) => exception switch
    {
        UpstreamException known => known.Fault,
        _ when clock.Expired is { } phase => UpstreamFault.TimedOut(phase, clock.Times.Of(phase)),
        HttpIOException or IOException => UpstreamFault.Truncated("broke off in the middle of its answer."),
        _ => null,
    };

    /// <summary>Reads a whole JSON document.</summary>
    /// <exception cref="UpstreamException">It is none.</exception>
    public static JsonDocument Parse(ReadOnlyMemory<byte> body, Redactor redactor)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body.Span))
            throw new UpstreamException(UpstreamFault.Invalid("sent bytes that are no UTF-8 text."));
        try
        {
            return JsonDocument.Parse(body);
        }
        catch (JsonException)
        {
            throw new UpstreamException(UpstreamFault.Invalid("sent something that is no JSON.", redactor.Clean(Encoding.UTF8.GetString(body.Span[..Math.Min(body.Length, 2 * Redactor.MaxChars)]))));
        }
    }
}
