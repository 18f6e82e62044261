using System.Globalization;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.Server.Diagnostics.Checks;

/// <summary>A check made of a function.</summary>
internal sealed class EngineCheck(string id, DiagnosticLevel level, Func<CancellationToken, ValueTask<CheckReading>> look) : IDiagnosticCheck
{
    public EngineCheck(string id, DiagnosticLevel level, Func<CheckReading> look)
        : this(id, level, _ => ValueTask.FromResult(look()))
    {
    }

    public string Id => id;

    public string Component => "services";

    public DiagnosticLevel Level => level;

    public ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken) => look(cancellationToken);

    /// <summary>A reading of a figure that is bad when it is high.</summary>
    public static CheckReading Judge(string subject, double observed, string unit, double degradedAt, double unhealthyAt, string hint)
    {
        var status = observed >= unhealthyAt ? CheckStatus.Unhealthy : observed >= degradedAt ? CheckStatus.Degraded : CheckStatus.Healthy;
        return new CheckReading(status, string.Create(CultureInfo.InvariantCulture, $"{subject}: {observed:0.##} {(unit == "percent" ? "%" : unit)}."))
        {
            Observed = observed,
            Unit = unit,
            DegradedAt = degradedAt,
            UnhealthyAt = unhealthyAt,
            Hint = status == CheckStatus.Healthy ? null : hint,
        };
    }
}
