using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Packs steps into a chunk: texts that repeat once in a table, times as differences. Not thread-safe; keep one per writer.</summary>
internal sealed class StepEncoder
{
    private readonly PackedWriter _body = new();
    private readonly PackedWriter _table = new();
    private readonly PackedWriter _attributes = new();
    private readonly Dictionary<string, int> _texts = new(StringComparer.Ordinal);

    public StepChunk Encode(IReadOnlyList<WorkflowStep> steps)
    {
        _body.Clear();
        _table.Clear();
        _attributes.Clear();
        _texts.Clear();
        var origin = steps.Min(step => step.StartedAt ?? step.EndedAt ?? step.ScheduledAt ?? 0);
        var hasAttributes = false;
        foreach (var step in steps)
        {
            Write(step, origin);
            _attributes.Bytes(step.Attributes.Span);
            hasAttributes |= !step.Attributes.IsEmpty;
        }

        // The table is complete only now, yet the reader needs it first.
        var body = _body.ToArray();
        _body.Clear();
        _body.Unsigned((ulong)steps.Count);
        _body.Signed(origin);
        _body.Unsigned((ulong)_texts.Count);
        _body.Raw(_table.ToArray());
        _body.Raw(body);
        return new StepChunk(steps.Count, _body.ToArray(), hasAttributes ? _attributes.ToArray() : default(ReadOnlyMemory<byte>));
    }

    private void Write(WorkflowStep step, long origin)
    {
        var fields = (step.ParentStepId is null ? StepField.None : StepField.Parent)
            | (step.DependsOn.Count == 0 ? StepField.None : StepField.DependsOn)
            | (step.ScheduledAt is null ? StepField.None : StepField.Scheduled)
            | (step.StartedAt is null ? StepField.None : StepField.Started)
            | (step.EndedAt is null ? StepField.None : StepField.Ended)
            | (step.Worker is null ? StepField.None : StepField.Worker)
            | (step.ErrorType is null ? StepField.None : StepField.ErrorType)
            | (step.ErrorMessage is null ? StepField.None : StepField.ErrorMessage);
        _body.Unsigned((ulong)fields);
        _body.Unsigned((ulong)step.Status);
        _body.Text(step.StepId);
        _body.Unsigned((ulong)step.Attempt);
        Shared(step.Name);
        Shared(step.Kind);
        if (step.Worker is not null)
            Shared(step.Worker);
        if (step.ErrorType is not null)
            Shared(step.ErrorType);
        if (step.ErrorMessage is not null)
            Shared(step.ErrorMessage);
        if (step.ParentStepId is not null)
            _body.Text(step.ParentStepId);
        if (step.DependsOn.Count > 0)
        {
            _body.Unsigned((ulong)step.DependsOn.Count);
            foreach (var id in step.DependsOn)
                _body.Text(id);
        }

        // Differences wrap around for times at the two ends of the range; the reader's addition wraps back.
        unchecked
        {
            if (step.ScheduledAt is { } scheduled)
                _body.Signed(scheduled - origin);
            if (step.StartedAt is { } started)
                _body.Signed(started - origin);
            if (step.EndedAt is { } ended)
                _body.Signed(ended - (step.StartedAt ?? origin));
        }
    }

    private void Shared(string text)
    {
        if (!_texts.TryGetValue(text, out var index))
        {
            index = _texts.Count;
            _texts.Add(text, index);
            _table.Text(text);
        }

        _body.Unsigned((ulong)index);
    }
}
