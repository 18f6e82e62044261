namespace Patchbay.Tools.Diagnostics;

/// <summary>How deep a diagnostic run goes.</summary>
public enum DiagnosticLevel
{
    /// <summary>Local reads only, answered within 100 ms.</summary>
    Basic,

    /// <summary>What takes a closer look, within 2 s.</summary>
    Detailed,

    /// <summary>Active probes: writes a temporary file, connects to configured targets; within 10 s.</summary>
    Full,
}
