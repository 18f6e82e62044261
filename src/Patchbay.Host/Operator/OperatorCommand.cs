using System.CommandLine;
using System.Data.Common;
using Microsoft.Extensions.Options;
using Patchbay.Host.Client;
using Patchbay.Server.Guard.Audit;
using Patchbay.Store;

namespace Patchbay.Host.Operator;

/// <summary>Every command but the server itself. The operator's work on the data directory, also beside a running server, which obeys within five seconds.</summary>
internal static class OperatorCommand
{
    private static readonly string[] Names = ["keys", "penalties", "audit", "workflow", .. ClientCommands.Names, "--help", "-h", "-?", "--version"];

    // Longer than a client closes (twice its CloseTimeout of 2 s: the socket, then the callbacks), so that a command that was told to end says itself how it ended.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Whether the command line is one of these and not the server's.</summary>
    public static bool Knows(string[] args) => args.Length > 0 && Names.Contains(args[0]);

    /// <returns>0 when it was done, 1 when not, 2 when the audit log is not intact or rows of an import were refused; of the client's commands see <see cref="ExitCodes"/>.</returns>
    public static async Task<int> RunAsync(string[] args)
    {
        var directory = new Option<string?>("--data-directory") { Description = "The server's data directory, for keys, penalties and audit. Default: Patchbay__DataDirectory, else 'data'.", Recursive = true };
        var config = new Option<string?>("--config") { Description = "The server's settings file. Default: PATCHBAY_CONFIG, else none.", Recursive = true };
        var json = new Option<bool>("--json") { Description = "Print JSON, for scripts.", Recursive = true };
        var root = new RootCommand("Patchbay. Without a command it runs the server: patchbay [--urls http://127.0.0.1:8000]") { directory, config, json };
        OperatorContext Context(ParseResult parsed) => new(parsed.GetValue(directory), parsed.GetValue(config), parsed.GetValue(json));
        root.Add(KeysCommand.Create(Context));
        root.Add(PenaltiesCommand.Create(Context));
        root.Add(AuditCommand(Context));
        root.Add(WorkflowCommand.Create(Context));
        ClientCommands.AddTo(root, json);
        try
        {
            // `@FILE` is an argument of call's own.
            var parsed = root.Parse(args, new ParserConfiguration { ResponseFileTokenReplacer = null });
            if (parsed.Errors.Count > 0 && ClientCommands.Names.Contains(args[0]))
                return await ClientCommands.FailAsync(string.Join(" ", parsed.Errors.Select(error => error.Message)), ExitCodes.Usage);
            return await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = Patience });
        }
        catch (OptionsValidationException fault)
        {
            await Console.Error.WriteLineAsync($"patchbay: {string.Join(" ", fault.Failures)}");
            return 1;
        }
        catch (Exception fault) when (fault is StoreException or DbException or IOException or InvalidDataException or UnauthorizedAccessException)
        {
            await Console.Error.WriteLineAsync($"patchbay: {fault.Message}");
            return 1;
        }
    }

    private static Command AuditCommand(Func<ParseResult, OperatorContext> context)
    {
        var verify = new Command("verify", "Look whether the audit log is as it was written: nothing changed, taken away or put in.");
        verify.SetAction(async (parsed, cancellationToken) =>
        {
            using var work = context(parsed);
            var report = await AuditVerifier.VerifyAsync(work.Directory, TimeProvider.System, cancellationToken);
            work.Print(report, () =>
            {
                Console.WriteLine(report.Intact
                    ? $"The audit log is intact: {report.Records} records, {report.FirstSequence} to {report.LastSequence}."
                    : $"The audit log is not as it was written: {report.Faults.Count} faults.");
                foreach (var fault in report.Faults)
                    Console.WriteLine($"{fault.File}:{fault.Line}: {fault.Problem}");
            });
            return report.Intact ? 0 : 2;
        });
        return new Command("audit", "The audit log.") { verify };
    }
}
