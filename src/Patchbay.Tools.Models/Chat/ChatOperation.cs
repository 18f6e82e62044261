using System.Net.ServerSentEvents;
using Patchbay.Tools.Models.Calls;
using Patchbay.Tools.Models.Catalog;
using Patchbay.Tools.Models.Options;
using Patchbay.Tools.Models.Upstreams;

namespace Patchbay.Tools.Models.Chat;

/// <summary>A chat completion: reads the stream of an answer by its grammar and the habits of the servers that speak it.</summary>
/// <param name="model">The model.</param>
/// <param name="body">The request.</param>
/// <param name="options">The bounds of an answer.</param>
/// <param name="time">The clock.</param>
/// <param name="onText">Told the text as it comes, or null.</param>
/// <param name="onThought">Told when reasoning or a part of a tool call has come, or null.</param>
internal sealed class ChatOperation(ModelEntry model, ReadOnlyMemory<byte> body, ModelsOptions options, TimeProvider time, Action<string>? onText, Action? onThought)
    : ModelOperation(model)
{
    private readonly ChatAnswer _answer = new(options.MaxAnswerChars);

    public override string Name => Capability.Chat;

    public override string Path => "chat/completions";

    public override ReadOnlyMemory<byte> Body => body;

    public override string? PartialText => _answer.Text;

    public ChatAnswer Answer => _answer;

    public override async ValueTask ReadAsync(UpstreamReply reply, PhaseClock clock)
    {
        RequestId = reply.RequestId;
        try
        {
            var first = await reply.Body.PeekAsync(clock.Token).ConfigureAwait(false) ?? throw new UpstreamException(UpstreamFault.Truncated("ended its answer before it began."));
            // What it is shows in its first byte; what it is called is wrong with some servers.
            if (first is (byte)'{' or (byte)'[')
                await ReadWholeAsync(reply, clock).ConfigureAwait(false);
            else if (reply.MediaType == "text/event-stream" || (reply.MediaType is null or "text/plain" or "application/octet-stream" or "application/json" && "deir:"u8.Contains(first)))
                await ReadEventsAsync(reply, clock).ConfigureAwait(false);
            else
                throw await NoAnswerAsync(reply, clock).ConfigureAwait(false);
        }
        finally
        {
            Usage = _answer.Usage;
        }
    }

    public override bool IsCompleteDespite(UpstreamFault fault)
    {
        if (_answer.FinishReason is null || fault.Reason is not ("truncated" or "timeout_idle"))
            return false;
        Warning = "The stream did not end as it should, but the model had finished; the usage may be missing.";
        return true;
    }

    private async ValueTask ReadWholeAsync(UpstreamReply reply, PhaseClock clock)
    {
        var bytes = await reply.Body.ReadAllAsync(options.MaxBodyBytes, clock.Token).ConfigureAwait(false);
        using var document = UpstreamFaults.Parse(bytes, reply.Redactor);
        var text = _answer.Take(document.RootElement, reply.Redactor);
        if (!_answer.HasChoice)
            throw new UpstreamException(UpstreamFault.Invalid("sent an answer without a choice."));
        onText?.Invoke(text);
    }

    private async ValueTask ReadEventsAsync(UpstreamReply reply, PhaseClock clock)
    {
        var isEnded = false;
        var events = SseParser.Create(new EventBytes(reply.Body, options.MaxEventBytes), (type, data) => ChatEvent.Read(type, data, reply.Redactor));
        await foreach (var item in events.EnumerateAsync(clock.Token).ConfigureAwait(false))
        {
            if (item.Data.IsEnd)
            {
                isEnded = true;
                break;
            }

            Take(item.Data, reply.Redactor);
        }

        if (_answer.FinishReason is null && !isEnded)
            throw new UpstreamException(UpstreamFault.Truncated("ended the stream in the middle of its answer."));
        if (!_answer.HasChoice)
            throw new UpstreamException(UpstreamFault.Invalid("sent an answer without a choice."));
        if (!isEnded)
            Warning = "The stream ended without [DONE]; the model had finished.";
    }

    private void Take(in ChatEvent item, Redactor redactor)
    {
        if (item.Json is null)
            return;
        using var json = item.Json;
        var had = _answer.HasOutput;
        var text = _answer.Take(json.RootElement, redactor);
        if (!had && _answer.HasOutput)
            Times.FirstOutputAt = time.GetTimestamp();
        if (text.Length > 0)
            onText?.Invoke(text);
        else if (_answer.HasOutput)
            onThought?.Invoke();
    }

    private static async ValueTask<UpstreamException> NoAnswerAsync(UpstreamReply reply, PhaseClock clock)
    {
        var beginning = await reply.Body.ReadBeginningAsync(2 * Redactor.MaxChars, clock.Token).ConfigureAwait(false);
        var type = reply.Redactor.Clean(reply.MediaType, 64) ?? "something without a type";
        return new UpstreamException(UpstreamFault.Invalid($"sent {type} instead of an event stream.", reply.Redactor.Clean(System.Text.Encoding.UTF8.GetString(beginning.Span))));
    }
}
