using System.Text;
using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Storage;

/// <summary>Unpacks chunks into whole steps; for merging, and for the report of a single execution. The analysis of many reads the columns directly.</summary>
internal static class StepDecoder
{
    /// <summary>Up to here it is cheaper to compare all with all than to make a dictionary.</summary>
    private const int FewSteps = 24;

    public static List<WorkflowStep> Decode(StepChunk chunk)
    {
        var reader = new PackedReader(chunk.Steps.Span);
        var attributes = new PackedReader(chunk.Attributes.Span);
        var count = reader.Int32();
        var origin = reader.Signed();
        var texts = new string[reader.Int32()];
        for (var index = 0; index < texts.Length; index++)
            texts[index] = reader.Text();
        var steps = new List<WorkflowStep>(count);
        for (var index = 0; index < count; index++)
            steps.Add(Read(ref reader, texts, origin, chunk.Attributes.IsEmpty ? default : attributes.Bytes().ToArray()));
        return steps;
    }

    /// <summary>All steps of all chunks, one for each id and attempt.</summary>
    public static List<WorkflowStep> Decode(IReadOnlyList<StepChunk> chunks) =>
        chunks.Count == 1 ? Decode(chunks[0]) : Join(chunks.SelectMany(Decode));

    /// <summary>Joins steps of the same id and attempt; the order is that of first appearance.</summary>
    public static List<WorkflowStep> Join(IEnumerable<WorkflowStep> steps)
    {
        if (steps is List<WorkflowStep> { Count: <= FewSteps } few && AreDistinct(few))
            return few;
        var positions = new Dictionary<(string, int), int>();
        var joined = new List<WorkflowStep>();
        foreach (var step in steps)
        {
            if (positions.TryAdd((step.StepId, step.Attempt), joined.Count))
                joined.Add(step);
            else
                joined[positions[(step.StepId, step.Attempt)]] = Merge.Steps(joined[positions[(step.StepId, step.Attempt)]], step);
        }

        return joined;
    }

    private static bool AreDistinct(List<WorkflowStep> steps)
    {
        for (var index = 1; index < steps.Count; index++)
        {
            for (var other = 0; other < index; other++)
            {
                if (steps[index].StepId == steps[other].StepId && steps[index].Attempt == steps[other].Attempt)
                    return false;
            }
        }

        return true;
    }

    private static WorkflowStep Read(ref PackedReader reader, string[] texts, long origin, ReadOnlyMemory<byte> attributes)
    {
        var fields = (StepField)reader.Int32();
        var status = (StepStatus)reader.Int32();
        var id = reader.Text();
        var attempt = reader.Int32();
        var name = texts[reader.Int32()];
        var kind = texts[reader.Int32()];
        var worker = fields.HasFlag(StepField.Worker) ? texts[reader.Int32()] : null;
        var errorType = fields.HasFlag(StepField.ErrorType) ? texts[reader.Int32()] : null;
        var errorMessage = fields.HasFlag(StepField.ErrorMessage) ? texts[reader.Int32()] : null;
        var parent = fields.HasFlag(StepField.Parent) ? reader.Text() : null;
        var dependsOn = new string[fields.HasFlag(StepField.DependsOn) ? reader.Int32() : 0];
        for (var index = 0; index < dependsOn.Length; index++)
            dependsOn[index] = Encoding.UTF8.GetString(reader.Bytes());
        unchecked
        {
            long? scheduled = fields.HasFlag(StepField.Scheduled) ? origin + reader.Signed() : null;
            long? started = fields.HasFlag(StepField.Started) ? origin + reader.Signed() : null;
            long? ended = fields.HasFlag(StepField.Ended) ? (started ?? origin) + reader.Signed() : null;
            return new WorkflowStep
            {
                StepId = id,
                Name = name,
                Attempt = attempt,
                Status = status,
                Kind = kind,
                Worker = worker,
                ErrorType = errorType,
                ErrorMessage = errorMessage,
                ParentStepId = parent,
                DependsOn = dependsOn,
                ScheduledAt = scheduled,
                StartedAt = started,
                EndedAt = ended,
                Attributes = attributes,
            };
        }
    }
}
