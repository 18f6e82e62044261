using System.Buffers;
using System.Collections.Concurrent;
using System.Text.Json;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;
using Patchbay.Server.Catalog;
using Patchbay.Server.Sessions;
using Patchbay.Server.Streaming;
using Patchbay.Store;
using Patchbay.Store.Executions;
using Patchbay.Tools;

namespace Patchbay.Server.Dispatch;

/// <summary>Executes once: a call is on record before its tool starts, and whoever asks for the same again gets the same answer.</summary>
internal sealed class Executions(Engine engine)
{
    private readonly ConcurrentDictionary<long, ToolCall> _running = new();

    /// <summary>Starts a call, joins the one that runs, or answers from the record.</summary>
    /// <param name="waiter">The request; it has an id and a place.</param>
    /// <param name="entry">The tool.</param>
    /// <param name="start">What is recorded; its params are the waiter's own copy.</param>
    /// <param name="make">Makes the call under its number.</param>
    public async Task StartAsync(Waiter waiter, CatalogEntry entry, ExecutionStart start, Func<long, ToolCall> make)
    {
        try
        {
            while (true)
            {
                var begin = await engine.Store.Executions.BeginAsync(start, CancellationToken.None).ConfigureAwait(false);
                switch (begin.Outcome)
                {
                    case ExecutionOutcome.Started:
                        await RunAsync(waiter, entry, begin, start.Repeatable, make).ConfigureAwait(false);
                        return;
                    case ExecutionOutcome.Running when !_running.TryGetValue(begin.Number, out var call) || !call.TryAttach(waiter):
                        // It is just being started, or has just ended: the record will say so in a moment.
                        await Task.Yield();
                        continue;
                    case ExecutionOutcome.Running:
                        waiter.Session.Calls.FreePlace();
                        return;
                    case ExecutionOutcome.Finished:
                        waiter.Session.Calls.FreePlace();
                        await DeliverAsync(begin.Number, waiter, begin.Answer, entry, default).ConfigureAwait(false);
                        return;
                    default:
                        waiter.Session.Calls.FreePlace();
                        Refuse(waiter, entry, begin.Outcome);
                        return;
                }
            }
        }
        catch (Exception fault)
        {
            CallAnswers.Fail(engine, waiter, entry, engine.Faults.ToError(fault, entry.Definition.Name, cancelled: false));
        }
    }

    /// <summary>Stores what a call came to, and answers everyone who waits for it.</summary>
    public ValueTask AnswerAsync(long number, Waiter[] waiters, ToolResult result, int? chunks, ExecutionTime execution, CatalogEntry entry)
    {
        var answer = ToAnswer(result, chunks, entry);
        engine.Store.Executions.Finish(number, answer);
        if (waiters.Length == 1)
            return DeliverAsync(number, waiters[0], answer, entry, execution);
        // One session without room must not hold back the others.
        return new ValueTask(Task.WhenAll(waiters.Select(waiter => DeliverAsync(number, waiter, answer, entry, execution).AsTask())));
    }

    /// <summary>The tool of a call has returned.</summary>
    public void Remove(long number) => _running.TryRemove(number, out _);

    /// <summary>Runs a call of an earlier process again, for those who wait for it.</summary>
    public void RunAgain(long number, ToolCall call)
    {
        _running[number] = call;
        call.Owner.Calls.TakePlace();
        call.Start();
    }

    /// <summary>Answers a request from the record.</summary>
    public ValueTask DeliverAsync(long number, Waiter waiter, ExecutionAnswer answer, CatalogEntry? entry, ExecutionTime execution) =>
        CallAnswers.SendAsync(
            engine,
            waiter,
            entry,
            answer.IsError ? ToolResult.Fail(ReadError(answer.Json)) : ToolResult.FromJson(answer.Json),
            chunks: null,
            execution,
            waiter.Session.Resumable is null ? null : new ExecutionDelivery(number, waiter.RequestId));

    /// <summary>An error as it is recorded.</summary>
    public static ExecutionAnswer ErrorAnswer(ProtocolError error) => new(true, JsonSerializer.SerializeToUtf8Bytes(new JsonObject
    {
        ["code"] = error.Code.Name,
        ["message"] = error.Message,
        ["details"] = error.Details?.DeepClone(),
    }));

    private async Task RunAsync(Waiter waiter, CatalogEntry entry, ExecutionBegin begin, bool isRepeatable, Func<long, ToolCall> make)
    {
        var call = make(begin.Number);
        _running[begin.Number] = call;
        // A repeatable tool may start before its record is stored: a record that is lost is a call that was never made.
        if (!isRepeatable && await begin.Ticket.WaitAsync().ConfigureAwait(false) != StoreFault.None)
        {
            Remove(begin.Number);
            waiter.Session.Calls.FreePlace();
            call.Refuse(new ProtocolError(ErrorCodes.ServerOverloaded, "The call cannot be recorded now; it was not run.", new JsonObject { ["reason"] = "store" }));
            return;
        }

        call.Start();
    }

    private void Refuse(Waiter waiter, CatalogEntry entry, ExecutionOutcome outcome)
    {
        if (outcome == ExecutionOutcome.Conflict)
            CallAnswers.Fail(engine, waiter, entry, Conflict(waiter.RequestId));
        else
            CallAnswers.Fail(engine, waiter, entry, new ProtocolError(
                ErrorCodes.ServerOverloaded, "The call cannot be recorded now; it was not run.", new JsonObject { ["reason"] = "store" }));
    }

    /// <summary>An id that stands for something else already.</summary>
    public static ProtocolError Conflict(string id) => new(
        ErrorCodes.InvalidMessageId, $"The id or idempotency key of {id} was used for another request.", new JsonObject { ["reason"] = "conflict" });

    private ExecutionAnswer ToAnswer(ToolResult result, int? chunks, CatalogEntry entry)
    {
        if (result.Error is { } error)
            return ErrorAnswer(error);
        try
        {
            var buffer = new ArrayBufferWriter<byte>();
            using (var writer = new Utf8JsonWriter(buffer))
                ResultWriter.Write(writer, result, chunks);
            return new ExecutionAnswer(false, buffer.WrittenMemory);
        }
        catch (Exception fault)
        {
            return ErrorAnswer(engine.Faults.ToError(fault, entry.Definition.Name, cancelled: false));
        }
    }

    private static ProtocolError ReadError(ReadOnlyMemory<byte> json)
    {
        var stored = JsonNode.Parse(json.Span)!.AsObject();
        var details = stored["details"]?.DeepClone().AsObject();
        return new ProtocolError(ErrorCodes.Find(stored["code"]!.GetValue<string>()) ?? ErrorCodes.InternalError, stored["message"]!.GetValue<string>(), details);
    }
}
