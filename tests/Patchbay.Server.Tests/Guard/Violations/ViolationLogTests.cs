using Patchbay.Protocol.Errors;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.Server.Tests.Guard.Violations;

public sealed class ViolationLogTests
{
    private readonly Recorder _audit = new();
    private readonly List<ViolationRecord> _told = [];

    [Fact]
    [Patchbay.Testing.Requirement("PROTO-8-19")]
    public void The_newest_thousand_are_kept_and_all_are_counted_audited_and_told()
    {
        var log = new ViolationLog(_audit, _told.Add);
        for (int i = 0; i < 2_500; i++)
            log.Record(Broken(i, Violation.Types[i % 5], "k" + (i % 2)));

        var all = log.Summarize(null);

        Assert.Equal(Enumerable.Range(1_500, 1_000).Reverse(), all.Newest.Select(violation => int.Parse(violation.ClientId!)));
        Assert.Equal(2_500, all.Total);
        Assert.Equal(5, all.ByType.Count);
        Assert.All(all.ByType.Values, count => Assert.Equal(500, count));
        Assert.Equal(2_500, _audit.Records.Count);
        Assert.Equal(2_500, _told.Count);
        Assert.Equal("violation", _audit.Records[0].Event);
        Assert.Equal("rate_limit_exceeded", _audit.Records[0].Subject);
    }

    [Fact]
    public void A_key_sees_its_own_alone()
    {
        var log = new ViolationLog(_audit);
        log.Record(Broken(1, Violation.InvalidMessage, "a"));
        log.Record(Broken(2, Violation.RateLimitExceeded, "b"));
        log.Record(Broken(3, Violation.InvalidApiKey, null));

        var own = log.Summarize("a");

        Assert.Equal("1", Assert.Single(own.Newest).ClientId);
        Assert.Equal(1, own.Total);
        Assert.Equal(["invalid_message"], own.ByType.Keys);
        Assert.Empty(log.Summarize("nobody").ByType);
        Assert.Equal(2, log.Summarize(null, most: 2).Newest.Count);
    }

    [Fact]
    public void Every_error_of_the_protocol_and_of_security_has_a_type_of_its_own()
    {
        var codes = ErrorCodes.All.Where(code => code.Group is "protocol" or "security").Append(ErrorCodes.HeartbeatTimeout);
        Assert.Equal(Violation.Types.Order(), codes.Select(Violation.TypeOf).Order());
    }

    private static ViolationRecord Broken(int i, string type, string? keyId) => new(ManualTime.Start, type, i.ToString(), keyId, "192.0.2.1");

    private sealed class Recorder : IAuditLog
    {
        public List<AuditRecord> Records { get; } = [];

        public void Write(in AuditRecord record) => Records.Add(record);
    }
}
