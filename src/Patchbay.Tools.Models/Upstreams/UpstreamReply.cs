namespace Patchbay.Tools.Models.Upstreams;

/// <summary>An answer whose head has come with a status of success, and whose body is to be read.</summary>
internal sealed class UpstreamReply(HttpResponseMessage response, AnswerBody body, Redactor redactor) : IDisposable
{
    /// <summary>The body.</summary>
    public AnswerBody Body => body;

    /// <summary>Makes what the upstream says fit to be shown.</summary>
    public Redactor Redactor => redactor;

    /// <summary>What the upstream says the body is, for example <c>text/event-stream</c>; null when it says nothing.</summary>
    public string? MediaType => response.Content.Headers.ContentType?.MediaType;

    /// <summary>The provider's name for the request, or null.</summary>
    public string? RequestId => RequestIdOf(response, redactor);

    /// <summary>The provider's name for the request, or null.</summary>
    public static string? RequestIdOf(HttpResponseMessage response, Redactor redactor) =>
        response.Headers.TryGetValues("x-request-id", out var values) ? redactor.Clean(values.First(), 128) : null;

    /// <inheritdoc />
    public void Dispose() => response.Dispose();
}
