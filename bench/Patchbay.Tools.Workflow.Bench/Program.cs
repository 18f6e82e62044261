using Patchbay.Tools.Workflow.Bench;

// Each measurement runs in this process, one after the other; `ingest` or `analyze` runs one alone.
var what = args.FirstOrDefault() ?? "all";
if (what is "all" or "ingest")
    await IngestBench.RunAsync();
if (what is "all" or "analyze")
    await AnalyzeBench.RunAsync();
