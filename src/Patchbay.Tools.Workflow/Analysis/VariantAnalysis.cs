using System.Runtime.InteropServices;
using Patchbay.Tools.Workflow.Reports;

namespace Patchbay.Tools.Workflow.Analysis;

/// <summary>Groups executions by the sequence of their steps.</summary>
internal static class VariantAnalysis
{
    private const int ListedSteps = 100;

    public static (IReadOnlyList<VariantReport> Top, int Count) Of(WorkflowTable table, int top)
    {
        var sequences = new int[table.RowCount];
        var variants = new Dictionary<(int Start, int Length), Variant>(new BySequence(sequences));
        int filled = 0, total = 0;
        foreach (var execution in table.Executions)
        {
            var start = filled;
            foreach (ref readonly var row in table.Of(execution))
            {
                if (row.Happened)
                    sequences[filled++] = row.Name;
            }

            if (filled == start)
                continue;
            total++;
            ref var variant = ref CollectionsMarshal.GetValueRefOrAddDefault(variants, (start, filled - start), out _);
            variant.Count++;
            if (!execution.HasEnded)
                continue;
            variant.Ended++;
            variant.Nanoseconds += execution.Duration;
        }

        var listed = variants.OrderByDescending(variant => variant.Value.Count).ThenBy(variant => variant.Key.Start).Take(top)
            .Select(variant => Report(table, sequences.AsSpan(variant.Key.Start, variant.Key.Length), variant.Value, total)).ToList();
        return (listed, variants.Count);
    }

    private static VariantReport Report(WorkflowTable table, ReadOnlySpan<int> sequence, Variant variant, int total)
    {
        List<string> steps = [];
        foreach (var name in sequence[..Math.Min(sequence.Length, ListedSteps)])
            steps.Add(table.Names[name]);
        return new VariantReport(
            steps, variant.Count, (double)variant.Count / total, variant.Ended == 0 ? null : InSeconds.Of(variant.Nanoseconds / variant.Ended),
            sequence.Length > ListedSteps ? sequence.Length : null);
    }

    private struct Variant
    {
        public int Count;
        public int Ended;
        public double Nanoseconds;
    }

    private sealed class BySequence(int[] sequences) : IEqualityComparer<(int Start, int Length)>
    {
        public bool Equals((int Start, int Length) x, (int Start, int Length) y) =>
            sequences.AsSpan(x.Start, x.Length).SequenceEqual(sequences.AsSpan(y.Start, y.Length));

        public int GetHashCode((int Start, int Length) key)
        {
            var hash = default(HashCode);
            hash.AddBytes(MemoryMarshal.AsBytes(sequences.AsSpan(key.Start, key.Length)));
            return hash.ToHashCode();
        }
    }
}
