using Patchbay.Protocol.Errors;
using Patchbay.Server.Guard.Audit;
using Patchbay.Server.Guard.Violations;

namespace Patchbay.Server.Tests.Guard.Violations;

public sealed class ViolationLogTests
{
    private readonly Recorder _audit = new();
    private readonly List<Violation> _told = [];

    [Fact]
    public void The_newest_thousand_are_kept_and_all_are_counted_audited_and_told()
    {
        var log = new ViolationLog(_audit, _told.Add);
        for (int i = 0; i < 2_500; i++)
            log.Record(Violation(i, ViolationTypes.All[i % 5], "k" + (i % 2)));

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
        log.Record(Violation(1, ViolationTypes.InvalidMessage, "a"));
        log.Record(Violation(2, ViolationTypes.RateLimitExceeded, "b"));
        log.Record(Violation(3, ViolationTypes.InvalidApiKey, null));

        var own = log.Summarize("a");

        Assert.Equal("1", Assert.Single(own.Newest).ClientId);
        Assert.Equal(1, own.Total);
        Assert.Equal(["invalid_message"], own.ByType.Keys);
        Assert.Empty(log.Summarize("nobody").ByType);
        Assert.Equal(2, log.Summarize(null, most: 2).Newest.Count);
    }

    [Fact]
    public void Every_protocol_and_security_error_is_a_violation_and_no_other_is_but_a_lost_heartbeat()
    {
        var violations = ErrorCodes.All.Where(code => ViolationTypes.Of(code) is not null);
        Assert.Equal(
            ErrorCodes.All.Where(code => code.Group is "protocol" or "security").Append(ErrorCodes.HeartbeatTimeout).Select(code => code.Name).Order(),
            violations.Select(code => code.Name).Order());
        Assert.Equal(9, ErrorCodes.All.Select(ViolationTypes.Of).OfType<string>().Distinct().Count());
    }

    private static Violation Violation(int i, string type, string? keyId) => new(ManualTime.Start, type, i.ToString(), keyId, "192.0.2.1");

    private sealed class Recorder : IAuditLog
    {
        public List<AuditRecord> Records { get; } = [];

        public void Write(AuditRecord record) => Records.Add(record);
    }
}
