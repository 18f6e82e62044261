using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Exporters;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Patchbay.Bench;
using Perfolizer.Horology;

// What a call costs inside the process: `dotnet run -c Release --project bench/Patchbay.Bench [calls|guard|allocations|types|telemetry] [--quick]`.
if (args.Contains("types"))
{
    Allocations.PrintTypes();
    return;
}

if (args.Contains("telemetry"))
{
    TelemetryCost.Run();
    return;
}

if (args.Contains("guard"))
{
    GuardCost.Run();
    return;
}

var quick = args.Contains("--quick");
if (!args.Contains("allocations"))
{
    // In this process: nothing is generated and built, so that it runs from any checkout in a minute.
    var job = Job.Default.WithToolchain(InProcessEmitToolchain.Instance)
        .WithWarmupCount(quick ? 1 : 5).WithIterationCount(quick ? 1 : 10).WithIterationTime(TimeInterval.FromMilliseconds(quick ? 50 : 250));
    var config = ManualConfig.CreateEmpty().AddJob(job).AddColumnProvider(DefaultColumnProviders.Instance).AddLogger(NullLogger.Instance)
        .WithSummaryStyle(SummaryStyle.Default.WithTimeUnit(TimeUnit.Nanosecond))
        .WithArtifactsPath(Path.Combine(Path.GetTempPath(), "patchbay-bench"));
    var summary = BenchmarkRunner.Run<CallBenchmarks>(config);
    if (summary.HasCriticalValidationErrors || summary.Reports.Any(report => !report.Success))
        throw new InvalidOperationException("The benchmarks did not run: " + string.Join(' ', summary.ValidationErrors.Select(error => error.Message)));
    Console.WriteLine("## One tools/call of debug/echo, 200 bytes, inside the process\n");
    MarkdownExporter.GitHub.ExportToLog(summary, new ConsoleLogger());
    Console.WriteLine();
    GuardCost.Run();
}

if (!args.Contains("calls"))
    Allocations.Run();
