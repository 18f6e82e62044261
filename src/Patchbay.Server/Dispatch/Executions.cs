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

/// <summary>How a call is to be made.</summary>
/// <param name="Stream">Whether chunks are wanted.</param>
/// <param name="Timeout">How long it may take.</param>
internal readonly record struct CallPlan(bool Stream, TimeSpan Timeout);

/// <summary>Executes once: a call is on record before its tool starts, and whoever asks for the same again gets the same answer.</summary>
internal sealed class Executions(Engine engine)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<long, ToolCall> _running = [];

    /// <summary>Starts a call, joins the one that runs, or answers from the record.</summary>
    /// <param name="waiter">The request; it has an id and a place.</param>
    /// <param name="entry">The tool.</param>
    /// <param name="start">What is recorded; its params are the waiter's own copy.</param>
    /// <param name="plan">How to make the call.</param>
    /// <param name="arguments">Of the call; copied, for they stand in the buffer of the receive loop.</param>
    public void Start(Waiter waiter, CatalogEntry entry, ExecutionStart start, in CallPlan plan, ReadOnlySpan<byte> arguments)
    {
        var beginning = Begin(start);
        if (!beginning.IsCompletedSuccessfully)
            _ = ContinueAsync(beginning, waiter, entry, start, plan, arguments.ToArray());
        else if (beginning.Result is var begin && begin.Outcome == ExecutionOutcome.Started)
            Run(begin, start.Repeatable, Make(begin.Number, waiter, entry, plan, arguments));
        else
            _ = ContinueAsync(ValueTask.FromResult(begin), waiter, entry, start, plan, arguments.ToArray());
    }

    // A store may fail at once or later.
    private ValueTask<ExecutionBegin> Begin(ExecutionStart start)
    {
        try
        {
            return engine.Store.Executions.BeginAsync(start, CancellationToken.None);
        }
        catch (Exception fault)
        {
            return ValueTask.FromException<ExecutionBegin>(fault);
        }
    }

    private async Task ContinueAsync(ValueTask<ExecutionBegin> beginning, Waiter waiter, CatalogEntry entry, ExecutionStart start, CallPlan plan, byte[] arguments)
    {
        ExecutionBegin begin;
        try
        {
            begin = await beginning.ConfigureAwait(false);
            while (begin.Outcome == ExecutionOutcome.Running && !TryAttach(begin.Number, waiter))
            {
                // It is just being started, or has just ended: the record will say so in a moment.
                await Task.Yield();
                begin = await Begin(start).ConfigureAwait(false);
            }
        }
        catch (Exception fault)
        {
            waiter.Session.Calls.FreePlace();
            Fail(waiter, entry, fault);
            return;
        }

        if (begin.Outcome == ExecutionOutcome.Started)
        {
            Run(begin, start.Repeatable, Make(begin.Number, waiter, entry, plan, arguments));
            return;
        }

        waiter.Session.Calls.FreePlace();
        if (begin.Outcome == ExecutionOutcome.Finished)
            await AnswerFromRecordAsync(begin, waiter, entry).ConfigureAwait(false);
        else if (begin.Outcome != ExecutionOutcome.Running)
            Refuse(waiter, entry, begin.Outcome);
    }

    private async ValueTask AnswerFromRecordAsync(ExecutionBegin begin, Waiter waiter, CatalogEntry entry)
    {
        try
        {
            await DeliverAsync(begin.Number, waiter, begin.Answer, entry, new ExecutionTime(0, engine.Time.GetTimestamp())).ConfigureAwait(false);
        }
        catch (Exception fault)
        {
            Fail(waiter, entry, fault);
        }
    }

    private void Fail(Waiter waiter, CatalogEntry entry, Exception fault) =>
        CallAnswers.Fail(engine, waiter, entry, engine.Faults.ToError(fault, entry.Definition.Name, cancelled: false));

    /// <summary>Stores what a call came to, and answers everyone who waits for it.</summary>
    /// <exception cref="NotSupportedException">The result cannot be written; nothing was stored.</exception>
    public ValueTask AnswerAsync(long number, Waiter first, Waiter[] others, ToolResult result, int? chunks, ExecutionTime execution, CatalogEntry entry)
    {
        var answer = ToAnswer(result, chunks);
        engine.Store.Executions.Finish(number, answer);
        var delivering = DeliverAsync(number, first, answer, entry, execution);
        if (others.Length == 0)
            return delivering;
        // One session without room must not hold back the others.
        return new ValueTask(Task.WhenAll([delivering.AsTask(), .. others.Select(waiter => DeliverAsync(number, waiter, answer, entry, execution).AsTask())]));
    }

    /// <summary>The tool of a call has returned.</summary>
    public void Remove(long number)
    {
        lock (_lock)
            _running.Remove(number);
    }

    /// <summary>Runs a call of an earlier process again, for those who wait for it.</summary>
    public void RunAgain(long number, ToolCall call)
    {
        Add(number, call);
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

    private ToolCall Make(long number, Waiter waiter, CatalogEntry entry, in CallPlan plan, ReadOnlySpan<byte> arguments)
    {
        var call = new ToolCall(engine, entry, waiter, arguments, plan.Stream, plan.Timeout, number);
        Add(number, call);
        return call;
    }

    private void Add(long number, ToolCall call)
    {
        lock (_lock)
            _running[number] = call;
    }

    // What is under way elsewhere is attached to outside the lock: a call has its own.
    private bool TryAttach(long number, Waiter waiter)
    {
        ToolCall? call;
        lock (_lock)
            call = _running.GetValueOrDefault(number);
        return call?.TryAttach(waiter) == true;
    }

    private void Run(in ExecutionBegin begin, bool isRepeatable, ToolCall call)
    {
        // A repeatable tool may start before its record is stored: a record that is lost is a call that was never made.
        if (isRepeatable)
            call.Start();
        else
            _ = RunWhenStoredAsync(begin.Number, begin.Ticket, call);
    }

    private async Task RunWhenStoredAsync(long number, CommitTicket ticket, ToolCall call)
    {
        if (await ticket.WaitAsync().ConfigureAwait(false) == StoreFault.None)
        {
            call.Start();
            return;
        }

        Remove(number);
        call.Owner.Calls.FreePlace();
        call.Refuse(NotRecorded());
    }

    private void Refuse(Waiter waiter, CatalogEntry entry, ExecutionOutcome outcome) =>
        CallAnswers.Fail(engine, waiter, entry, outcome == ExecutionOutcome.Conflict ? Conflict(waiter.RequestId) : NotRecorded());

    private static ProtocolError NotRecorded() =>
        new(ErrorCodes.ServerOverloaded, "The call cannot be recorded now; it was not run.", new JsonObject { ["reason"] = "store" });

    /// <summary>An id that stands for something else already.</summary>
    public static ProtocolError Conflict(string id) => new(
        ErrorCodes.InvalidMessageId, $"The id or idempotency key of {id} was used for another request.", new JsonObject { ["reason"] = "conflict" });

    private static ExecutionAnswer ToAnswer(ToolResult result, int? chunks) =>
        result.Error is { } error ? ErrorAnswer(error) : new ExecutionAnswer(false, ResultText.Of(result, chunks));

    private static ProtocolError ReadError(ReadOnlyMemory<byte> json)
    {
        var stored = JsonNode.Parse(json.Span)!.AsObject();
        var details = stored["details"]?.DeepClone().AsObject();
        return new ProtocolError(ErrorCodes.Find(stored["code"]!.GetValue<string>()) ?? ErrorCodes.InternalError, stored["message"]!.GetValue<string>(), details);
    }
}
