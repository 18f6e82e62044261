using System.Text;
using Patchbay.Server.Dispatch;

namespace Patchbay.Server.Tests.Dispatch;

public sealed class CanonicalJsonTests
{
    [Theory]
    [InlineData("""{"a":1,"b":[true,null]}""", """ { "b" : [ true , null ] , "a" : 1 } """)]
    [InlineData("""{"a":"é"}""", """{"a":"\u00e9"}""")]
    [InlineData("""{"a":10}""", """{"a":1e1}""")]
    [InlineData("""{"a":10}""", """{"a":10.000}""")]
    [InlineData("""{"a":0.001}""", """{"a":1E-3}""")]
    [InlineData("""{"a":0}""", """{"a":-0.0e9}""")]
    [InlineData("""{"a":100e999999999}""", """{"a":1e1000000001}""")]
    [InlineData("""{"a":-0.12e+03}""", """{"a":-120}""")]
    [InlineData("""{"a":1e99999999999999999999}""", """{"a":10E+99999999999999999998}""")]
    [InlineData("""{"a":{"x":1,"y":{"p":[],"q":{}}}}""", """{"a":{"y":{"q":{},"p":[]},"x":1.0}}""")]
    public void The_same_value_written_otherwise_has_the_same_digest(string one, string other) =>
        Assert.Equal(Digest(one), Digest(other));

    [Theory]
    [InlineData("""{"a":1}""", """{"a":"1"}""")]
    [InlineData("""{"a":1}""", """{"a":1.0000000000000001}""")]
    [InlineData("""{"a":1}""", """{"a":-1}""")]
    [InlineData("""{"a":[1,2]}""", """{"a":[2,1]}""")]
    [InlineData("""{"a":[[1],2]}""", """{"a":[1,[2]]}""")]
    [InlineData("""{"a":"b\",\"c"}""", """{"a":"b","c":""}""")]
    [InlineData("""{"a":null}""", """{}""")]
    [InlineData("""{"a":{}}""", """{"a":[]}""")]
    [InlineData("""{"a":{"b":1,"c":2}}""", """{"a":{"b":2,"c":1}}""")]
    [InlineData("""{"a":{"b":{"c":1}}}""", """{"a":{"c":{"b":1}}}""")]
    [InlineData("""{"a":1e99999999999999999999}""", """{"a":1e99999999999999999998}""")]
    [InlineData("""{"a":12}""", """{"a":120}""")]
    [InlineData("""{"a":true}""", """{"a":"true"}""")]
    [InlineData("""{"a":[[],[]]}""", """{"a":[[[]]]}""")]
    public void Another_value_has_another_digest(string one, string other) =>
        Assert.NotEqual(Digest(one), Digest(other));

    [Fact]
    public void The_method_is_part_of_the_digest() =>
        Assert.NotEqual(CanonicalJson.Digest("a", "{}"u8.ToArray()), CanonicalJson.Digest("b", "{}"u8.ToArray()));

    private static UInt128 Digest(string json) => CanonicalJson.Digest("tools/call", Encoding.UTF8.GetBytes(json));
}
