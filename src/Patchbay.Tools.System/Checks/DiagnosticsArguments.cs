using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

internal enum DiagnosticComponent
{
    All,
    System,
    Network,
    Services,
}

internal sealed record DiagnosticsArguments
{
    [Description("The components to check")]
    [Length(1, 16)]
    public IReadOnlyList<DiagnosticComponent> Components { get; init; } = [DiagnosticComponent.All];

    [Description("basic: local reads, at once; detailed: a closer look, up to 2 s; full: active probes, up to 10 s")]
    public DiagnosticLevel Level { get; init; } = DiagnosticLevel.Basic;
}
