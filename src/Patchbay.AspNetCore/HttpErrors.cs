using System.Globalization;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Patchbay.AspNetCore.Doors;
using Patchbay.Protocol.Errors;
using Patchbay.Server;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.AspNetCore;

/// <summary>Errors of HTTP as JSON: <c>{"error_code","error_message","details"}</c>.</summary>
internal static class HttpErrors
{
    /// <summary>Writes an error and ends the request.</summary>
    public static Task WriteAsync(HttpContext context, int status, ProtocolError error, long retryAfterMs = 0)
    {
        var response = context.Response;
        response.StatusCode = status;
        if (retryAfterMs > 0)
            response.Headers.RetryAfter = RetryAfterSeconds(retryAfterMs);
        var details = error.Details?.DeepClone().AsObject() ?? [];
        details.TryAdd("retryable", error.Code.Retryable);
        var body = new JsonObject { ["error_code"] = error.Code.Name, ["error_message"] = error.Message, ["details"] = details };
        response.ContentType = "application/json; charset=utf-8";
        return response.WriteAsync(body.ToJsonString(), context.RequestAborted);
    }

    /// <summary>403 for a key that lacks a scope.</summary>
    public static Task RefuseScopeAsync(HttpContext context, Engine engine, string scope)
    {
        engine.Refused(Violation.UnauthorizedAccess, null, Visitor.Of(context).Client.Address, context.Request.Path);
        return WriteAsync(context, StatusCodes.Status403Forbidden, new ProtocolError(
            ErrorCodes.UnauthorizedAccess, $"This key lacks the scope {scope}.", new JsonObject { ["scope"] = scope }));
    }

    /// <summary>The errors the framework answers by itself (no such path, wrong method, body too large), in the same shape.</summary>
    public static Task WriteBareAsync(HttpContext context)
    {
        var error = context.Response.StatusCode switch
        {
            StatusCodes.Status404NotFound => ProtocolError.NotFound($"There is nothing at {context.Request.Path}."),
            StatusCodes.Status405MethodNotAllowed => new ProtocolError(ErrorCodes.MethodNotFound, $"{context.Request.Method} is not possible here; try {context.Response.Headers.Allow}."),
            StatusCodes.Status413PayloadTooLarge => new ProtocolError(ErrorCodes.MessageTooLarge, "The body is too large."),
            StatusCodes.Status415UnsupportedMediaType => new ProtocolError(ErrorCodes.InvalidMessageFormat, "The body's media type is not one of those read here."),
            var status => new ProtocolError(ErrorCodes.InternalError, $"The request ended with {status}."),
        };
        return WriteAsync(context, context.Response.StatusCode, error);
    }

    // Rounded up: waiting as told always suffices.
    private static string RetryAfterSeconds(long milliseconds) => ((milliseconds + 999) / 1000).ToString(CultureInfo.InvariantCulture);
}
