using FsCheck;
using FsCheck.Fluent;
using Patchbay.Store.Memory;

namespace Patchbay.Store.Tests.Memory;

public sealed class KeptMessagesTests
{
    /// <summary>For any history of messages that come, leave in their order and are packed in between, they are those of a queue.</summary>
    [Fact]
    public void For_any_history_it_says_what_a_queue_says() =>
        Prop.ForAll(Gen.ListOf(Gen.Choose(0, 99)).Resize(80).ToArbitrary(), steps => Run([.. steps])).Check(Config.QuickThrowOnFailure.WithMaxTest(200));

    private static void Run(int[] steps)
    {
        var kept = default(KeptMessages);
        var model = new Queue<byte[]>();
        foreach (var (at, step) in steps.Index())
        {
            switch (step % 10)
            {
                case < 5:
                    // Of length 0 too.
                    byte[] message = [.. Enumerable.Repeat((byte)at, step / 10 * 7)];
                    kept.Add(message);
                    model.Enqueue(message);
                    break;
                case < 8 when model.Count > 0:
                    kept.DropFirst();
                    model.Dequeue();
                    break;
                case 9:
                    kept.Pack();
                    break;
                default:
                    break;
            }

            Assert.Equal((model.Count, model.Sum(each => (long)each.Length)), (kept.Count, kept.Bytes));
            Assert.Equal(model, kept.All.Select(each => each.ToArray()));
        }
    }
}
