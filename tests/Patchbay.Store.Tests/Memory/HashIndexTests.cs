using FsCheck;
using FsCheck.Fluent;
using Patchbay.Store.Memory;

namespace Patchbay.Store.Tests.Memory;

public sealed class HashIndexTests
{
    /// <summary>
    /// For any history of additions and removals, whichever hashes collide and whichever wrap around the end of the array, the numbers under each hash are those
    /// of a dictionary of sets.
    /// </summary>
    [Fact]
    public void For_any_history_it_says_what_a_dictionary_of_sets_says() =>
        Prop.ForAll(
                Gen.ListOf(Gen.Zip(Gen.OneOf(Gen.Choose(0, 40), Gen.Elements(int.MaxValue, int.MinValue, -1, -2, 15, 31, 63, 0x4000_000F)), Gen.Choose(0, 200))).Resize(300).ToArbitrary(),
                steps => Run([.. steps]))
            .Check(Config.QuickThrowOnFailure.WithMaxTest(300));

    [Fact]
    public void What_is_not_there_cannot_be_removed()
    {
        var index = new HashIndex();
        index.Add(5, 1);

        Assert.Throws<KeyNotFoundException>(() => index.Remove(5, 2));
        Assert.Throws<KeyNotFoundException>(() => index.Remove(6, 1));
        Assert.Equal(1, index.Count);
    }

    // A number that is there is removed, any other is added.
    private static void Run((int Hash, int Number)[] steps)
    {
        var index = new HashIndex();
        var model = new Dictionary<int, HashSet<uint>>();
        foreach (var (hash, number) in steps)
        {
            if (!model.TryGetValue(hash, out var numbers))
                model.Add(hash, numbers = []);
            if (numbers.Add((uint)number))
            {
                index.Add(hash, (uint)number);
            }
            else
            {
                numbers.Remove((uint)number);
                index.Remove(hash, (uint)number);
            }
        }

        Assert.Equal(model.Sum(pair => pair.Value.Count), index.Count);
        foreach (var (hash, numbers) in model)
        {
            // Hashes are told apart by 31 bits; whoever asks compares.
            var found = new List<uint>();
            foreach (var number in index.Find(hash))
                found.Add(number);
            Assert.Equal(model.Where(pair => (pair.Key & int.MaxValue) == (hash & int.MaxValue)).SelectMany(pair => pair.Value).Order(), found.Order());
        }
    }
}
