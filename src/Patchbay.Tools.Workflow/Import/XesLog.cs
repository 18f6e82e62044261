using System.Xml;
using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>
/// Reads an XES log (IEEE 1849). Events of one activity that tell its life (<c>lifecycle:transition</c> schedule, start, complete) become one step; an event without a
/// transition is a step that was done then.
/// </summary>
internal sealed class XesLog(Stream stream)
{
    private static readonly XmlReaderSettings Settings = new() { DtdProcessing = DtdProcessing.Prohibit, IgnoreComments = true, IgnoreWhitespace = true };

    private readonly LogAttributes _attributes = new();

    public IEnumerable<LogEvent> Read()
    {
        using var reader = XmlReader.Create(stream, Settings);
        var trace = 0;
        var number = 0;
        if (reader.MoveToContent() != XmlNodeType.Element || reader.LocalName != "log")
            throw new XmlException($"the outermost element is <{reader.LocalName}>, and should be <log>.", null, LineOf(reader), ((IXmlLineInfo)reader).LinePosition);
        while (reader.Read())
        {
            if (reader.NodeType != XmlNodeType.Element || reader.LocalName != "trace")
                continue;
            trace++;
            using var inner = reader.ReadSubtree();
            foreach (var step in Trace(inner, trace, ref number))
                yield return step;
        }
    }

    private List<LogEvent> Trace(XmlReader reader, int trace, ref int number)
    {
        var name = $"trace-{trace}";
        List<(int Line, Dictionary<string, string> Fields)> events = [];
        reader.Read();
        while (reader.Read())
        {
            if (reader is not { NodeType: XmlNodeType.Element, Depth: 1 })
                continue;
            if (reader.LocalName == "event")
            {
                var line = LineOf(reader);
                using var inner = reader.ReadSubtree();
                events.Add((line, Event(inner)));
            }
            else if (reader.GetAttribute("key") == "concept:name" && LogName.TryClean(reader.GetAttribute("value") ?? "", 256, out var given))
            {
                name = given;
            }
        }

        return Steps(name, events, ref number);
    }

    private static int LineOf(XmlReader reader) => ((IXmlLineInfo)reader).LineNumber;

    private static Dictionary<string, string> Event(XmlReader reader)
    {
        Dictionary<string, string> fields = new(StringComparer.Ordinal);
        reader.Read();
        while (reader.Read())
        {
            // Attributes may have attributes of their own; those are of no use here.
            if (reader is { NodeType: XmlNodeType.Element, Depth: 1 } && reader.GetAttribute("key") is { } key)
                fields[key] = reader.GetAttribute("value") ?? "";
        }

        return fields;
    }

    private List<LogEvent> Steps(string execution, List<(int Line, Dictionary<string, string> Fields)> events, ref int number)
    {
        List<LogEvent> steps = [];
        // Steps that are scheduled or under way, by activity and instance, the first begun first.
        Dictionary<(string, string), Queue<WorkflowStep>> open = [];
        foreach (var (line, fields) in events)
        {
            number++;
            if (!LogName.TryClean(fields.GetValueOrDefault("concept:name", ""), 512, out var name))
            {
                steps.Add(new LogEvent(execution, null, $"line {line}: the event has no concept:name, the name of its activity"));
                continue;
            }

            var when = fields.GetValueOrDefault("time:timestamp", "");
            if (LogTime.Read(when) is not { } time)
            {
                steps.Add(new LogEvent(execution, null, $"line {line}: {(when.Length == 0 ? "the event has no time:timestamp" : LogTime.Fault("time:timestamp", when))}"));
                continue;
            }

            var instance = (name, fields.GetValueOrDefault("concept:instance", ""));
            if (!open.TryGetValue(instance, out var waiting))
                open.Add(instance, waiting = new Queue<WorkflowStep>());
            if (Advance(waiting, fields, name, time, number) is { } done)
                steps.Add(new LogEvent(execution, done, null));
        }

        steps.AddRange(open.Values.SelectMany(queue => queue).Select(step => new LogEvent(execution, step, null)));
        return steps;
    }

    /// <summary>Takes an event into account; the step, when it is done with it.</summary>
    private WorkflowStep? Advance(Queue<WorkflowStep> open, Dictionary<string, string> fields, string name, long time, int number)
    {
        var step = new WorkflowStep
        {
            StepId = LogName.Number(number),
            Name = name,
            Status = StepStatus.Succeeded,
            Worker = LogName.TryClean(fields.GetValueOrDefault("org:resource", ""), 256, out var worker) ? worker : null,
            Attributes = _attributes.Write(fields.Where(field => field.Key is not ("concept:name" or "time:timestamp" or "org:resource" or "lifecycle:transition" or "concept:instance"))),
        };
        switch (fields.GetValueOrDefault("lifecycle:transition", "complete").ToUpperInvariant())
        {
            case "SCHEDULE":
                open.Enqueue(step with { Status = StepStatus.Scheduled, ScheduledAt = time });
                return null;
            case "START":
                var ready = open.TryPeek(out var first) && first.StartedAt is null ? open.Dequeue() : step;
                open.Enqueue(ready with { Status = StepStatus.Running, StartedAt = time, Worker = step.Worker ?? ready.Worker });
                return null;
            case "COMPLETE" or "AUTOSKIP" or "MANUALSKIP" or "WITHDRAW" or "ATE_ABORT" or "PI_ABORT":
                var begun = open.TryDequeue(out var known) ? known : step;
                return begun with { Status = StatusOf(fields), EndedAt = Math.Max(time, begun.StartedAt ?? time), Worker = step.Worker ?? begun.Worker, Attributes = step.Attributes };
            default:
                // Assign, suspend, resume and the like do not move a step from one state of this model to another.
                return null;
        }
    }

    private static StepStatus StatusOf(Dictionary<string, string> fields) => fields.GetValueOrDefault("lifecycle:transition", "complete").ToUpperInvariant() switch
    {
        "AUTOSKIP" or "MANUALSKIP" => StepStatus.Skipped,
        "WITHDRAW" or "ATE_ABORT" or "PI_ABORT" => StepStatus.Cancelled,
        _ => StepStatus.Succeeded,
    };
}
