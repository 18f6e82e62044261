using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>
/// The steps of one execution as a tree of intervals. Node 0 is the execution, node i+1 its i-th step. Every child is clipped to its parent, from the top down; one that lies
/// wholly outside, or that nobody waits for, becomes a tree of its own beside the path. Used again for every execution.
/// </summary>
internal sealed class SpanTree
{
    private int[] _childStarts = new int[64];
    private int[] _children = new int[64];
    private int[] _queue = new int[64];
    private bool[] _onPath = new bool[64];

    public long[] Start { get; private set; } = new long[64];

    public long[] End { get; private set; } = new long[64];

    /// <summary>Per node: the time in which none of its children ran, or <see cref="UnixTime.Absent"/> when the node has no interval.</summary>
    public long[] Self { get; private set; } = new long[64];

    /// <summary>Steps wholly outside what encloses them.</summary>
    public int Outside { get; private set; }

    /// <summary>The children of a node that are on the path, the last to end first; of those that end together, the later to start.</summary>
    public ReadOnlySpan<int> Children(int node) => _children.AsSpan(_childStarts[node].._childStarts[node + 1]);

    public void Build(ExecutionInfo execution, ReadOnlySpan<StepRow> rows)
    {
        var nodes = rows.Length + 1;
        Reserve(nodes);
        Outside = 0;
        Start[0] = execution.Started;
        End[0] = Math.Max(execution.Started, execution.HasEnded ? execution.Ended : execution.Started);
        for (var index = 0; index < rows.Length; index++)
        {
            ref readonly var row = ref rows[index];
            Start[index + 1] = row.Time;
            End[index + 1] = row.HasInterval ? Math.Max(row.Started, row.Ended) : row.Time;
        }

        GroupByParent(execution.First, rows);
        ClipFromTop(rows);
    }

    private void Reserve(int nodes)
    {
        if (_children.Length > nodes)
            return;
        var size = nodes * 2;
        _childStarts = new int[size];
        _children = new int[size];
        _queue = new int[size];
        _onPath = new bool[size];
        Start = new long[size];
        End = new long[size];
        Self = new long[size];
    }

    private void GroupByParent(int first, ReadOnlySpan<StepRow> rows)
    {
        _childStarts.AsSpan(0, rows.Length + 2).Clear();
        foreach (ref readonly var row in rows)
            _childStarts[Parent(row, first) + 1]++;
        for (var node = 0; node <= rows.Length; node++)
            _childStarts[node + 1] += _childStarts[node];
        // The queue is not needed yet and counts how far each group is filled.
        _queue.AsSpan(0, rows.Length + 1).Clear();
        for (var index = 0; index < rows.Length; index++)
        {
            var parent = Parent(rows[index], first);
            _children[_childStarts[parent] + _queue[parent]++] = index + 1;
        }
    }

    private void ClipFromTop(ReadOnlySpan<StepRow> rows)
    {
        _queue[0] = 0;
        _onPath[0] = true;
        var queued = 1;
        for (var next = 0; next < queued; next++)
        {
            var node = _queue[next];
            var children = _children.AsSpan(_childStarts[node].._childStarts[node + 1]);
            foreach (var child in children)
            {
                _queue[queued++] = child;
                var detached = rows[child - 1].Flags.HasFlag(StepFlags.Detached);
                var outside = End[child] < Start[node] || Start[child] > End[node];
                _onPath[child] = !detached && !outside;
                if (outside && !detached)
                    Outside++;
                if (!_onPath[child])
                    continue;
                Start[child] = Math.Max(Start[child], Start[node]);
                End[child] = Math.Min(End[child], End[node]);
            }

            if (children.Length > 1)
                children.Sort(new LastToEndFirst(Start, End, _onPath));
            Self[node] = node > 0 && !rows[node - 1].HasInterval ? UnixTime.Absent : End[node] - Start[node] - Covered(node, children);
        }
    }

    /// <summary>The union of the children's intervals.</summary>
    private long Covered(int node, ReadOnlySpan<int> children)
    {
        long covered = 0;
        var from = End[node];
        foreach (var child in children)
        {
            if (!_onPath[child])
                break;
            covered += Math.Max(0, Math.Min(End[child], from) - Start[child]);
            from = Math.Min(from, Start[child]);
        }

        return covered;
    }

    public bool IsOnPath(int node) => _onPath[node];

    private static int Parent(in StepRow row, int first) => row.Parent < 0 ? 0 : row.Parent - first + 1;

    private readonly struct LastToEndFirst(long[] start, long[] end, bool[] onPath) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            // Those beside the path go to the end of the list.
            if (onPath[x] != onPath[y])
                return onPath[x] ? -1 : 1;
            var byEnd = end[y].CompareTo(end[x]);
            if (byEnd != 0)
                return byEnd;
            var byStart = start[y].CompareTo(start[x]);
            return byStart != 0 ? byStart : x.CompareTo(y);
        }
    }
}
