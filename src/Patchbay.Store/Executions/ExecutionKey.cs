namespace Patchbay.Store.Executions;

/// <summary>Whose ids a record's id is one of.</summary>
public enum ExecutionScope
{
    /// <summary>The message ids of one session.</summary>
    Session = 0,

    /// <summary>The idempotency keys of one API key, across its sessions.</summary>
    ApiKey = 1,
}

/// <summary>What makes an execution the same one.</summary>
/// <param name="Scope">Whether <paramref name="Owner"/> is a session or a key.</param>
/// <param name="Owner">The session's or the API key's id.</param>
/// <param name="Id">The request's message id, or its idempotency key.</param>
public readonly record struct ExecutionKey(ExecutionScope Scope, string Owner, string Id);
