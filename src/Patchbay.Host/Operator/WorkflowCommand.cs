using System.CommandLine;
using System.Globalization;
using Microsoft.Extensions.Options;
using Patchbay.Tools.Workflow;
using Patchbay.Tools.Workflow.Import;

namespace Patchbay.Host.Operator;

/// <summary><c>workflow import FILE</c>: an event log into the store of the workflow tools, also beside a running server.</summary>
internal static class WorkflowCommand
{
    private const int LongestName = 256;
    private const int Refused = 2;

    public static Command Create(Func<ParseResult, OperatorContext> context) => new("workflow", "Recorded workflows.") { Import(context) };

    private static Command Import(Func<ParseResult, OperatorContext> context)
    {
        var file = new Argument<string>("FILE") { Description = "The log, plain or packed by gzip." };
        var format = new Option<string?>("--format") { Description = "csv or xes. Default: by the name of the file." };
        format.AcceptOnlyFromAmong("csv", "xes");
        var workflow = new Option<string?>("--workflow") { Description = "The workflow the executions are recorded under. Default: the name of the file without its endings." };
        var caseColumn = new Option<string?>("--case") { Description = "CSV: the column of the execution. Default: case, case_id, case:concept:name, execution_id or trace_id." };
        var activity = new Option<string?>("--activity") { Description = "CSV: the column of the step. Default: activity, concept:name, task, event, step or name." };
        var timestamp = new Option<string?>("--timestamp") { Description = "CSV: the column of the time a step was done. Default: timestamp, time:timestamp, end_timestamp, complete_timestamp or ended_at." };
        var start = new Option<string?>("--start") { Description = "CSV: the column of the time a step was begun. Default: start_timestamp or started_at, if there is one." };
        var worker = new Option<string?>("--worker") { Description = "CSV: the column of who did a step. Default: resource, org:resource, worker or user, if there is one." };
        var command = new Command("import", "Record an event log: CSV with a row to each step, or XES. Importing it again changes nothing.")
        {
            file, format, workflow, caseColumn, activity, timestamp, start, worker,
        };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)!;
            if (FormatOf(parsed.GetValue(format), path) is not { } kind)
                return OperatorContext.Fail($"{path}: the name does not tell the format; say --format csv or --format xes.");
            var name = parsed.GetValue(workflow) ?? PlainName(path);
            if (name.Length is 0 or > LongestName || name.Any(char.IsControl))
                return OperatorContext.Fail($"--workflow must have 1 to {LongestName} characters and no control characters.");
            if (!File.Exists(path))
                return OperatorContext.Fail($"{path}: there is no such file.");
            using var work = context(parsed);
            return await RunAsync(
                work,
                path,
                new WorkflowImportOptions
                {
                    WorkflowId = name,
                    Format = kind,
                    CaseColumn = parsed.GetValue(caseColumn),
                    ActivityColumn = parsed.GetValue(activity),
                    TimestampColumn = parsed.GetValue(timestamp),
                    StartColumn = parsed.GetValue(start),
                    WorkerColumn = parsed.GetValue(worker),
                },
                cancellationToken);
        });
        return command;
    }

    private static async Task<int> RunAsync(OperatorContext work, string path, WorkflowImportOptions options, CancellationToken cancellationToken)
    {
        await using var services = new ServiceCollection().AddSingleton(work.Configuration).AddLogging().AddWorkflowTools().BuildServiceProvider();
        if (services.GetRequiredService<IOptions<WorkflowOptions>>().Value.Store == "memory")
            return OperatorContext.Fail("Workflows are kept in memory (Patchbay:Workflow:Store): there is nothing to import into.");
        await using var log = File.OpenRead(path);
        var progress = new ImportProgress(log);
        WorkflowImportResult result;
        try
        {
            result = await services.GetRequiredService<WorkflowImporter>().ImportAsync(log, options with { Progress = progress }, cancellationToken);
        }
        catch (OperationCanceledException)
        {
            progress.End();
            return OperatorContext.Fail($"{path}: stopped; {progress.Last.Steps} steps are recorded. To go on, import the file again: what is there already is not recorded twice.");
        }

        progress.End();
        await work.AuditAsync("workflow_import", options.WorkflowId);
        work.Print(
            new { Workflow = options.WorkflowId, File = path, result.Executions, result.Steps, Rejected = result.RejectedCount, Rejections = result.Rejected, result.Fault },
            () => Tell(path, options.WorkflowId, result));
        if (result.Fault is { } fault)
            return OperatorContext.Fail($"{path}: {fault}");
        return result.RejectedCount == 0 ? 0 : Refused;
    }

    private static void Tell(string path, string workflow, WorkflowImportResult result)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{workflow}: {result.Executions} executions, {result.Steps} steps recorded."));
        foreach (var rejection in result.Rejected)
            Console.WriteLine($"{path}: {rejection}");
        if (result.RejectedCount > 0)
            Console.WriteLine($"{result.RejectedCount} refused{(result.RejectedCount > result.Rejected.Count ? $", the first {result.Rejected.Count} told" : "")}.");
    }

    private static LogFormat? FormatOf(string? asked, string path) => (asked ?? Path.GetExtension(Unpacked(path)).TrimStart('.').ToLowerInvariant()) switch
    {
        "csv" or "tsv" => LogFormat.Csv,
        "xes" => LogFormat.Xes,
        _ => null,
    };

    private static string PlainName(string path) => Path.GetFileNameWithoutExtension(Unpacked(path));

    private static string Unpacked(string path) => path.EndsWith(".gz", StringComparison.OrdinalIgnoreCase) ? path[..^3] : path;
}
