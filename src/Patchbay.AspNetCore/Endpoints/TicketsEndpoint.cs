using Microsoft.AspNetCore.Http;
using Patchbay.AspNetCore.Doors;
using Patchbay.Server.Guard.Keys;
using Patchbay.Server.Guard.Tickets;

namespace Patchbay.AspNetCore.Endpoints;

/// <summary><c>POST /api/mcp/tickets</c>: a ticket for a browser, single use, bound to the key and to the request's Origin.</summary>
internal sealed class TicketsEndpoint(TicketDesk desk)
{
    private const long RetryMs = TicketDesk.LifetimeSeconds * 1000;

    public Task HandleAsync(HttpContext context, ApiKey key)
    {
        if (desk.Issue(key, Visitor.Of(context).Origin) is not { } ticket)
            return Door.WaitAsync(context, RetryMs, "Too many unused tickets.");
        return JsonBody.WriteAsync(context, ticket, static (writer, ticket) =>
        {
            writer.WriteStartObject();
            writer.WriteString("ticket", ticket);
            writer.WriteNumber("expires_in_s", TicketDesk.LifetimeSeconds);
            writer.WriteEndObject();
        });
    }
}
