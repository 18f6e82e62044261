using System.Text;
using Patchbay.Store.Executions;
using Patchbay.Store.Sessions;

namespace Patchbay.Store.Tests;

/// <summary>Values to write.</summary>
internal static class Samples
{
    public static SessionRecord Session(string id, long epoch = 1) => new()
    {
        Id = id,
        ClientId = "client-" + id,
        KeyId = "key1",
        Epoch = epoch,
        Tokens = new SessionTokens(Hash(1)),
        Subscriptions = Utf8("[\"status_update\"]"),
    };

    public static byte[] Hash(byte fill) => [.. Enumerable.Repeat(fill, 32)];

    public static byte[] Utf8(string text) => Encoding.UTF8.GetBytes(text);

    public static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    public static ExecutionStart Start(string session, string request, ulong digest = 7, bool repeatable = false, string? idempotencyKey = null) => new()
    {
        Key = idempotencyKey is null
            ? new ExecutionKey(ExecutionScope.Session, session, request)
            : new ExecutionKey(ExecutionScope.ApiKey, "key1", idempotencyKey),
        Digest = new UInt128(ulong.MaxValue, digest),
        KeyId = "key1",
        Method = "tools/call",
        Tool = "debug/append",
        Repeatable = repeatable,
        Params = Utf8("{\"name\":\"debug/append\"}"),
        Waiter = new ExecutionWaiter(session, request, Compact: false),
    };

    public static ExecutionAnswer Answer(string json) => new(IsError: false, Utf8(json));

    /// <summary>Asserts that a write was committed.</summary>
    public static async Task Committed(CommitTicket ticket) => Assert.Equal(StoreFault.None, await FaultAsync(ticket));

    /// <summary>What a write came to.</summary>
    public static Task<StoreFault> FaultAsync(CommitTicket ticket) => ticket.WaitAsync().AsTask().WaitAsync(Patience);

    /// <summary>The longest a test waits for anything.</summary>
    public static TimeSpan Patience { get; } = TimeSpan.FromSeconds(30);
}
