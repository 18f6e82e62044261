using System.Collections.Frozen;
using System.Text.Json.Nodes;
using Patchbay.Protocol.Errors;

namespace Patchbay.Server.Dispatch;

/// <summary>Finds the method of a request in a table that never changes.</summary>
internal sealed class Dispatcher(IEnumerable<Method> methods)
{
    private readonly FrozenDictionary<string, Method> _methods = methods.ToFrozenDictionary(method => method.Name, StringComparer.Ordinal);

    /// <summary>Starts a request, or answers why not.</summary>
    public ValueTask DispatchAsync(in Call call)
    {
        // A request that runs already is not new: its answer comes.
        if (call.Session.Engine.IsDraining && !(call.Session.Resumable is not null && call.Session.Calls.Contains(call.Request.Id)))
        {
            call.Fail(new ProtocolError(ErrorCodes.ServerOverloaded, "The server is stopping; reconnect in a moment.", new JsonObject { ["reason"] = "draining" }));
            return ValueTask.CompletedTask;
        }

        if (!_methods.TryGetValue(call.Request.Method, out var method))
        {
            call.Fail(new ProtocolError(ErrorCodes.MethodNotFound, $"There is no method {call.Request.Method}."));
            return ValueTask.CompletedTask;
        }

        try
        {
            return method.StartAsync(call);
        }
        catch (Exception fault)
        {
            // A method that breaks its promise must not end the connection.
            call.Fail(call.Session.Engine.Faults.ToError(fault, method.Name, cancelled: false));
            return ValueTask.CompletedTask;
        }
    }
}
