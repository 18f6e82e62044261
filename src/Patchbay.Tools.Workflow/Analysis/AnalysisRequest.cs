using Patchbay.Tools.Workflow.Model;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>What is to be analysed.</summary>
/// <param name="Window">The range.</param>
/// <param name="Baseline">The range to compare with.</param>
/// <param name="TopVariants">How many variants to list.</param>
/// <param name="Render"><c>mermaid</c>, <c>dot</c>, or null.</param>
internal sealed record AnalysisRequest(TimeWindow Window, TimeWindow Baseline, int TopVariants, string? Render);
