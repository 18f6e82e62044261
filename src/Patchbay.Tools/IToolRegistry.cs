namespace Patchbay.Tools;

/// <summary>The tools of a running server. Changes are seen by the next call and announced to subscribers of <c>tools_changed</c>.</summary>
public interface IToolRegistry
{
    /// <summary>Every registered tool, in the order of <c>tools/list</c> (ordinal by name).</summary>
    IReadOnlyList<ITool> Tools { get; }

    /// <summary>Adds a tool. Dispose the result to remove it; calls that run go on.</summary>
    /// <exception cref="ArgumentException">The definition is not valid, or the name is taken.</exception>
    IDisposable Register(ITool tool);
}
