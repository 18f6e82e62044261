using Patchbay.Server.Guard.Keys;

namespace Patchbay.Server.Tests.Guard.Keys;

public sealed class KeyScopesTests
{
    [Theory]
    [InlineData("tools:call:*", "audio/open", null, true)]
    [InlineData("tools:call:audio/*", "audio/open", "audio", true)]
    [InlineData("tools:call:audio/*", "workflow/analyze", "workflow", false)]
    [InlineData("tools:call:*/open", "audio/open", null, true)]
    [InlineData("tools:call:*/open", "audio/opened", null, false)]
    [InlineData("tools:call:a*d*o/o*n", "audio/open", null, true)]
    [InlineData("tools:call:audio/open", "audio/open", null, true)]
    [InlineData("tools:call:audio/open", "audio/Open", null, false)]
    [InlineData("tools:call:audio", "audio/open", null, false)]
    [InlineData("tools:call:**", "x", null, true)]
    [InlineData("audio", "audio/open", "audio", true)]
    [InlineData("audio", "workflow/analyze", "workflow", false)]
    [InlineData("audio", "system/performance", null, false)]
    [InlineData("admin", "anything/at-all", "models", true)]
    public void A_tool_is_open_by_its_area_a_pattern_or_admin(string scope, string tool, string? area, bool open) =>
        Assert.Equal(open, new KeyScopes([scope]).MayCall(tool, area));

    [Fact]
    public void Admin_has_every_scope_and_others_only_their_own()
    {
        Assert.True(new KeyScopes(["admin"]).Has("metrics"));
        Assert.True(new KeyScopes(["metrics"]).Has("metrics"));
        Assert.False(new KeyScopes(["metrics", "tools:call:*"]).Has("diagnostics"));
        Assert.False(new KeyScopes(["Admin"]).Has("metrics"));
    }

    [Theory]
    [InlineData("admin", true)]
    [InlineData("tools:call:system/*", true)]
    [InlineData("tools:call:", false)]
    [InlineData("tools:list", false)]
    [InlineData("root", false)]
    [InlineData("", false)]
    public void A_scope_that_nobody_grants_is_refused(string scope, bool fine) => Assert.Equal(fine, KeyScopes.Fault(scope) is null);

    [Fact]
    public void A_pattern_made_to_be_slow_is_answered_all_the_same() =>
        Assert.False(new KeyScopes(["tools:call:" + string.Concat(Enumerable.Repeat("a*", 60)) + "b"]).MayCall(new string('a', 128), null));
}
