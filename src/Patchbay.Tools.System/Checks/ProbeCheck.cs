using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>A check made of a function that reads files, waits or connects.</summary>
internal sealed class ProbeCheck(string id, string component, DiagnosticLevel level, Func<CancellationToken, ValueTask<CheckReading>> probe) : IDiagnosticCheck
{
    public string Id => id;

    public string Component => component;

    public DiagnosticLevel Level => level;

    public ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken) => probe(cancellationToken);
}
