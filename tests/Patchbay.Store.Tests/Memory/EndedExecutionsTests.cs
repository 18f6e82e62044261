using FsCheck;
using FsCheck.Fluent;
using Patchbay.Store.Executions;
using Patchbay.Store.Memory;

namespace Patchbay.Store.Tests.Memory;

public sealed class EndedExecutionsTests
{
    /// <summary>
    /// For any history of executions that end and leave, each key is found with its own answer as long as it has not left, as in a dictionary and a queue;
    /// keys of which one begins or ends as another, differ in their scope, or hold what is not valid text, are different ones.
    /// </summary>
    [Fact]
    public void For_any_history_it_says_what_a_dictionary_and_a_queue_say() =>
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 999)).Resize(400).ToArbitrary(), steps => Run([.. steps])).Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    private static void Run(int[] steps)
    {
        var ended = new EndedExecutions();
        var model = new Dictionary<ExecutionKey, ExecutionRecord>();
        var order = new Queue<ExecutionRecord>();
        foreach (var (at, step) in steps.Index())
        {
            var key = KeyOf(step % 48);
            if (step % 3 == 0)
            {
                if (order.TryDequeue(out var oldest))
                {
                    model.Remove(oldest.Start.Key);
                    Assert.Equal(oldest.Number, ended.Oldest.Number);
                    ended.DropOldest();
                }
            }
            else if (!model.ContainsKey(key))
            {
                var record = Record(key, at, step);
                model.Add(key, record);
                order.Enqueue(record);
                ended.Add(new MemoryExecution(new HashedKey(key), record.Start, record.Number, record.CreatedAt), record.Answer!.Value, new StoreTime(at + 1));
            }
        }

        Assert.Equal(order.Count, ended.Count);
        foreach (var key in Enumerable.Range(0, 48).Select(KeyOf))
        {
            Assert.Equal(model.TryGetValue(key, out var expected), ended.TryFind(new HashedKey(key), out var found));
            if (expected is null)
                continue;
            Assert.Equal((expected.Number, expected.Start.Digest, expected.CreatedAt), (found.Number, found.Digest, found.CreatedAt));
            Assert.Equal(new StoreTime(expected.Number), found.EndedAt);
            var answer = ended.AnswerOf(found);
            Assert.Equal((expected.Answer!.Value.IsError, Samples.Text(expected.Answer.Value.Json)), (answer.IsError, Samples.Text(answer.Json)));
        }
    }

    // 48 keys: two scopes, and owners and ids of which many are the same put together.
    private static ExecutionKey KeyOf(int number)
    {
        string[] owners = ["", "a", "ab", "\ud800"];
        string[] ids = ["", "a", "b", "ba", "\ud800", "\ufffd"];
        return new ExecutionKey((ExecutionScope)(number % 2), owners[number / 2 % 4], ids[number / 8]);
    }

    private static ExecutionRecord Record(in ExecutionKey key, int at, int step) => new()
    {
        Number = at + 1,
        CreatedAt = new StoreTime(at),
        Start = Samples.Start("ses-1", "req-1", (ulong)step) with { Key = key },
        Answer = new ExecutionAnswer(step % 2 == 0, Samples.Utf8($"{{\"n\":{step},\"text\":\"{new string('x', step * 40)}\"}}")),
        Waiters = [],
    };
}
