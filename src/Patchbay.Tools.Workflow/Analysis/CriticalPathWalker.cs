namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>
/// What an execution waited for at each moment, found backwards from its end: the child that ended last, then what that one waited for, then the child that ended last before
/// it began. The sections divide the interval of the execution, so that their sum is its duration.
/// </summary>
/// <param name="tolerancePercent">How much a child may reach beyond the point already explained, in percent of its parent, and still count: room for clocks that disagree.</param>
internal sealed class CriticalPathWalker(double tolerancePercent)
{
    private readonly Stack<Frame> _stack = new();
    private readonly List<PathSection> _sections = [];

    /// <summary>The sections from the last to the first. The list is used again.</summary>
    public List<PathSection> Walk(SpanTree tree, int firstRow)
    {
        _sections.Clear();
        _stack.Clear();
        _stack.Push(new Frame(0, tree.Start[0], tree.End[0], 0));
        // The recursion of the definition, on a stack of its own: traces may be deeper than the thread's.
        while (_stack.TryPop(out var frame))
        {
            var (node, low, high, next) = frame;
            var children = tree.Children(node);
            var tolerance = (long)((tree.End[node] - tree.Start[node]) * (tolerancePercent / 100));
            for (; next < children.Length; next++)
            {
                var child = children[next];
                if (tree.IsOnPath(child) && tree.End[child] - tolerance <= high && tree.Start[child] <= high)
                    break;
            }

            if (next == children.Length || !tree.IsOnPath(children[next]))
            {
                Add(node, firstRow, high - low);
                continue;
            }

            var found = children[next];
            var end = Math.Min(tree.End[found], high);
            Add(node, firstRow, high - end);
            _stack.Push(new Frame(node, low, tree.Start[found], next + 1));
            _stack.Push(new Frame(found, tree.Start[found], end, 0));
        }

        return _sections;
    }

    private void Add(int node, int firstRow, long nanoseconds)
    {
        if (nanoseconds > 0)
            _sections.Add(new PathSection(node == 0 ? -1 : firstRow + node - 1, nanoseconds));
    }

    private readonly record struct Frame(int Node, long Low, long High, int Next);
}
