using FsCheck;
using FsCheck.Fluent;
using Patchbay.Store.Memory;

namespace Patchbay.Store.Tests.Memory;

public sealed class BytePagesTests
{
    private const int PageBytes = 64 << 10;

    /// <summary>
    /// For any history of texts that come and leave in the same order, each is there as it came until it has left, and the pages together are never more than
    /// twice what stands in them and two pages.
    /// </summary>
    [Fact]
    public void For_any_history_each_text_is_as_it_came_and_at_least_half_of_the_pages_is_used() =>
        Prop.ForAll(
                Gen.ListOf(Gen.OneOf(Gen.Choose(-8, 0), Gen.Choose(1, 2_000), Gen.Choose(1, 100_000), Gen.Constant(PageBytes), Gen.Constant(PageBytes + 1))).Resize(120).ToArbitrary(),
                steps => Run([.. steps]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(100));

    [Fact]
    public void The_array_of_a_page_that_has_left_is_the_next_page()
    {
        var pages = new BytePages();
        pages.Take(PageBytes, out _)[0] = 7;
        pages.Take(PageBytes, out var second);
        pages.DropBefore(second);

        // What was in it is undefined, and so shows where it comes from.
        Assert.Equal(7, pages.Take(PageBytes, out _)[0]);
        Assert.Equal(2, pages.Count);
    }

    // A number from 1 adds so many bytes, any other drops so many texts.
    private static void Run(int[] steps)
    {
        var pages = new BytePages();
        var model = new Queue<(BytePlace Place, byte[] Text)>();
        foreach (var (step, length) in steps.Index())
        {
            if (length > 0)
            {
                var text = new byte[length];
                new Random(step).NextBytes(text);
                text.CopyTo(pages.Take(length, out var place));
                model.Enqueue((place, text));
            }
            else
            {
                for (int i = 0; i < -length && model.Count > 0; i++)
                    model.Dequeue();
                if (model.TryPeek(out var oldest))
                    pages.DropBefore(oldest.Place);
                else
                    pages.Clear();
            }

            Assert.True(pages.Bytes <= (2L * model.Sum(kept => kept.Text.Length)) + (2 * PageBytes), $"{pages.Bytes} for {model.Sum(kept => kept.Text.Length)}");
        }

        Assert.All(model, kept => Assert.Equal(kept.Text, pages.Read(kept.Place, kept.Text.Length).ToArray()));
        pages.Clear();
        Assert.Equal((0, 0L), (pages.Count, pages.Bytes));
    }
}
