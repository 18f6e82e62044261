using System.Text;

namespace Patchbay.Protocol.Tests.Fuzzing;

/// <summary>Makes messages by the grammar of the contract, mostly right ones, and spoils them: the same seed gives the same messages.</summary>
internal sealed class MessageGrammar(int seed)
{
    private static readonly string[] Names =
    [
        "protocol_version", "message_type", "message_id", "id", "method", "params", "context", "ack", "seq", "request_id", "result", "metrics", "event_type",
        "data", "source", "error_code", "error_message", "details", "level", "component", "message", "client_id", "uptime", "jsonrpc", "traceparent", "Method", "",
    ];

    private static readonly string[] Scalars =
    [
        "0", "-0", "1", "1.0", "1e2", "1E+999", "-1", "0.1e-400", "9007199254740991", "9007199254740992", "18446744073709551616", "01", "+1", ".5", "1.", "0x1", "NaN",
        "Infinity", "true", "false", "null", "True", "nul", "\"\"", "\"2.0\"", "\"2\"", "\"request\"", "\"event\"", "\"heartbeat\"", "\"ack\"", "\"req-1\"", "\"hb-1\"",
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"\\ud83d\\ude00\"", "\"😀\"", "\"\\u0000\"", "\"\\u0032.0\"", "\"\\x\"", "\"\u0001\"", "\"\u0085\"", "\"a\\nb\"", "'a'",
        "123456789012345678901234567890123456789012345678901234567890123", "1234567890123456789012345678901234567890123456789012345678901234",
        "12345678901234567890123456789012345678901234567890123456789012345", "0.00000000000000000000000000000000000000000000000000000000000000001",
    ];

    private static readonly string[] Snippets =
    [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "\\u", "\\u0061", "\\/", " ", "\t", "\n", "\r", "\v", "\u00a0", "\ufeff", "\u2028", "\0", "//", "/**/", "{}", "[]", "null", ",,", "\"a\":1,",
        "\"method\":\"x\",", "\"m\\u0065thod\":\"x\",", "\"jsonrpc\":\"2.0\",", "\"ack\":1,", "é", "😀", "\u007f",
    ];

    private readonly Random _random = new(seed);

    /// <summary>The next text; valid UTF-8.</summary>
    public byte[] Next()
    {
        var text = new StringBuilder(Text());
        // Half of the messages stay nearly right: those are the ones that may be accepted wrongly.
        for (var spoils = _random.Next(2) == 0 ? _random.Next(2) : _random.Next(6); spoils > 0 && text.Length > 0; spoils--)
            Spoil(text);
        return Encoding.UTF8.GetBytes(Repair(text));
    }

    private string Text() => _random.Next(12) switch
    {
        0 => $"[{string.Join(',', Enumerable.Range(0, Count()).Select(_ => Message()))}]",
        1 => Deep(),
        2 => $"{Space()}{Message()}{Space()}",
        _ => Message(),
    };

    private int Count() => _random.Next(8) == 0 ? 62 + _random.Next(5) : _random.Next(5);

    private string Deep()
    {
        var depth = 28 + _random.Next(8);
        return $$$"""{"id":"a","method":"m","params":{"a":{{{new string('[', depth - 2)}}}{{{new string(']', depth - 2)}}} } }""";
    }

    private string Message() => _random.Next(7) switch
    {
        0 => Object(("id", Id("")), ("method", Name()), ("params", Value(true)), ("context", Context())),
        1 => Envelope("request", "req-", ("method", Name()), ("params", Value(true)), ("context", Context())),
        2 => Envelope("event", "evt-", ("event_type", _random.Next(2) == 0 ? "\"ack\"" : Name()), ("data", _random.Next(2) == 0 ? $$"""{"seq":{{Scalar()}}}""" : Value(true)), ("source", Name())),
        3 => Envelope("error", "err-", ("error_code", Name()), ("error_message", LongText()), ("details", Value(true)), ("request_id", _random.Next(2) == 0 ? "null" : Name())),
        4 => Envelope("diagnostic", "diag-", ("level", Level()), ("component", Name()), ("message", LongText()), ("details", Value(true)), ("metrics", Value(true))),
        5 => Envelope("heartbeat", "hb-", ("client_id", Name()), ("uptime", _random.Next(3) == 0 ? Scalar() : "12.5"), ("metrics", Value(true))),
        _ => Object([.. Enumerable.Range(0, _random.Next(6)).Select(_ => (Pick(Names), Scalar()))]),
    };

    private string Envelope(string type, string prefix, params (string, string)[] fields) => Object(
        [("protocol_version", Mostly("\"2.0\"")), ("message_type", Mostly($"\"{type}\"")), ("message_id", Id(prefix)), .. fields, .. Ack()]);

    private (string, string)[] Ack() => _random.Next(4) == 0 ? [("ack", Scalar())] : [];

    // Each field is now and then left out, given twice, or changed in its spelling; the order is free.
    private string Object(params (string Name, string Value)[] fields)
    {
        var members = new List<string>();
        foreach (var (name, value) in fields)
        {
            for (var times = _random.Next(40) switch { 0 => 0, 1 => 2, _ => 1 }; times > 0; times--)
                members.Insert(_random.Next(members.Count + 1), $"{Space()}\"{Spell(name)}\"{Space()}:{Space()}{value}");
        }

        return $"{{{string.Join(',', members)}}}";
    }

    private string Spell(string name) => name.Length == 0 ? name : _random.Next(40) switch
    {
        0 => $"\\u{(int)name[0]:x4}{name[1..]}",
        1 => name.ToUpperInvariant(),
        _ => name,
    };

    private string Context() => _random.Next(3) == 0
        ? Object(("traceparent", Mostly("\"00-a-b-01\"")), ("deadline_ms", _random.Next(3) == 0 ? Scalar() : _random.Next(400_000).ToString()), ("idempotency_key", Name()), ("other", Value(false)))
        : "{}";

    private string Id(string prefix) => _random.Next(12) switch
    {
        0 => Scalar(),
        1 => $"\"{prefix}{new string('a', 56 + _random.Next(10))}\"",
        2 => $"\"{prefix}{_random.Next(100)}\\n\"",
        3 => $"\"{prefix}-x\"",
        4 => $"\"{Pick(["req-", "resp-", "evt-", "err-", "diag-", "hb-", "Req-"])}{_random.Next(100)}\"",
        _ => $"\"{prefix}{_random.Next(100_000)}.:_-Z\"",
    };

    private string Name() => _random.Next(14) switch
    {
        0 => Scalar(),
        1 => $"\"{new string('n', 125 + _random.Next(6))}\"",
        2 => $"\"{string.Concat(Enumerable.Repeat("😀", 62 + _random.Next(4)))}\"",
        3 => $"\"a{Pick(["\\u0000", "\\u001f", "\\u007f", "\\u009f", "\\u00a0", "\u0080", "\\t"])}\"",
        _ => Pick(["\"ping\"", "\"tools/call\"", "\"tools\\/call\"", "\"ä\"", "\"x y\""]),
    };

    private string LongText() => _random.Next(6) == 0 ? $"\"{new string('t', 2046 + _random.Next(5))}\"" : Name();

    private string Level() => _random.Next(6) == 0 ? Scalar() : Pick(["\"debug\"", "\"info\"", "\"warning\"", "\"error\"", "\"critical\"", "\"Info\"", "\"fatal\""]);

    private string Value(bool mostlyObject) => _random.Next(mostlyObject ? 12 : 4) switch
    {
        0 => Scalar(),
        1 => $"[{string.Join(',', Enumerable.Range(0, _random.Next(4)).Select(_ => Scalar()))}]",
        _ => Object(("a", Scalar()), ("b", _random.Next(3) == 0 ? Value(false) : "{}")),
    };

    private string Mostly(string value) => _random.Next(25) == 0 ? Scalar() : value;

    // One in three is a scalar that spoils the text by itself: most texts must stay readable.
    private string Scalar() => _random.Next(3) == 0 ? Pick(Scalars) : Pick(["0", "1", "-1", "true", "null", "\"s\"", "1.5", "300000", "300001"]);

    private string Space() => _random.Next(8) == 0 ? Pick([" ", "\n", "\t", "\r\n"]) : "";

    private void Spoil(StringBuilder text)
    {
        var at = _random.Next(text.Length);
        switch (_random.Next(6))
        {
            case 0:
                text.Remove(at, Math.Min(1 + _random.Next(8), text.Length - at));
                break;
            case 1:
                text.Insert(at, text.ToString(at, Math.Min(1 + _random.Next(30), text.Length - at)));
                break;
            case 2:
                text.Insert(at, Pick(Snippets));
                break;
            case 3:
                text[at] = (char)_random.Next(0x20, 0x7f);
                break;
            case 4:
                text.Length = at;
                break;
            default:
                text.Insert(_random.Next(2) == 0 ? 0 : text.Length, Pick(Snippets));
                break;
        }
    }

    // A pair of surrogates that was torn apart cannot be written as UTF-8; the reader is never given such a text.
    private static string Repair(StringBuilder text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (char.IsHighSurrogate(text[i]) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                i++;
            else if (char.IsSurrogate(text[i]))
                text[i] = '?';
        }

        return text.ToString();
    }

    private string Pick(string[] from) => from[_random.Next(from.Length)];
}
