using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>A check made of a function that only looks at memory.</summary>
internal sealed class LocalCheck(string id, string component, DiagnosticLevel level, Func<CheckReading> look) : ILocalCheck
{
    public string Id => id;

    public string Component => component;

    public DiagnosticLevel Level => level;

    public CheckReading Look() => look();

    public ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken) => ValueTask.FromResult(look());
}
