namespace Patchbay.Testing.Faults;

/// <summary>How a connection is cut.</summary>
public enum CutKind
{
    /// <summary>FIN to both sides, as when a process ends: everything before the cut arrives.</summary>
    Fin,

    /// <summary>RST to both sides, as when a router forgets the connection or a host is switched off and on.</summary>
    Reset,
}
