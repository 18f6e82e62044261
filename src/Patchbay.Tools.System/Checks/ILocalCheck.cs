using Patchbay.Tools.Diagnostics;

namespace Patchbay.Tools.System.Checks;

/// <summary>A check that only looks at memory, or asks the kernel what it has at hand, and cannot block: it runs at once where the report is made, and needs no time-out.</summary>
internal interface ILocalCheck : IDiagnosticCheck
{
    /// <summary>Looks.</summary>
    CheckReading Look();
}
