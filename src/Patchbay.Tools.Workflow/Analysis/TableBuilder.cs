using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Fills a <see cref="WorkflowTable"/>: attempts become steps, ids become indexes, and what is wrong with the links is cut and flagged.</summary>
internal sealed class TableBuilder
{
    private readonly AttemptReader _reader;
    private readonly StepEncoder _encoder = new();
    private StepRow[] _steps = new StepRow[256];
    private int[] _order = new int[256];
    private int[] _position = new int[256];
    private int[] _lastAttempt = new int[256];
    private int[] _firstAttempt = new int[256];

    public TableBuilder(int capacity = 0)
    {
        Table = new WorkflowTable(capacity);
        _reader = new AttemptReader(Table);
    }

    public WorkflowTable Table { get; }

    public void Add(StoredExecution execution)
    {
        var header = execution.Header;
        var first = Table.RowCount;
        var count = execution.Chunks.Count switch
        {
            0 => 0,
            1 => AddSteps(execution.Chunks[0].Steps, header),
            _ => AddSteps(_encoder.Encode(StepDecoder.Decode(execution.Chunks)).Steps, header),
        };
        Table.Executions.Add(new ExecutionInfo(
            header.ExecutionId, header.Status, header.StartedAt, header.EndedAt ?? UnixTime.Absent, execution.ReceivedAt,
            Rootless: header.Root is { IsRoot: false }, IsTrace: header.Root is not null, first, count));
    }

    private int AddSteps(ReadOnlyMemory<byte> chunk, ExecutionHeader header)
    {
        var data = chunk.Span;
        var attempts = _reader.Read(data);
        var ids = _reader.Ids;
        Reserve(ids.Count);
        Fold(attempts, ids.Count);
        var root = header.Root is null ? -1 : ids.Find(data, System.Text.Encoding.UTF8.GetBytes(header.Root.StepId));
        var count = Order(chunk, ids, root);
        var first = Table.RowCount;
        var rows = Table.Append(count);
        for (var index = 0; index < count; index++)
        {
            var step = _order[index];
            rows[index] = _steps[step];
            Link(data, attempts, step, root, first, ref rows[index]);
        }

        CutCycles(rows, first);
        return count;
    }

    private void Reserve(int count)
    {
        if (_steps.Length >= count)
            return;
        _steps = new StepRow[count * 2];
        _order = new int[count * 2];
        _position = new int[count * 2];
        _lastAttempt = new int[count * 2];
        _firstAttempt = new int[count * 2];
    }

    /// <summary>Makes one step of all its attempts: it starts with the first, ends with the last, and its times of waiting and running are sums.</summary>
    private void Fold(ReadOnlySpan<AttemptRow> attempts, int count)
    {
        _lastAttempt.AsSpan(0, count).Fill(-1);
        for (var index = 0; index < attempts.Length; index++)
        {
            ref readonly var attempt = ref attempts[index];
            ref var step = ref _steps[attempt.Step];
            ref var last = ref _lastAttempt[attempt.Step];
            if (last < 0)
            {
                step = new StepRow { Started = UnixTime.Absent, Ended = UnixTime.Absent, Waiting = UnixTime.Absent, Running = UnixTime.Absent, Time = UnixTime.Absent };
                _firstAttempt[attempt.Step] = index;
            }

            if (attempt.Started != UnixTime.Absent && (step.Started == UnixTime.Absent || attempt.Started < step.Started))
                step.Started = attempt.Started;
            if (attempt.Started != UnixTime.Absent && attempt.Scheduled != UnixTime.Absent)
                step.Waiting = Sum(step.Waiting, attempt.Started - attempt.Scheduled);
            if (attempt.Started != UnixTime.Absent && attempt.Ended != UnixTime.Absent)
                step.Running = Sum(step.Running, attempt.Ended - attempt.Started);
            if (step.Time == UnixTime.Absent || (attempt.Scheduled != UnixTime.Absent && attempt.Scheduled < step.Time))
                step.Time = attempt.Scheduled;
            if (attempt.Attempt < attempts[_firstAttempt[attempt.Step]].Attempt)
                _firstAttempt[attempt.Step] = index;
            if (last >= 0 && attempts[last].Attempt > attempt.Attempt)
                continue;
            last = index;
            step.Ended = attempt.Ended;
            step.Name = attempt.Name;
            step.Attempts = attempt.Attempt;
            step.Worker = attempt.Worker;
            step.Error = attempt.Error;
            step.Status = attempt.Status;
        }

        for (var index = 0; index < count; index++)
        {
            ref var step = ref _steps[index];
            step.Time = step.Started != UnixTime.Absent ? step.Started : step.Ended != UnixTime.Absent ? step.Ended : step.Time;
        }
    }

    /// <summary>Puts the steps in the order of time, and steps of one moment in the order of their ids, a shorter id first: so numbered rows of a log keep their order. Leaves the root out.</summary>
    private int Order(ReadOnlyMemory<byte> data, IdTable ids, int root)
    {
        var count = 0;
        for (var step = 0; step < ids.Count; step++)
        {
            if (step != root)
                _order[count++] = step;
        }

        var order = _order.AsSpan(0, count);
        order.Sort(new ByTime(_steps, ids, data));
        for (var index = 0; index < count; index++)
            _position[order[index]] = index;
        return count;
    }

    private void Link(ReadOnlySpan<byte> data, ReadOnlySpan<AttemptRow> attempts, int step, int root, int first, ref StepRow row)
    {
        ref readonly var attempt = ref attempts[_lastAttempt[step]];
        row.Parent = -1;
        if (attempt.ParentLength >= 0)
        {
            var parent = _reader.Ids.Find(data, data.Slice(attempt.ParentOffset, attempt.ParentLength));
            if (parent < 0 || parent == step)
                row.Flags |= parent < 0 ? StepFlags.Orphan : StepFlags.Cyclic;
            else if (parent != root)
                row.Parent = first + _position[parent];
            if (parent >= 0 && attempt.Kind == AttemptReader.ConsumerKind && attempts[_lastAttempt[parent]].Kind == AttemptReader.ProducerKind)
                row.Flags |= StepFlags.Detached;
        }

        if (row.Waiting == UnixTime.Absent && row.Started != UnixTime.Absent && attempts[_firstAttempt[step]].DependsOffset >= 0)
            row.Waiting = SinceDependencies(data, attempts[_firstAttempt[step]].DependsOffset, row.Started);
    }

    /// <summary>Where nobody says when a step was ready, it was when the last of what it depends on had ended.</summary>
    private long SinceDependencies(ReadOnlySpan<byte> data, int offset, long started)
    {
        var reader = new PackedReader(data[offset..]);
        var ready = UnixTime.Absent;
        for (var left = reader.Int32(); left > 0; left--)
        {
            var step = _reader.Ids.Find(data, reader.Bytes());
            if (step >= 0)
                ready = Math.Max(ready, _steps[step].Ended);
        }

        return ready == UnixTime.Absent || ready > started ? UnixTime.Absent : started - ready;
    }

    /// <summary>Follows every chain of parents once; where one leads back into itself, the step where it was entered is hung on the execution.</summary>
    private void CutCycles(Span<StepRow> rows, int first)
    {
        // The positions are free to serve as marks: 0 new, n > 0 met on the walk that began at row n-1.
        var marks = _position.AsSpan(0, rows.Length);
        marks.Clear();
        for (var start = 0; start < rows.Length; start++)
        {
            var at = start;
            while (at >= 0 && marks[at] == 0)
            {
                marks[at] = start + 1;
                at = rows[at].Parent - (rows[at].Parent < 0 ? 0 : first);
            }

            if (at < 0 || marks[at] != start + 1 || rows[at].Parent < 0)
                continue;
            rows[at].Parent = -1;
            rows[at].Flags |= StepFlags.Cyclic;
        }
    }

    private static long Sum(long sum, long more) => Math.Max(0, more) + (sum == UnixTime.Absent ? 0 : sum);

    private readonly struct ByTime(StepRow[] steps, IdTable ids, ReadOnlyMemory<byte> data) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            var byTime = steps[x].Time.CompareTo(steps[y].Time);
            if (byTime != 0)
                return byTime;
            var (offset, length) = ids[x];
            var (otherOffset, otherLength) = ids[y];
            return length != otherLength ? length.CompareTo(otherLength) : data.Span.Slice(offset, length).SequenceCompareTo(data.Span.Slice(otherOffset, otherLength));
        }
    }
}
