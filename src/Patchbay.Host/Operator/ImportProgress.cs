using System.Globalization;
using Patchbay.Tools.Workflow.Import;

namespace Patchbay.Host.Operator;

/// <summary>Tells on standard error how far an import is, at most once a second; on a terminal always in the same line.</summary>
internal sealed class ImportProgress(Stream log) : IProgress<WorkflowImportProgress>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private long? _told;

    /// <summary>What was told last.</summary>
    public WorkflowImportProgress Last { get; private set; }

    public void Report(WorkflowImportProgress value)
    {
        Last = value;
        if (_told is { } told && TimeProvider.System.GetElapsedTime(told) < Interval)
            return;
        _told = TimeProvider.System.GetTimestamp();
        // A pipe has no length.
        var part = log.CanSeek ? string.Create(CultureInfo.InvariantCulture, $"{100 * log.Position / Math.Max(log.Length, 1)} %: ") : "";
        var line = string.Create(CultureInfo.InvariantCulture, $"{part}{value.Steps} steps of {value.Executions} executions");
        if (Console.IsErrorRedirected)
            Console.Error.WriteLine(line);
        else
            Console.Error.Write($"\r{line}");
    }

    /// <summary>Leaves the line.</summary>
    public void End()
    {
        if (_told is not null && !Console.IsErrorRedirected)
            Console.Error.WriteLine();
    }
}
