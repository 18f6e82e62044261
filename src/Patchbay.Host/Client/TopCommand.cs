using System.CommandLine;
using Patchbay.Client;

namespace Patchbay.Host.Client;

/// <summary><c>top</c>: a live view of a server.</summary>
internal static class TopCommand
{
    private const double DefaultInterval = 2;

    public static Command Create(Option<bool> json)
    {
        var settings = new ClientSettings();
        var once = new Option<bool>("--once") { Description = "One view, then end." };
        var interval = new Option<double>("--interval") { Description = "Seconds between views, 0.5 to 60. Default: 2.", DefaultValueFactory = _ => DefaultInterval };
        var command = new Command(
            "top", "Watch a running server: connections, message rates, latency, limits, tools. Needs the scope diagnostics; Ctrl-C ends it. Without a terminal views follow each other; with --json each is one line. Exit codes as of call.")
        {
            once, interval,
        };
        settings.AddTo(command);
        command.SetAction((parsed, cancellationToken) => ClientCommands.RunAsync(
            parsed, settings, parsed.GetValue(json),
            (client, token) => WatchAsync(client, new TopScreen(Console.Out, parsed.GetValue(json), isTerminal: !Console.IsOutputRedirected && !parsed.GetValue(once)), parsed.GetValue(once), Interval(parsed.GetValue(interval)), token),
            cancellationToken));
        return command;
    }

    private static async Task<int> WatchAsync(McpClient client, TopScreen screen, bool once, TimeSpan interval, CancellationToken cancellationToken)
    {
        var watch = new TopWatch(client);
        using var timer = new PeriodicTimer(interval);
        try
        {
            await watch.BeginAsync(cancellationToken);
            do
                screen.Show(await watch.LookAsync(cancellationToken));
            while (!once && await timer.WaitForNextTickAsync(cancellationToken));
            return ExitCodes.Done;
        }
        catch (OperationCanceledException) when (!once)
        {
            // Ctrl-C is how it is ended.
            return ExitCodes.Done;
        }
        finally
        {
            screen.Leave();
        }
    }

    private static TimeSpan Interval(double seconds) =>
        seconds is >= 0.5 and <= 60 ? TimeSpan.FromSeconds(seconds) : throw new UsageException("--interval must be 0.5 to 60 seconds.");
}
