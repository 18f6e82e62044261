using System.Text;
using System.Text.Json;
using Patchbay.Protocol.Errors;

namespace Patchbay.Tools.System.Tests;

/// <summary>Calls a tool as the dispatcher does: bytes in, bytes out.</summary>
internal static class CallingTheTools
{
    public static async Task<JsonElement> CallAsync(this ITool tool, string arguments, CancellationToken cancellationToken)
    {
        var result = await tool.InvokeAsync(Encoding.UTF8.GetBytes(arguments), null!, cancellationToken);
        Assert.Null(result.Error);
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
            result.WriteTo(writer);
        return JsonDocument.Parse(stream.ToArray()).RootElement;
    }

    public static async Task<ProtocolError?> FailAsync(this ITool tool, string arguments, CancellationToken cancellationToken) =>
        (await tool.InvokeAsync(Encoding.UTF8.GetBytes(arguments), null!, cancellationToken)).Error;
}
