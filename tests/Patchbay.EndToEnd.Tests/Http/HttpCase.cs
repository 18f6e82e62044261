namespace Patchbay.EndToEnd.Tests.Http;

/// <summary>A request no client should send. <c>{authority}</c> stands for the server's host and port, <c>{key}</c> for a key that works.</summary>
/// <param name="Text">The request as it goes over the wire.</param>
/// <param name="Status">What it is answered with.</param>
/// <param name="Code">The error code of the body, or null when the web server itself refuses, without a body.</param>
/// <param name="Violation">The type of the violation, or null: what never became a request leaves none.</param>
internal sealed record HttpCase(string Text, int Status, string? Code = null, string? Violation = null)
{
    private const string Upgrade = "Connection: Upgrade\r\nUpgrade: websocket\r\n";
    private const string Key = "X-API-Key: {key}\r\n";
    private const string Version = "Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n";
    private const string BadVersion = "INVALID_PROTOCOL_VERSION";
    private const string BadKey = "INVALID_API_KEY";
    private const string Security = "SECURITY_VIOLATION";

    public static IReadOnlyDictionary<string, HttpCase> All { get; } = new Dictionary<string, HttpCase>
    {
        // Requests that two readers could understand differently (RFC 9112 §2.2, §5, §6).
        ["two lengths that differ"] = new(Post("Content-Length: 0\r\nContent-Length: 44\r\n"), 400),
        ["two lengths in one header"] = new(Post("Content-Length: 0, 44\r\n"), 400),
        ["a negative length"] = new(Post("Content-Length: -1\r\n"), 400),
        ["a length beyond 64 bits"] = new(Post("Content-Length: 99999999999999999999\r\n"), 400),
        ["a transfer coding nobody knows"] = new(Post("Transfer-Encoding: xchunked\r\n"), 400),
        ["chunked that is not the last coding"] = new(Post("Transfer-Encoding: chunked, identity\r\n"), 400),
        ["a folded header"] = new(Get("X-A: a\r\n b\r\n"), 400),
        ["a space before the colon"] = new(Get("X-A : a\r\n"), 400),
        ["a header that begins with a space"] = new(Get(" X-A: a\r\n"), 400),
        ["a header without a colon"] = new(Get("X-A\r\n"), 400),
        ["a header without a name"] = new(Get(": a\r\n"), 400),
        ["a bare line feed behind a header"] = new(Get("X-A: a\nX-B: b\r\n"), 400),
        ["a bare carriage return in a header"] = new(Get("X-A: a\rX-B: b\r\n"), 400),
        ["a NUL in a header"] = new(Get("X-A: a\0b\r\n"), 400),
        ["a NUL in a header's name"] = new(Get("X-\0: a\r\n"), 400),
        ["a NUL in the path"] = new(Line("GET /api/mcp/\0status HTTP/1.1", Key), 400),
        ["an escaped NUL in the path"] = new(Line("GET /api/mcp/%00status HTTP/1.1", Key), 400),
        ["a path that is no path"] = new(Line("GET api/mcp/status HTTP/1.1", Key), 400),
        ["two spaces before the path"] = new(Line("GET  /api/mcp/status HTTP/1.1", Key), 400),
        ["a version of HTTP that does not exist"] = new(Line("GET /api/mcp/status HTTP/9.9", Key), 505),
        ["no version of HTTP"] = new(Line("GET /api/mcp/status", Key), 400),
        ["a method with a control character"] = new(Line("G\u0001T /api/mcp/status HTTP/1.1", Key), 400),
        ["a TLS hello"] = new("\u0016\u0003\u0001\u0002\u0000\r\n\r\n", 400),
        ["no Host"] = new("GET /api/mcp/status HTTP/1.1\r\n" + Key + "\r\n", 400),
        ["two Hosts"] = new(Get("Host: evil.example\r\n"), 400),
        ["a Host with a user"] = new("GET /api/mcp/status HTTP/1.1\r\nHost: evil@127.0.0.1\r\n" + Key + "\r\n", 400),
        ["a target of another host"] = new(Line("GET http://evil.example/api/mcp/status HTTP/1.1", Key), 400),
        ["a header of 33 KiB"] = new(Get($"X-A: {new string('a', 33 * 1024)}\r\n"), 431),
        ["a hundred and fifty headers"] = new(Get(string.Concat(Enumerable.Range(0, 150).Select(i => $"X-{i}: a\r\n"))), 431),
        ["a key of 33 KiB"] = new(Line("GET /api/mcp/status HTTP/1.1", $"X-API-Key: {new string('k', 33 * 1024)}\r\n"), 431),
        ["a request line of 9 KiB"] = new(Line($"GET /api/mcp/status?{new string('q', 9 * 1024)} HTTP/1.1", Key), 414),
        ["a body over 1 MiB"] = new(Post("Content-Length: 1048577\r\n"), 413, "MESSAGE_TOO_LARGE"),

        // Hosts and origins.
        ["the Host of another"] = new(Host("evil.example"), 421, Security, "security_violation"),
        ["a Host that begins like ours"] = new(Host("127.0.0.1.evil.example"), 421, Security, "security_violation"),
        ["a Host that ends like ours"] = new(Host("evil-localhost"), 421, Security, "security_violation"),
        ["an empty Host"] = new(Host(""), 421, Security, "security_violation"),
        ["a Host that is an address of ours, but not named"] = new(Host("0.0.0.0"), 421, Security, "security_violation"),
        ["the Origin of another"] = new(Get("Origin: https://evil.example\r\n"), 403, Security, "security_violation"),
        ["the Origin null"] = new(Get("Origin: null\r\n"), 403, Security, "security_violation"),
        ["an empty Origin"] = new(Get("Origin: \r\n"), 403, Security, "security_violation"),
        ["our Origin by another scheme"] = new(Get("Origin: https://{authority}\r\n"), 403, Security, "security_violation"),
        ["our Origin on another port"] = new(Get("Origin: http://127.0.0.1:1\r\n"), 403, Security, "security_violation"),
        ["our Origin with a path"] = new(Get("Origin: http://{authority}/\r\n"), 403, Security, "security_violation"),
        ["our Origin and another"] = new(Get("Origin: http://{authority}\r\nOrigin: https://evil.example\r\n"), 403, Security, "security_violation"),
        ["our Origin and another in one header"] = new(Get("Origin: http://{authority} https://evil.example\r\n"), 403, Security, "security_violation"),
        ["another Origin on the way to a WebSocket"] = new(Handshake("Origin: https://evil.example\r\n" + Key), 403, Security, "security_violation"),

        // Handshakes that are none.
        ["version 12 of WebSocket"] = new(Line("GET /api/mcp/ws HTTP/1.1", Upgrade + Key + Version.Replace("13", "12", StringComparison.Ordinal)), 426, BadVersion),
        ["two versions of WebSocket"] = new(Handshake("Sec-WebSocket-Version: 8\r\n" + Key), 426, BadVersion),
        ["no version of WebSocket"] = new(Line("GET /api/mcp/ws HTTP/1.1", Upgrade + Key + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n"), 426, BadVersion),
        ["no upgrade"] = new(Line("GET /api/mcp/ws HTTP/1.1", Key + Version), 400, BadVersion),
        ["an upgrade to something else"] = new(Line("GET /api/mcp/ws HTTP/1.1", "Connection: Upgrade\r\nUpgrade: h2c\r\n" + Key + Version), 400, BadVersion),
        ["an upgrade nobody asks for"] = new(Line("GET /api/mcp/ws HTTP/1.1", "Connection: close\r\nUpgrade: websocket\r\n" + Key + Version), 400, BadVersion),
        ["a nonce of 15 bytes"] = new(Nonce("AAAAAAAAAAAAAAAAAAAA"), 400, BadVersion),
        ["a nonce that is not base64"] = new(Nonce("!!!!!!!!!!!!!!!!!!!!!!=="), 400, BadVersion),
        ["no nonce"] = new(Line("GET /api/mcp/ws HTTP/1.1", Upgrade + Key + "Sec-WebSocket-Version: 13\r\n"), 400, BadVersion),
        ["two nonces"] = new(Handshake("Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" + Key), 400, BadVersion),
        ["only unknown subprotocols"] = new(Handshake(Key + "Sec-WebSocket-Protocol: chat, soap\r\n"), 400, BadVersion),
        ["our subprotocol in capitals"] = new(Handshake(Key + "Sec-WebSocket-Protocol: MCP.V2\r\n"), 400, BadVersion),

        // Keys that are none, and keys where they do not belong.
        ["no key"] = new(Handshake(""), 401, BadKey, "invalid_api_key"),
        ["a key in the URL"] = new(Line("GET /api/mcp/ws?api_key={key}&key={key}&X-API-Key={key} HTTP/1.1", Upgrade + Version), 401, BadKey, "invalid_api_key"),
        ["a key as a ticket"] = new(Line("GET /api/mcp/ws?ticket={key} HTTP/1.1", Upgrade + Version), 401, BadKey, "invalid_api_key"),
        ["a key as a subprotocol"] = new(Handshake("Sec-WebSocket-Protocol: mcp.v2, ticket.{key}\r\n"), 401, BadKey, "invalid_api_key"),
        ["a key in a cookie"] = new(Handshake("Cookie: X-API-Key={key}\r\n"), 401, BadKey, "invalid_api_key"),
        ["a key by Basic"] = new(Handshake("Authorization: Basic {key}\r\n"), 401, BadKey, "invalid_api_key"),
        ["an empty key"] = new(Handshake("X-API-Key: \r\n"), 401, BadKey, "invalid_api_key"),
        ["a wrong key"] = new(Handshake("X-API-Key: {key}x\r\n"), 401, BadKey, "invalid_api_key"),
        ["a key in capitals"] = new(Handshake("X-API-Key: A-KEY-FOR-TESTS-0001\r\n"), 401, BadKey, "invalid_api_key"),
        ["the right key and a wrong one"] = new(Handshake(Key + "Authorization: Bearer wrong\r\n"), 401, BadKey, "invalid_api_key"),
        ["two keys in two headers of one name"] = new(Handshake(Key + "X-API-Key: wrong\r\n"), 401, BadKey, "invalid_api_key"),
        ["two keys in one header"] = new(Handshake("X-API-Key: {key}, {key}\r\n"), 401, BadKey, "invalid_api_key"),
        ["the right key and a ticket"] = new(Handshake(Key + "Sec-WebSocket-Protocol: mcp.v2, ticket.abc\r\n"), 401, BadKey, "invalid_api_key"),
        ["a key of the right form that nobody made"] = new(Handshake("X-API-Key: pb_AAAAAAAAAAAA_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\n"), 401, BadKey, "invalid_api_key"),
        ["a ticket where none counts"] = new(Line("GET /api/mcp/status?ticket=abc HTTP/1.1", ""), 401, BadKey, "invalid_api_key"),

        // Paths and methods.
        ["a path that does not exist"] = new(Line("GET /api/mcp/statusx HTTP/1.1", Key), 404, "NOT_FOUND"),
        ["a path above the root"] = new(Line("GET /../../etc/passwd HTTP/1.1", Key), 404, "NOT_FOUND"),
        ["an escaped path above the root"] = new(Line("GET /api/mcp/..%2f..%2f..%2fetc%2fpasswd HTTP/1.1", Key), 404, "NOT_FOUND"),
        ["a path with a forged log line"] = new(Line("GET /%0d%0awarn:%20forged%1b[31m HTTP/1.1", Key), 404, "NOT_FOUND"),
        ["a method that is not possible"] = new(Line("DELETE /api/mcp/status HTTP/1.1", Key), 405, "METHOD_NOT_FOUND"),
        ["TRACE"] = new(Line("TRACE /api/mcp/status HTTP/1.1", Key), 405, "METHOD_NOT_FOUND"),
        ["a POST to the WebSocket"] = new(Line("POST /api/mcp/ws HTTP/1.1", Upgrade + Key + Version), 405, "METHOD_NOT_FOUND"),
    };

    private static string Line(string line, string headers) => $"{line}\r\nHost: {{authority}}\r\n{headers}\r\n";

    private static string Get(string headers) => Line("GET /api/mcp/status HTTP/1.1", Key + headers);

    private static string Post(string headers) => Line("POST /api/mcp/tickets HTTP/1.1", Key + headers);

    private static string Host(string host) => $"GET /api/mcp/status HTTP/1.1\r\nHost: {host}\r\n{Key}\r\n";

    private static string Handshake(string headers) => Line("GET /api/mcp/ws HTTP/1.1", Upgrade + Version + headers);

    private static string Nonce(string nonce) => Line("GET /api/mcp/ws HTTP/1.1", Upgrade + Key + $"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {nonce}\r\n");
}
