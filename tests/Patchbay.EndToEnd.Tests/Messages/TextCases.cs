namespace Patchbay.EndToEnd.Tests.Messages;

/// <summary>Texts that are refused as a whole (protocol section 4, row "not JSON"): one answer, its request_id null.</summary>
internal static class TextCases
{
    private const string Format = "INVALID_MESSAGE_FORMAT";

    public static IReadOnlyDictionary<string, MessageCase> All { get; } = new Dictionary<string, MessageCase>
    {
        ["the same member twice"] = Whole("""{"id":"a","method":"ping","method":"tools/list"}"""),
        ["the same member twice, once escaped"] = Whole("""{"id":"a","method":"ping","\u006dethod":"tools/list"}"""),
        ["the same member twice in params"] = Whole("""{"id":"a","method":"ping","params":{"x":1,"x":2}}"""),
        ["the same member twice in an array of objects"] = Whole("""{"id":"a","method":"ping","params":{"x":[{"y":1},{"y":1,"\u0079":2}]}}"""),
        ["the same member as a character and as a surrogate pair"] = Whole("{\"id\":\"a\",\"method\":\"ping\",\"params\":{\"\U0001F600\":1,\"\\uD83D\\ude00\":2}}"),
        ["an empty member name twice"] = Whole("""{"id":"a","method":"ping","params":{"":1,"":2}}"""),
        ["a proto member twice"] = Whole("""{"id":"a","method":"ping","params":{"__proto__":{},"__proto__":{}}}"""),
        ["two versions"] = Whole("""{"protocol_version":"2.0","protocol_version":"2.0","message_type":"request","message_id":"req-1","method":"ping"}"""),
        ["a number of a million digits"] = Whole(Param(new string('9', 1_000_000))),
        ["a fraction of a million digits"] = Whole(Param("0." + new string('3', 1_000_000))),
        ["an exponent of a thousand digits"] = Whole(Param("1e" + new string('9', 1_000))),
        ["a number of 65 characters"] = Whole(Param(new string('1', 65))),
        ["nesting of 33"] = Whole(Param(new string('[', 31) + new string(']', 31))),
        ["nesting of a hundred thousand arrays"] = Whole(Param(new string('[', 100_000) + new string(']', 100_000))),
        ["nesting of a hundred thousand objects"] = Whole(Param(Repeat("{\"a\":", 100_000) + "1" + new string('}', 100_000))),
        ["a hundred thousand brackets that never close"] = Whole(new string('[', 100_000)),
        ["10,001 members"] = Whole(Param("[" + Repeat("1,", 9_997) + "1]")),
        ["200,000 elements"] = Whole(Param("[" + Repeat("1,", 199_999) + "1]")),
        ["200,000 members"] = Whole(Param("{" + string.Join(',', Enumerable.Range(0, 200_000).Select(i => $"\"{i}\":1")) + "}")),
        ["200,000 empty objects as a batch"] = Whole("[" + Repeat("{},", 199_999) + "{}]"),
        ["a lone high surrogate"] = Whole(Param("\"\\ud800\"")),
        ["a lone low surrogate"] = Whole(Param("\"\\uDC00\"")),
        ["a reversed pair of surrogates"] = Whole(Param("\"\\udc00\\ud800\"")),
        ["two high surrogates before a low one"] = Whole(Param("\"\\ud800\\ud800\\udc00\"")),
        ["a high surrogate before a letter"] = Whole(Param("\"\\ud800x\\udc00\"")),
        ["a lone surrogate in a member name"] = Whole("""{"id":"a","method":"ping","params":{"\uDfff":1}}"""),
        ["a lone surrogate in the method"] = Whole("""{"id":"a","method":"ping\ud800"}"""),
        ["a byte order mark"] = Whole("\uFEFF{\"id\":\"a\",\"method\":\"ping\"}"),
        ["two documents"] = Whole("""{"id":"a","method":"ping"}{"id":"b","method":"ping"}"""),
        ["two documents on two lines"] = Whole("{\"id\":\"a\",\"method\":\"ping\"}\n{\"id\":\"b\",\"method\":\"ping\"}"),
        ["an empty text"] = Whole(""),
        ["white space"] = Whole(" \t\r\n"),
        ["a number"] = Whole("1"),
        ["a string"] = Whole("\"ping\""),
        ["null"] = Whole("null"),
        ["true"] = Whole("true"),
        ["an empty batch"] = Whole("[]"),
        ["a batch of 65"] = Whole("[" + string.Join(',', Enumerable.Range(0, 65).Select(i => $"{{\"id\":\"b{i}\",\"method\":\"ping\"}}")) + "]"),
        ["a comma behind the last member"] = Whole("""{"id":"a","method":"ping",}"""),
        ["a line comment"] = Whole("{\"id\":\"a\",\"method\":\"ping\"}//"),
        ["a block comment"] = Whole("""{"id":"a",/**/"method":"ping"}"""),
        ["single quotes"] = Whole("{'id':'a','method':'ping'}"),
        ["names without quotes"] = Whole("{id:\"a\",method:\"ping\"}"),
        ["NaN"] = Whole(Param("NaN")),
        ["Infinity"] = Whole(Param("-Infinity")),
        ["a leading zero"] = Whole(Param("007")),
        ["a plus sign"] = Whole(Param("+1")),
        ["a hexadecimal number"] = Whole(Param("0x10")),
        ["a fraction without digits"] = Whole(Param("1.")),
        ["a line end inside a string"] = Whole(Param("\"a\nb\"")),
        ["a NUL inside a string"] = Whole(Param("\"a\0b\"")),
        ["a NUL behind the text"] = Whole("{\"id\":\"a\",\"method\":\"ping\"}\0"),
        ["an escape that is none"] = Whole(Param("\"\\x41\"")),
        ["an unfinished escape"] = Whole(Param("\"\\u12\"")),
        ["a no-break space between tokens"] = Whole("{\u00A0\"id\":\"a\",\"method\":\"ping\"}"),
        ["a text cut in the middle"] = Whole("""{"id":"a","method":"pi"""),
        ["a forged log line instead of JSON"] = Whole("\r\n\u001b[31mwarn: Patchbay.Server.Engine[2001] all is well"),
    };

    private static MessageCase Whole(string text) => new(text, Format);

    private static string Param(string value) => $$$"""{"id":"a","method":"ping","params":{"x":{{{value}}}}}""";

    private static string Repeat(string text, int times) => string.Concat(Enumerable.Repeat(text, times));
}
