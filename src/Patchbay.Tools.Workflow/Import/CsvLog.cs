using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>Reads an event log of one row to a step. Steps are numbered by row, so that rows of one moment keep their order.</summary>
internal sealed class CsvLog(TextReader text, WorkflowImportOptions options)
{
    private readonly CsvReader _reader = new(text);
    private readonly LogAttributes _attributes = new();
    private List<string> _header = [];
    private int _case;
    private int _activity;
    private int _timestamp;
    private int _start;
    private int _worker;

    /// <summary>Finds the columns; the fault when one that is needed is not there.</summary>
    public string? Open()
    {
        if (_reader.ReadHeader() is not { } header)
            return "the file is empty";
        _header = header;
        _case = Find(options.CaseColumn, "case", "case_id", "case:concept:name", "execution_id", "trace_id");
        _activity = Find(options.ActivityColumn, "activity", "concept:name", "task", "event", "step", "name");
        _timestamp = Find(options.TimestampColumn, "timestamp", "time:timestamp", "end_timestamp", "complete_timestamp", "ended_at");
        _start = Find(options.StartColumn, "start_timestamp", "started_at");
        _worker = Find(options.WorkerColumn, "resource", "org:resource", "worker", "user");
        if (_case < 0 || _activity < 0 || (_timestamp < 0 && _start < 0))
            return $"the header has no column for the {(_case < 0 ? "case" : _activity < 0 ? "activity" : "timestamp")}: {string.Join(", ", header)}";
        return null;
    }

    public IEnumerable<LogEvent> Read()
    {
        var row = 0;
        for (var record = _reader.ReadRecord(); record is not null; record = _reader.ReadRecord())
            yield return Event(record, ++row);
    }

    private LogEvent Event(List<string> record, int row)
    {
        if (record.Count != _header.Count)
            return Refuse($"{record.Count} fields in place of {_header.Count}");
        var started = Time(record, _start, out var startFault);
        var ended = Time(record, _timestamp, out var endFault);
        if ((startFault ?? endFault) is { } fault)
            return Refuse(fault);
        if (started is null && ended is null)
            return Refuse("no timestamp");
        if (ended < started)
            return Refuse("the end is before the start");
        if (!LogName.TryClean(record[_case], 256, out var execution) || !LogName.TryClean(record[_activity], 512, out var name))
            return Refuse("no case or no activity");
        return new LogEvent(execution, new WorkflowStep
        {
            StepId = LogName.Number(row),
            Name = name,
            Status = StepStatus.Succeeded,
            StartedAt = started,
            EndedAt = ended,
            Worker = _worker >= 0 && LogName.TryClean(record[_worker], 256, out var worker) ? worker : null,
            Attributes = _attributes.Write(Further(record)),
        }, null);
    }

    private IEnumerable<KeyValuePair<string, string>> Further(List<string> record)
    {
        for (var column = 0; column < record.Count; column++)
        {
            if (column != _case && column != _activity && column != _timestamp && column != _start && column != _worker)
                yield return KeyValuePair.Create(_header[column], record[column]);
        }
    }

    private long? Time(List<string> record, int column, out string? fault)
    {
        fault = null;
        if (column < 0 || record[column].Length == 0)
            return null;
        var time = LogTime.Read(record[column].Trim());
        fault = time is null ? $"{_header[column]} is not a time" : null;
        return time;
    }

    private int Find(string? asked, params ReadOnlySpan<string> known)
    {
        if (asked is not null)
            return _header.FindIndex(name => string.Equals(name, asked, StringComparison.OrdinalIgnoreCase));
        foreach (var candidate in known)
        {
            var column = _header.FindIndex(name => string.Equals(name.Replace(' ', '_'), candidate, StringComparison.OrdinalIgnoreCase));
            if (column >= 0)
                return column;
        }

        return -1;
    }

    private LogEvent Refuse(string reason) => new("", null, $"line {_reader.Line}: {reason}");
}
