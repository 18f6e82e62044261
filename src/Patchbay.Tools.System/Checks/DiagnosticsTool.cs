namespace Patchbay.Tools.System.Checks;

/// <summary><c>system/diagnostics</c>.</summary>
internal sealed class DiagnosticsTool(DiagnosticRunner runner) : Tool<DiagnosticsArguments, DiagnosticsResult>
{
    public override ToolDefinition Definition { get; } = new()
    {
        Name = "system/diagnostics",
        Title = "System diagnostics",
        Description = "Checks the machine, its network and the server's services. Every check tells its status, what it saw against which threshold, "
            + "and what to do. Checks that were skipped or came to no verdict are listed.",
        InputSchema = InputSchema,
        OutputSchema = OutputSchema,
        // detailed and full may take seconds.
        Annotations = new ToolAnnotations(ReadOnly: true, Idempotent: true, LongRunning: true),
    };

    protected override async ValueTask<ToolResult<DiagnosticsResult>> RunAsync(DiagnosticsArguments arguments, ToolContext context, CancellationToken cancellationToken)
    {
        var components = arguments.Components.Contains(DiagnosticComponent.All)
            ? null
            : arguments.Components.Select(component => component.ToString().ToLowerInvariant()).ToHashSet(StringComparer.Ordinal);
        return await runner.RunAsync(components, arguments.Level, cancellationToken).ConfigureAwait(false);
    }
}
