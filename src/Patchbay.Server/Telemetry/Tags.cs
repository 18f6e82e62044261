namespace Patchbay.Server.Telemetry;

/// <summary>
/// Names of attributes: those of the OpenTelemetry semantic conventions for MCP and generative AI where there is one, else under <c>patchbay.</c>. Each takes
/// its values from a closed set of the server's; what a client wrote is never one.
/// </summary>
internal static class Tags
{
    public const string Method = "mcp.method.name";
    public const string Tool = "gen_ai.tool.name";
    public const string Operation = "gen_ai.operation.name";
    public const string ErrorType = "error.type";
    public const string Direction = "network.io.direction";
    public const string CloseCode = "patchbay.close_code";
    public const string ClosedBy = "patchbay.closed_by";
    public const string ResumeOutcome = "patchbay.resume.outcome";
    public const string PenaltyLevel = "patchbay.penalty.level";
    public const string ViolationType = "patchbay.violation.type";

    /// <summary>The conventions' word for a value outside the known set.</summary>
    public const string Other = "_OTHER";

    public const string Receive = "receive";
    public const string Transmit = "transmit";

    /// <summary>The operation of every <c>tools/call</c>.</summary>
    public const string ExecuteTool = "execute_tool";
}
