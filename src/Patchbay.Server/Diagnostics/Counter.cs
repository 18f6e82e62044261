using Patchbay.Protocol.Errors;
using Patchbay.Server.Telemetry;

namespace Patchbay.Server.Diagnostics;

/// <summary>Counts for the server, for one key and for the instruments at once.</summary>
internal readonly struct Counter(StatisticsBook book, Statistics key)
{
    public void CountReceived()
    {
        book.Server.Traffic.CountReceived();
        key.Traffic.CountReceived();
    }

    public void CountReceivedBytes(int bytes) => book.Server.Traffic.CountReceivedBytes(bytes);

    public void CountSent(int messages = 1)
    {
        book.Server.Traffic.CountSent(messages);
        key.Traffic.CountSent(messages);
    }

    public void CountSentBytes(int bytes) => book.Server.Traffic.CountSentBytes(bytes);

    /// <summary>An error was written to be sent, whether as the answer of a request or not.</summary>
    public void CountError(ErrorCode error) => book.Events.ErrorSent(error);

    /// <summary>A request that is no call of a known tool was answered.</summary>
    public void CountRequest(string method, TimeSpan duration, ErrorCode? error)
    {
        book.Server.CountRequest(duration, error);
        key.CountRequest(duration, error);
        book.Requests.Record(method, duration, error);
    }

    public void CountCall(string tool, TimeSpan duration, ErrorCode? error)
    {
        book.Server.CountCall(tool, duration, error);
        key.CountCall(tool, duration, error);
        book.Requests.RecordCall(tool, duration, error);
    }

    /// <summary>A tool has returned, and what it took is known, or is not.</summary>
    public void CountExecution(string tool, TimeSpan duration, ExecutionCost? cost)
    {
        book.Server.Tool(tool).RecordExecution(duration, cost);
        key.Tool(tool).RecordExecution(duration, cost);
    }
}
