namespace Patchbay.Client.Core;

/// <summary>Whether a refused request is repeated, and after how long (docs/design/clients.md section 4). The table of requests carries it out.</summary>
internal sealed class RetryPolicy(McpClientOptions options, Catalog catalog, Func<double> random)
{
    private readonly RetryBudget _budget = new(options.RetryBudget);

    public void Succeeded() => _budget.Succeeded();

    /// <summary>Whether running it twice does no harm; null when the tool list has to be asked.</summary>
    public bool? Repeatable(Request request)
    {
        if (!request.IsCall)
            return !request.Method.StartsWith("session/", StringComparison.Ordinal);
        if (request.IdempotencyKey is not null)
            return true;
        return request.Idempotent ?? (request.Tool is { } tool ? catalog.Repeatable(tool) : false);
    }

    /// <summary>Whether the rules would repeat it after an error; null when the tool list has to be asked.</summary>
    public bool? Wants(Request request, McpException error)
    {
        if (!options.Retry || request.Chunks > 0 || request.Retries >= options.RetryMaxAttempts)
            return false;
        if (error.RetryAfterSeconds > options.RetryMaxWait.TotalSeconds)
            return false;
        return error.Code switch
        {
            // A refused request never ran.
            "RATE_LIMIT_EXCEEDED" or "SERVER_OVERLOADED" => true,
            // With an idempotency key the server would answer with what it stored: the same error.
            "TOOL_TIMEOUT" or "INTERNAL_ERROR" when request.IdempotencyKey is null => Repeatable(request),
            _ => false,
        };
    }

    /// <summary>Seconds to wait before the repetition, paid from the budget; null when the budget is empty.</summary>
    public double? Delay(Request request, McpException error) => _budget.Take()
        ? (error.RetryAfterSeconds ?? 0) + Backoff.FullJitter(random, options.RetryInitialDelay, options.RetryMaxDelay, request.Retries)
        : null;
}
