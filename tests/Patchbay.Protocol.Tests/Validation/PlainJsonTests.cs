using System.Text;
using Patchbay.Protocol.Limits;
using Patchbay.Protocol.Tests.Fuzzing;
using Patchbay.Protocol.Validation;
using Patchbay.Testing;

namespace Patchbay.Protocol.Tests.Validation;

/// <summary>The quick look at a text beside the careful walk, which is the rule.</summary>
public class PlainJsonTests
{
    private const int Texts = 200_000;
    private const int Seed = 20_261_122;

    private static readonly ProtocolLimits Limits = ProtocolLimits.Default;

    /// <summary>Whatever passes at a look passes with care, and is the same; what passes with care and has no escapes passes at a look.</summary>
    [Fact]
    public void What_passes_at_a_look_passes_with_care_and_the_other_way_round()
    {
        var grammar = new MessageGrammar(Seed);
        var right = 0;
        for (var i = 0; i < Texts; i++)
        {
            var text = grammar.Next();
            var passes = PlainJson.Passes(text, Limits, out var shape);
            var isRight = JsonText.CheckWithCare(text, Limits, out var rightShape) is null;
            var agrees = passes ? isRight && shape == rightShape : !isRight || text.Contains((byte)'\\');
            Assert.True(agrees, $"seed {Seed}: {Encoding.UTF8.GetString(text)}");
            right += isRight ? 1 : 0;
        }

        // A generator that makes nothing but rubbish, or nothing wrong, would prove nothing.
        Assert.InRange(right, Texts / 5, Texts * 4 / 5);
    }

    /// <summary>Every text cut off at every byte, and with every byte changed to every mark that means something in JSON.</summary>
    [Fact]
    public void No_cut_and_no_changed_byte_passes_that_does_not_pass_with_care()
    {
        foreach (var path in Directory.GetFiles(Repository.At("conformance", "vectors", "accept"), "*.msg"))
        {
            var text = File.ReadAllBytes(path);
            if (text.Length > 1_000)
                continue;
            for (var at = 0; at < text.Length; at++)
            {
                Compare(text[..at]);
                foreach (var mark in "\"\\{}[]:,-+.eE019utfn /\t\n\u0001\u007f"u8)
                {
                    byte[] changed = [.. text];
                    changed[at] = mark;
                    Compare(changed);
                }
            }
        }
    }

    [Theory]
    [InlineData("""{"id":"a","method":"ping"}""")]
    [InlineData(""" [ { "id" : "a" } , 1 , null , true , false , -0.5e+10 ] """)]
    [InlineData("""{"a":{"b":{"a":1},"c":[{"a":1},{"a":2}]},"b":"\u00e4\n\\\"\/\b\f\r\t"}""")]
    [InlineData("""{"":[],"é":{},"0123456789abcdef":"0123456789abcdef0123456789abcdef😀"}""")]
    public void An_ordinary_text_needs_no_more_than_a_look(string text) =>
        Assert.True(PlainJson.Passes(Encoding.UTF8.GetBytes(text), Limits, out _));

    [Theory]
    [InlineData("""{"a":1,"b":2,"a":3}""")]
    [InlineData("""{"a":1,"\u0061":3}""")]
    [InlineData("""{"a":{"b":1,"c":{},"b":2}}""")]
    [InlineData("""[{"0123456789abcdef-":1,"x":[{"y":{}}],"0123456789abcdef-":1}]""")]
    public void A_name_that_stands_twice_in_its_object_does_not_pass(string text)
    {
        var utf8 = Encoding.UTF8.GetBytes(text);
        Assert.False(PlainJson.Passes(utf8, Limits, out _));
        Assert.NotNull(JsonText.Check(utf8, Limits, out _));
    }

    /// <summary>More names at once than the quick look holds are left to the careful one, which finds them right.</summary>
    [Fact]
    public void A_very_wide_object_passes_with_care()
    {
        var text = Encoding.UTF8.GetBytes($"{{{string.Join(',', Enumerable.Range(0, 1_000).Select(number => $"\"n{number}\":{number}"))}}}");
        Assert.False(PlainJson.Passes(text, Limits, out _));
        Assert.Null(JsonText.Check(text, Limits, out var shape));
        Assert.Equal(new JsonShape(false, 1, 0, text.Length), shape);
    }

    /// <summary>At each limit, and one past it.</summary>
    [Theory]
    [InlineData(5, 3, 2, 2, true)]
    [InlineData(4, 3, 2, 2, false)]
    [InlineData(5, 2, 2, 2, false)]
    [InlineData(5, 3, 1, 2, false)]
    [InlineData(5, 3, 2, 1, false)]
    public void The_limits_hold(int members, int depth, int elements, int digits, bool passes)
    {
        var limits = new ProtocolLimits { MaxMembers = members, MaxDepth = depth, MaxBatch = elements, MaxNumberLength = digits };
        // Members: two elements, two names, one element; depth: the batch, an object, an array.
        var text = """[{"a":[]},{"b":[10]}]"""u8;
        Assert.Equal(passes, PlainJson.Passes(text, limits, out _));
        Assert.Equal(passes, JsonText.Check(text, limits, out _) is null);
    }

    private static void Compare(byte[] text)
    {
        if (PlainJson.Passes(text, Limits, out var shape))
        {
            Assert.True(JsonText.CheckWithCare(text, Limits, out var rightShape) is null && shape == rightShape, Encoding.UTF8.GetString(text));
        }
    }
}
