using System.Text.Json.Nodes;
using Patchbay.Client.Errors;
using Patchbay.Protocol.Errors;

namespace Patchbay.Client.Tests.Core;

/// <summary>The tree of errors, held against the one table of codes.</summary>
public class ErrorTests
{
    [Fact]
    public void Every_code_has_a_class_of_its_group() => Assert.All(ErrorCodes.All, code =>
    {
        var error = McpErrors.Make(code, "text");
        Assert.Equal(code.Name, error.Code);
        Assert.Equal(code.Retryable, error.Retryable);
        Assert.IsType(
            code.Group switch
            {
                "protocol" => typeof(McpProtocolException),
                "request" => typeof(McpRequestException),
                "execution" => typeof(McpExecutionException),
                "security" => typeof(McpSecurityException),
                _ => typeof(McpConnectionException),
            },
            error, exactMatch: false);
    });

    [Fact]
    public void A_code_nobody_knows_gives_the_base_class_and_believes_the_details()
    {
        var error = McpErrors.Make("SOMETHING_NEW", "text", new JsonObject { ["retryable"] = true, ["retry_after_ms"] = 250 });

        Assert.Equal(typeof(McpException), error.GetType());
        Assert.True(error.Retryable);
        Assert.Equal(TimeSpan.FromMilliseconds(250), McpErrors.Make("X", "", JsonNode.Parse("""{"retry_after_ms":250}""")!.AsObject()).RetryAfter);
        Assert.Equal(TimeSpan.FromMilliseconds(250), error.RetryAfter);
    }
}
