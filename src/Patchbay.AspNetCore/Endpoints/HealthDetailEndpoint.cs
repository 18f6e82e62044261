using System.Globalization;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Patchbay.Protocol.Errors;
using Patchbay.Server;
using Patchbay.Server.Guard.Keys;
using Patchbay.Tools.Diagnostics;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>GET /health/detail</c>: every check as <c>application/health+json</c> (draft-inadarei-api-health-check-06), for scope <c>diagnostics</c>; <c>?level=</c> as in <c>system/diagnostics</c>.</summary>
internal sealed class HealthDetailEndpoint(Engine engine, IEnumerable<IHealthReporter> reporters)
{
    private const string MediaType = "application/health+json; charset=utf-8";

    public async Task HandleAsync(HttpContext context, ApiKey key)
    {
        if (!key.Scopes.Has(KeyScopes.Diagnostics))
        {
            await HttpErrors.RefuseScopeAsync(context, engine, KeyScopes.Diagnostics).ConfigureAwait(false);
            return;
        }

        if (LevelOf(context.Request.Query["level"]) is not { } level)
        {
            await HttpErrors.WriteAsync(context, StatusCodes.Status400BadRequest, ProtocolError.Params("/level", "The level is basic, detailed or full.")).ConfigureAwait(false);
            return;
        }

        // A server built without the system tools has nothing to check.
        var report = reporters.FirstOrDefault() is { } reporter
            ? await reporter.ReportAsync(level, context.RequestAborted).ConfigureAwait(false)
            : new HealthReport(CheckStatus.Healthy, []);
        context.Response.StatusCode = report.Status == CheckStatus.Unhealthy ? StatusCodes.Status503ServiceUnavailable : StatusCodes.Status200OK;
        await JsonBody.WriteAsync(context, (report, Now: engine.Time.GetUtcNow()), static (writer, state) => Write(writer, state.report, state.Now), MediaType).ConfigureAwait(false);
    }

    private static DiagnosticLevel? LevelOf(string? text) => text switch
    {
        null or "basic" => DiagnosticLevel.Basic,
        "detailed" => DiagnosticLevel.Detailed,
        "full" => DiagnosticLevel.Full,
        _ => null,
    };

    private static void Write(Utf8JsonWriter writer, HealthReport report, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteString("status", Word(report.Status));
        writer.WriteString("version", "2");
        writer.WriteString("releaseId", Engine.Version);
        writer.WriteString("serviceId", "patchbay");
        writer.WriteStartObject("checks");
        foreach (var check in report.Checks)
        {
            // The draft's keys are component:measurement, each with as many readings as there are nodes: here always one.
            writer.WriteStartArray(Key(check.Id));
            Write(writer, check, now);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, HealthEntry check, DateTimeOffset now)
    {
        writer.WriteStartObject();
        writer.WriteString("componentId", check.Id);
        writer.WriteString("componentType", check.Component == "system" ? "system" : "component");
        if (check.Observed is { } observed)
            writer.WriteNumber("observedValue", observed);
        if (check.Unit is not null)
            writer.WriteString("observedUnit", check.Unit);
        // What came to no verdict has no status: the draft knows none for it.
        if (Word(check.Status) is { } status)
            writer.WriteString("status", status);
        writer.WriteString("time", now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
        if (check.Status != CheckStatus.Healthy)
            writer.WriteString("output", check.Hint is null ? check.Message : $"{check.Message} {check.Hint}");
        writer.WriteEndObject();
    }

    private static string Key(string id) => id.IndexOf('.', StringComparison.Ordinal) is var dot and > 0 ? $"{id[..dot]}:{id[(dot + 1)..]}" : id;

    private static string? Word(CheckStatus status) => status switch
    {
        CheckStatus.Healthy => "pass",
        CheckStatus.Degraded => "warn",
        CheckStatus.Unhealthy => "fail",
        _ => null,
    };
}
