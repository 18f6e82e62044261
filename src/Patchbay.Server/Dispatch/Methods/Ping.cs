using System.Globalization;

namespace Patchbay.Server.Dispatch.Methods;

internal sealed class Ping(TimeProvider time) : Method<NoParams>
{
    public override string Name => "ping";

    protected override void Start(in Call call, NoParams parameters) =>
        call.Answer(time.GetUtcNow(), static (writer, now) =>
        {
            writer.WriteStartObject();
            writer.WriteString("time", now.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture));
            writer.WriteEndObject();
        });
}
