namespace Patchbay.Tools.Diagnostics;

/// <summary>
/// One thing <c>system/diagnostics</c> looks at. A room contributes by registering implementations as singletons:
/// <c>services.AddSingleton&lt;IDiagnosticCheck, StoreSizeCheck&gt;()</c>.
/// </summary>
public interface IDiagnosticCheck
{
    /// <summary>Unique, <c>thing.measurement</c> in lower case, for example <c>store.size</c>.</summary>
    string Id { get; }

    /// <summary><c>system</c>, <c>network</c> or <c>services</c>.</summary>
    string Component { get; }

    /// <summary>The first level at which it runs; the levels above run it too.</summary>
    DiagnosticLevel Level { get; }

    /// <summary>How long it may take before the report goes on without it.</summary>
    /// <value>The default is null: 2 seconds, 5 seconds for the component <c>network</c>.</value>
    TimeSpan? Timeout => null;

    /// <summary>
    /// Looks once. Runs on the thread pool beside other checks, never twice at a time. An exception becomes the status <c>unknown</c>, as a time-out does.
    /// </summary>
    /// <param name="cancellationToken">Cancelled when the time is up. A check that ignores it is left behind and not started again until it has ended.</param>
    ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken);
}
