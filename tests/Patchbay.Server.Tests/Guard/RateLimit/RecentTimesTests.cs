using FsCheck;
using FsCheck.Fluent;
using Patchbay.Server.Guard.RateLimit;

namespace Patchbay.Server.Tests.Guard.RateLimit;

public sealed class RecentTimesTests
{
    // Invariant: two bytes hold as much as a list of whole moments, over gaps of any length and any capacity.
    [Fact]
    public void Two_bytes_tell_every_moment_of_the_last_minute_apart() =>
        Prop.ForAll(
            Gen.Choose(1, 12).ToArbitrary(),
            Gen.Frequency((5, Gen.Choose(0, 6_000)), (1, Gen.Choose(0, 200_000))).ArrayOf(150).ToArbitrary(),
            (capacity, gaps) =>
            {
                var times = default(RecentTimes);
                var model = new List<long>();
                long now = 4_000_000_000_000;
                foreach (int gap in gaps)
                {
                    now += gap;
                    model.RemoveAll(at => now - at >= RecentTimes.MaxWindowMs);
                    if (times.Expire(now, RecentTimes.MaxWindowMs) != model.Count)
                        return false;
                    if (model.Count == capacity)
                        model.RemoveAt(0);
                    model.Add(now);
                    times.Add(now, capacity);
                    for (int i = 0; i < model.Count; i++)
                    {
                        if (times[i] != model[i])
                            return false;
                    }
                }

                return true;
            }).QuickCheckThrowOnFailure();
}
