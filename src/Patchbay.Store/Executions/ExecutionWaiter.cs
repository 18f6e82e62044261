namespace Patchbay.Store.Executions;

/// <summary>A request of a resumable session that gets an execution's answer.</summary>
/// <param name="SessionId">The session the answer goes to.</param>
/// <param name="RequestId">The id it is answered under.</param>
/// <param name="Compact">Whether it is answered in the compact dialect.</param>
public sealed record ExecutionWaiter(string SessionId, string RequestId, bool Compact);

/// <summary>Names the waiting request that a message answers.</summary>
/// <param name="Number">The execution.</param>
/// <param name="RequestId">The id it is answered under, in the session the message goes to.</param>
public readonly record struct ExecutionDelivery(long Number, string RequestId);
