using System.CommandLine;

namespace Patchbay.Host.Operator;

/// <summary><c>penalties list|clear</c>.</summary>
internal static class PenaltiesCommand
{
    public static Command Create(Func<ParseResult, OperatorContext> context) => new("penalties", "Penalties of keys that sent beyond their limit.") { List(context), Clear(context) };

    private static Command List(Func<ParseResult, OperatorContext> context)
    {
        var command = new Command("list", "List the keys with a penalty.");
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var work = context(parsed);
            var entries = await work.Penalties.ListAsync(cancellationToken);
            work.Print(entries, () =>
            {
                if (entries.Count == 0)
                    Console.WriteLine("No key has a penalty.");
                foreach (var entry in entries)
                    Console.WriteLine($"{entry.KeyId}  level {entry.Level}  {(entry.BlockedUntil is { } until ? $"blocked until {until:yyyy-MM-dd'T'HH:mm:ss'Z'}" : "not blocked")}");
            });
            return 0;
        });
        return command;
    }

    private static Command Clear(Func<ParseResult, OperatorContext> context)
    {
        var id = new Argument<string>("ID") { Description = "The key's id." };
        var command = new Command("clear", "Clear the penalty of a key.") { id };
        command.SetAction(async (parsed, cancellationToken) =>
        {
            using var work = context(parsed);
            var keyId = parsed.GetValue(id)!;
            var had = await work.Penalties.ClearAsync(keyId, cancellationToken);
            await work.AuditAsync("penalties_clear", keyId);
            work.Print(new { id = keyId, cleared = had }, () => Console.WriteLine(had ? $"The penalty of {keyId} is cleared." : $"{keyId} had no stored penalty."));
            return 0;
        });
        return command;
    }
}
