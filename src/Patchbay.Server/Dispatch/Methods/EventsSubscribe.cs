using Patchbay.Protocol.Errors;
using Patchbay.Protocol.Validation;
using Patchbay.Server.Sessions;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed record EventTypesParams(IReadOnlyList<string> EventTypes);

/// <summary><c>events/subscribe</c> and <c>events/unsubscribe</c>: both answer with what is subscribed to now.</summary>
internal sealed class EventsSubscribe(bool subscribe) : Method<EventTypesParams>
{
    public override string Name => subscribe ? "events/subscribe" : "events/unsubscribe";

    protected override void Start(in Call call, EventTypesParams parameters)
    {
        for (var i = 0; i < parameters.EventTypes.Count; i++)
        {
            if (Names.IsName(parameters.EventTypes[i]))
                continue;
            call.Fail(ProtocolError.Params($"/event_types/{i}", "An event type has 1 to 128 characters and no control characters."));
            return;
        }

        var subscriptions = call.Session.Subscriptions;
        if (!subscribe)
        {
            subscriptions.Remove(parameters.EventTypes);
        }
        else if (!subscriptions.Add(parameters.EventTypes))
        {
            call.Fail(ProtocolError.Params("/event_types", $"A session subscribes to at most {Subscriptions.MaxEventTypes} event types."));
            return;
        }

        call.Session.SaveSubscriptions();
        call.Answer(subscriptions.EventTypes, static (writer, types) =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("event_types");
            foreach (var type in types)
                writer.WriteStringValue(type);
            writer.WriteEndArray();
            writer.WriteEndObject();
        });
    }
}
