using Patchbay.EndToEnd.Tests.Servers;

namespace Patchbay.EndToEnd.Tests.Floods;

/// <summary>A server with the contract's rate limit; what is beyond it is refused and not punished, so that a flood can go on.</summary>
public sealed class FloodServer : ServerFixture
{
    protected override (string Name, string Value)[] Settings => [("RateLimit__MessagesPerMinute", "100")];
}
