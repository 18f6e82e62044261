using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Packs the header of an execution. Not thread-safe; keep one per writer.</summary>
internal sealed class HeaderCodec
{
    private readonly PackedWriter _writer = new();

    public byte[] Encode(ExecutionHeader header)
    {
        _writer.Clear();
        _writer.Text(header.WorkflowId);
        _writer.Text(header.ExecutionId);
        _writer.Text(header.Version ?? "");
        _writer.Text(header.ParentExecutionId ?? "");
        _writer.Unsigned((ulong)header.Status);
        _writer.Signed(header.StartedAt);
        _writer.Unsigned(header.EndedAt is null ? 0ul : 1);
        _writer.Signed(header.EndedAt ?? 0);
        _writer.Bytes(header.Attributes.Span);
        _writer.Unsigned(header.Root is null ? 0ul : header.Root.IsRoot ? 2ul : 1);
        _writer.Signed(header.Root?.StartedAt ?? 0);
        _writer.Text(header.Root?.StepId ?? "");
        return _writer.ToArray();
    }

    public static ExecutionHeader Decode(ReadOnlySpan<byte> data)
    {
        var reader = new PackedReader(data);
        var workflow = reader.Text();
        var execution = reader.Text();
        var version = reader.Text();
        var parent = reader.Text();
        var status = (ExecutionStatus)reader.Int32();
        var started = reader.Signed();
        var hasEnded = reader.Int32() == 1;
        var ended = reader.Signed();
        var attributes = reader.Bytes().ToArray();
        var root = reader.Int32();
        var rootStarted = reader.Signed();
        var rootId = reader.Text();
        return new ExecutionHeader
        {
            WorkflowId = workflow,
            ExecutionId = execution,
            Version = version.Length == 0 ? null : version,
            ParentExecutionId = parent.Length == 0 ? null : parent,
            Status = status,
            StartedAt = started,
            EndedAt = hasEnded ? ended : null,
            Attributes = attributes,
            Root = root == 0 ? null : new TraceRoot(root == 2, rootStarted, rootId),
        };
    }
}
