using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Import;

/// <summary>Reads an event log of one row to a step. Steps are numbered by row, so that rows of one moment keep their order.</summary>
internal sealed class CsvLog(TextReader text, WorkflowImportOptions options)
{
    private static readonly string[] CaseNames = ["case", "case_id", "case:concept:name", "execution_id", "trace_id"];
    private static readonly string[] ActivityNames = ["activity", "concept:name", "task", "event", "step", "name"];
    private static readonly string[] TimestampNames = ["timestamp", "time:timestamp", "end_timestamp", "complete_timestamp", "ended_at"];
    private static readonly string[] StartNames = ["start_timestamp", "started_at"];

    private readonly CsvReader _reader = new(text);
    private readonly LogAttributes _attributes = new();
    private List<string> _header = [];
    private int _case;
    private int _activity;
    private int _timestamp;
    private int _start;
    private int _worker;

    /// <summary>The line the last record began on.</summary>
    public int Line => _reader.Line;

    /// <summary>Finds the columns; the fault when one that is needed or was asked for is not there.</summary>
    public string? Open()
    {
        if (_reader.ReadHeader() is not { } header)
            return "line 1: there is no header";
        _header = header;
        foreach (var asked in (ReadOnlySpan<string?>)[options.CaseColumn, options.ActivityColumn, options.TimestampColumn, options.StartColumn, options.WorkerColumn])
        {
            if (asked is not null && Find(asked, []) < 0)
                return $"line 1: there is no column '{asked}'; there are: {string.Join(", ", header)}";
        }

        _case = Find(options.CaseColumn, CaseNames);
        _activity = Find(options.ActivityColumn, ActivityNames);
        _timestamp = Find(options.TimestampColumn, TimestampNames);
        _start = Find(options.StartColumn, StartNames);
        _worker = Find(options.WorkerColumn, "resource", "org:resource", "worker", "user");
        if (_case < 0)
            return Missing("case", CaseNames);
        if (_activity < 0)
            return Missing("activity", ActivityNames);
        return _timestamp < 0 && _start < 0 ? Missing("timestamp", TimestampNames) : null;
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
            return Refuse(string.Join(" and ", ((int[])[_start, _timestamp]).Where(column => column >= 0).Select(column => $"'{_header[column]}'")) + " is empty: there must be a time");
        if (ended < started)
            return Refuse("the end is before the start");
        if (!LogName.TryClean(record[_case], 256, out var execution))
            return Refuse($"'{_header[_case]}' is empty: there must be a case");
        if (!LogName.TryClean(record[_activity], 512, out var name))
            return Refuse($"'{_header[_activity]}' is empty: there must be an activity");
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
        fault = time is null ? LogTime.Fault(_header[column], record[column]) : null;
        return time;
    }

    private string Missing(string role, string[] names) =>
        $"line 1: no column for the {role} among: {string.Join(", ", _header)}. Name it with --{role}, or call it {string.Join(", ", names)}";

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
