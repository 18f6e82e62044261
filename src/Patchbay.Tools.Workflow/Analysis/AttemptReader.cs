using Patchbay.Tools.Workflow.Model;
using Patchbay.Tools.Workflow.Storage;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Reads the attempts of a chunk into columns without making an object of any. Used again for every execution.</summary>
internal sealed class AttemptReader(WorkflowTable table)
{
    public const int TaskKind = 0;
    public const int ProducerKind = 1;
    public const int ConsumerKind = 2;

    private readonly List<(int Offset, int Length)> _texts = [];
    private AttemptRow[] _attempts = new AttemptRow[256];
    private int[] _names = new int[64];
    private int[] _labels = new int[64];

    public IdTable Ids { get; } = new();

    public Span<AttemptRow> Read(ReadOnlySpan<byte> data)
    {
        var reader = new PackedReader(data);
        var count = reader.Int32();
        var origin = reader.Signed();
        ReadTexts(ref reader);
        Ids.Reset(count);
        if (_attempts.Length < count)
            _attempts = new AttemptRow[count * 2];
        for (var index = 0; index < count; index++)
            ReadOne(ref reader, data, origin, ref _attempts[index]);
        return _attempts.AsSpan(0, count);
    }

    private void ReadTexts(ref PackedReader reader)
    {
        _texts.Clear();
        for (var left = reader.Int32(); left > 0; left--)
        {
            var length = reader.Bytes().Length;
            _texts.Add((reader.Position - length, length));
        }

        if (_names.Length < _texts.Count)
        {
            _names = new int[_texts.Count * 2];
            _labels = new int[_texts.Count * 2];
        }

        _names.AsSpan(0, _texts.Count).Fill(-1);
        _labels.AsSpan(0, _texts.Count).Fill(-1);
    }

    private void ReadOne(ref PackedReader reader, ReadOnlySpan<byte> data, long origin, ref AttemptRow row)
    {
        var fields = (StepField)reader.Int32();
        row.Status = (StepStatus)reader.Int32();
        var idLength = reader.Bytes().Length;
        row.Step = Ids.Add(data, reader.Position - idLength, idLength);
        row.Attempt = reader.Int32();
        row.Name = Intern(table.Names, _names, data, reader.Int32());
        row.Kind = Kind(data, reader.Int32());
        row.Worker = !fields.HasFlag(StepField.Worker) ? -1 : Intern(table.Labels, _labels, data, reader.Int32());
        row.Error = !fields.HasFlag(StepField.ErrorType) ? -1 : Intern(table.Labels, _labels, data, reader.Int32());
        if (fields.HasFlag(StepField.ErrorMessage))
            reader.Int32();
        row.ParentLength = -1;
        if (fields.HasFlag(StepField.Parent))
        {
            row.ParentLength = reader.Bytes().Length;
            row.ParentOffset = reader.Position - row.ParentLength;
        }

        row.DependsOffset = -1;
        if (fields.HasFlag(StepField.DependsOn))
        {
            row.DependsOffset = reader.Position;
            for (var left = reader.Int32(); left > 0; left--)
                reader.Bytes();
        }

        unchecked
        {
            row.Scheduled = !fields.HasFlag(StepField.Scheduled) ? UnixTime.Absent : origin + reader.Signed();
            row.Started = !fields.HasFlag(StepField.Started) ? UnixTime.Absent : origin + reader.Signed();
            row.Ended = !fields.HasFlag(StepField.Ended) ? UnixTime.Absent : (row.Started == UnixTime.Absent ? origin : row.Started) + reader.Signed();
        }
    }

    private int Intern(Interner interner, int[] known, ReadOnlySpan<byte> data, int text)
    {
        if (known[text] < 0)
            known[text] = interner.Add(data.Slice(_texts[text].Offset, _texts[text].Length));
        return known[text];
    }

    private int Kind(ReadOnlySpan<byte> data, int text)
    {
        var (offset, length) = _texts[text];
        // "producer" and "consumer" alone have eight letters among the kinds of OpenTelemetry.
        if (length != 8)
            return TaskKind;
        var kind = data.Slice(offset, length);
        return kind.SequenceEqual("producer"u8) ? ProducerKind : kind.SequenceEqual("consumer"u8) ? ConsumerKind : TaskKind;
    }
}
