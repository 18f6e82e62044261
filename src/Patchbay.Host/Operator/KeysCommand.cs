using System.CommandLine;
using System.Globalization;
using Patchbay.Server.Guard.Keys;
using Patchbay.Store.Keys;

namespace Patchbay.Host.Operator;

/// <summary><c>keys create|list|show|rotate|revoke</c>.</summary>
internal static class KeysCommand
{
    public static Command Create(Func<ParseResult, OperatorContext> context) => new("keys", "API keys.")
    {
        CreateKey(context), List(context), Show(context), Rotate(context), Revoke(context),
    };

    private static Command CreateKey(Func<ParseResult, OperatorContext> context)
    {
        var name = new Option<string>("--name") { Description = "What it is for, 1 to 128 characters.", Required = true };
        var scopes = new Option<string?>("--scopes") { Description = "Scopes, separated by commas: tools:call:<glob>, diagnostics, metrics, audio, workflow, models, admin. Default: tools:call:*." };
        var expires = new Option<string?>("--expires-in") { Description = "How long it works, for example 30s, 12h, 90d. Default: for ever." };
        var limit = new Option<int?>("--limit") { Description = "Messages a minute of its own. Default: the server's." };
        var origins = new Option<string?>("--origins") { Description = "Origins it may be used from, separated by commas. Default: any." };
        var addresses = new Option<string?>("--addresses") { Description = "Addresses and networks it may be used from, separated by commas. Default: any." };
        var command = new Command("create", "Make a key. It is shown once.") { name, scopes, expires, limit, origins, addresses };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            TimeSpan? life = null;
            if (parsed.GetValue(expires) is { } text && (life = Duration(text)) is null)
                return OperatorContext.Fail($"--expires-in {text} is no duration such as 30s, 15m, 12h or 90d.");
            using var work = context(parsed);
            var outcome = await work.Keys.CreateAsync(
                new KeyRequest(
                    parsed.GetValue(name)!, Split(parsed.GetValue(scopes)), life, parsed.GetValue(limit), Split(parsed.GetValue(origins)), Split(parsed.GetValue(addresses))),
                cancellationToken);
            return await FinishAsync(work, outcome, "keys_create");
        });
        return command;
    }

    private static Command List(Func<ParseResult, OperatorContext> context)
    {
        var command = new Command("list", "List the keys.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var work = context(parsed);
            var records = await work.Keys.ListAsync(cancellationToken);
            work.Print(records.Select(View), () =>
            {
                foreach (var record in records)
                    Console.WriteLine($"{record.Id}  {State(record),-8}  {string.Join(',', record.Scopes),-24}  {record.Name}");
            });
            return 0;
        });
        return command;
    }

    private static Command Show(Func<ParseResult, OperatorContext> context) => OfId("show", "Show a key.", context, async (work, id, cancellationToken) =>
    {
        if (await work.Keys.ShowAsync(id, cancellationToken) is not { } record)
            return OperatorContext.Fail($"There is no key {id}.");
        work.Print(View(record), () => Console.WriteLine(
            $"{record.Id}  {record.Name}\n  state    {State(record)}\n  scopes   {string.Join(", ", record.Scopes)}\n  created  {Time(record.CreatedAt)}\n"
            + $"  expires  {Time(record.ExpiresAt) ?? "never"}\n  used     {Time(record.LastUsedAt) ?? "never"}\n  limit    {record.MessagesPerMinute?.ToString(CultureInfo.InvariantCulture) ?? "the server's"}"));
        return 0;
    });

    private static Command Rotate(Func<ParseResult, OperatorContext> context) =>
        OfId("rotate", "Give a key a new secret; the former one works for another 24 hours.", context, async (work, id, cancellationToken) =>
            await FinishAsync(work, await work.Keys.RotateAsync(id, KeyCommands.DefaultOverlap, cancellationToken), "keys_rotate"));

    private static Command Revoke(Func<ParseResult, OperatorContext> context) =>
        OfId("revoke", "End a key for good; its connections are closed within five seconds.", context, async (work, id, cancellationToken) =>
            await FinishAsync(work, await work.Keys.RevokeAsync(id, cancellationToken), "keys_revoke"));

    private static Command OfId(string name, string description, Func<ParseResult, OperatorContext> context, Func<OperatorContext, string, CancellationToken, Task<int>> run)
    {
        var id = new Argument<string>("ID") { Description = "The key's id." };
        var command = new Command(name, description) { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var work = context(parsed);
            return await run(work, parsed.GetValue(id)!, cancellationToken);
        });
        return command;
    }

    private static async Task<int> FinishAsync(OperatorContext work, KeyOutcome outcome, string action)
    {
        if (outcome.Fault is { } fault || outcome.Record is not { } record)
            return OperatorContext.Fail(outcome.Fault ?? "There is no such key.");
        await work.AuditAsync(action, record.Id);
        if (outcome.Text is { } text)
            work.Print(new { id = record.Id, key = text }, () => Console.WriteLine($"id:  {record.Id}\nkey: {text}\nIt is shown this once."));
        else
            work.Print(View(record), () => Console.WriteLine($"{record.Id} is {State(record)}."));
        return 0;
    }

    private static object View(KeyRecord record) => new
    {
        record.Id,
        record.Name,
        State = State(record),
        record.Scopes,
        CreatedAt = Time(record.CreatedAt),
        ExpiresAt = Time(record.ExpiresAt),
        RevokedAt = Time(record.RevokedAt),
        LastUsedAt = Time(record.LastUsedAt),
        record.MessagesPerMinute,
        record.AllowedOrigins,
        record.AllowedAddresses,
    };

    private static string State(KeyRecord record) =>
        record.RevokedAt is not null ? "revoked" : record.ExpiresAt <= TimeProvider.System.GetUtcNow() ? "expired" : "live";

    private static string? Time(DateTimeOffset? time) => time?.ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);

    private static string[]? Split(string? list) => list?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static TimeSpan? Duration(string text)
    {
        // A hundred years are for ever enough, in whatever unit.
        const double MostSeconds = 100.0 * 365 * 86_400;
        var unit = text.Length < 2 ? 0 : text[^1] switch { 's' => 1, 'm' => 60, 'h' => 3_600, 'd' => 86_400, _ => 0 };
        return unit > 0 && double.TryParse(text[..^1], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count) && count > 0 && count * unit <= MostSeconds
            ? TimeSpan.FromSeconds(count * unit)
            : null;
    }
}
