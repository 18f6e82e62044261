using System.Text;
using System.Text.Json;
using Patchbay.Tools.Schema;

namespace Patchbay.Tools.Tests;

/// <summary>The rules of JSON Schema 2020-12 (validation vocabulary), each with a value that fits and one that does not.</summary>
public sealed class JsonSchemaTests
{
    [Theory]
    [InlineData("""{"type":"object"}""", "{}", "[]")]
    [InlineData("""{"type":"array"}""", "[]", "{}")]
    [InlineData("""{"type":"string"}""", "\"x\"", "1")]
    [InlineData("""{"type":"number"}""", "1.5", "\"1.5\"")]
    [InlineData("""{"type":"integer"}""", "1", "1.5")]
    [InlineData("""{"type":"integer"}""", "1.0", "1e-1")]
    [InlineData("""{"type":"integer"}""", "1e3", "true")]
    [InlineData("""{"type":"boolean"}""", "false", "0")]
    [InlineData("""{"type":"null"}""", "null", "false")]
    [InlineData("""{"type":["string","null"]}""", "null", "1")]
    [InlineData("""{"enum":["a",1,{"b":[2]}]}""", """{ "b" : [2] }""", """{"b":[3]}""")]
    [InlineData("""{"enum":["a"]}""", "\"\\u0061\"", "\"A\"")]
    [InlineData("""{"const":5}""", "5", "6")]
    [InlineData("""{"minimum":2,"maximum":3}""", "2", "1.99")]
    [InlineData("""{"minimum":2,"maximum":3}""", "3", "3.01")]
    [InlineData("""{"exclusiveMinimum":2,"exclusiveMaximum":3}""", "2.5", "2")]
    [InlineData("""{"exclusiveMaximum":3}""", "2.9", "3")]
    [InlineData("""{"multipleOf":0.1}""", "0.3", "0.35")]
    [InlineData("""{"minLength":2}""", "\"ab\"", "\"a\"")]
    [InlineData("""{"maxLength":1}""", "\"\U0001F600\"", "\"ab\"")]
    [InlineData("""{"maxLength":1}""", "\"\\u00e9\"", "\"\u00e9\u00e9\"")]
    [InlineData("""{"pattern":"^a+$"}""", "\"aa\"", "\"ab\"")]
    [InlineData("""{"required":["a"]}""", """{"a":1}""", """{"A":1}""")]
    [InlineData("""{"properties":{"a":{"type":"string"}}}""", """{"a":"x","b":1}""", """{"a":1}""")]
    [InlineData("""{"properties":{"a":true},"additionalProperties":false}""", """{"a":1}""", """{"b":1}""")]
    [InlineData("""{"additionalProperties":{"type":"number"}}""", """{"x":1}""", """{"x":"1"}""")]
    [InlineData("""{"patternProperties":{"^x":{"type":"number"}},"additionalProperties":false}""", """{"x1":1}""", """{"x1":"1"}""")]
    [InlineData("""{"propertyNames":{"maxLength":2}}""", """{"ab":1}""", """{"abc":1}""")]
    [InlineData("""{"minProperties":1,"maxProperties":1}""", """{"a":1}""", "{}")]
    [InlineData("""{"items":{"type":"integer"}}""", "[1,2]", "[1,\"2\"]")]
    [InlineData("""{"prefixItems":[{"type":"string"}],"items":{"type":"integer"}}""", "[\"a\",1]", "[1,1]")]
    [InlineData("""{"minItems":1,"maxItems":2}""", "[1,2]", "[1,2,3]")]
    [InlineData("""{"uniqueItems":true}""", "[1,2,[1]]", "[{\"a\":1},{\"a\":1}]")]
    [InlineData("""{"allOf":[{"minimum":1},{"maximum":2}]}""", "2", "3")]
    [InlineData("""{"anyOf":[{"type":"string"},{"minimum":5}]}""", "5", "4")]
    [InlineData("""{"oneOf":[{"minimum":1},{"minimum":5}]}""", "3", "6")]
    [InlineData("""{"not":{"type":"string"}}""", "1", "\"x\"")]
    [InlineData("""{"if":{"minimum":10},"then":{"multipleOf":10},"else":{"maximum":5}}""", "20", "7")]
    [InlineData("""{"$defs":{"n":{"type":"integer"}},"properties":{"a":{"$ref":"#/$defs/n"}}}""", """{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"properties":{"next":{"$ref":"#"}},"additionalProperties":false}""", """{"next":{"next":{}}}""", """{"next":{"other":1}}""")]
    public void Each_rule_lets_its_own_pass_and_refuses_the_rest(string schema, string fits, string unfit)
    {
        var compiled = JsonSchema.Compile(JsonElement.Parse(schema));

        Assert.Null(compiled.Check(Encoding.UTF8.GetBytes(fits)));
        Assert.NotNull(compiled.Check(Encoding.UTF8.GetBytes(unfit)));
    }

    [Fact]
    public void Every_fault_is_listed_with_the_pointer_to_its_place()
    {
        var schema = JsonSchema.Compile(JsonElement.Parse("""
            {"type":"object","required":["z"],"additionalProperties":false,
             "properties":{"a":{"type":"array","items":{"type":"integer","minimum":0}},"z":{},"s/t":{"type":"object","additionalProperties":false}}}
            """));

        var errors = schema.Check("""{"a":[1,-1,"x"],"s/t":{"q~":1},"new":1}"""u8);

        Assert.Equal(["/a/1", "/a/2", "/s~1t/q~0", "/new", "/z"], errors!.Select(error => error.Path));
    }

    [Fact]
    public void A_flood_of_faults_is_cut_off()
    {
        var schema = JsonSchema.Compile(JsonElement.Parse("""{"items":{"type":"string"}}"""));
        var numbers = Encoding.UTF8.GetBytes($"[{string.Join(',', Enumerable.Range(0, 1000))}]");

        Assert.Equal(JsonSchema.MaxErrors, schema.Check(numbers)!.Count);
    }

    [Fact]
    public void A_pattern_that_runs_away_counts_as_not_matched()
    {
        var schema = JsonSchema.Compile(JsonElement.Parse("""{"pattern":"^(a+)+$"}"""));

        Assert.NotNull(schema.Check(Encoding.UTF8.GetBytes($"\"{new string('a', 40)}!\"")));
    }

    [Theory]
    [InlineData("3")]
    [InlineData("""{"type":"whole"}""")]
    [InlineData("""{"$ref":"#/nowhere"}""")]
    [InlineData("""{"$ref":"https://example.org/schema"}""")]
    public void A_schema_that_cannot_be_followed_is_refused(string schema) =>
        Assert.Throws<ArgumentException>(() => JsonSchema.Compile(JsonElement.Parse(schema)));

    [Fact]
    public void Checking_a_fitting_object_allocates_nothing()
    {
        var schema = JsonSchema.Compile(JsonElement.Parse("""
            {"type":"object","properties":{"name":{"type":"string","minLength":1,"maxLength":128},"arguments":{"type":"object"}},"required":["name"],"additionalProperties":false}
            """));
        var text = """{"name":"debug/echo","arguments":{"a":[1,2,3]}}"""u8.ToArray();
        schema.Check(text);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            schema.Check(text);

        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
    }
}
