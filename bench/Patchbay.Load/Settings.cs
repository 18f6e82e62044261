using System.Globalization;

namespace Patchbay.Load;

/// <summary>How long and how much.</summary>
/// <param name="Rounds">Rounds of each side; the table shows their median.</param>
/// <param name="RoundSeconds">Length of one.</param>
/// <param name="WarmUpSeconds">Load on each side that is not counted.</param>
/// <param name="Idle">Connections that do nothing.</param>
/// <param name="SettleSeconds">Quiet before memory is read.</param>
/// <param name="IdleSeconds">How long their CPU is measured.</param>
/// <param name="FloodSeconds">How long each flood lasts.</param>
/// <param name="Server">Path of <c>Patchbay.Host.dll</c>.</param>
internal sealed record Settings(
    int Rounds, double RoundSeconds, double WarmUpSeconds, int Idle, double SettleSeconds, double IdleSeconds, double FloodSeconds, string Server)
{
    /// <summary>What <c>bench/run</c> takes: about five minutes.</summary>
    public static Settings Read(IReadOnlyList<string> arguments)
    {
        var quick = arguments.Contains("--quick");
        return new Settings(
            (int)Number("--rounds", quick ? 1 : 5),
            Number("--seconds", quick ? 1 : 4),
            Number("--warm-up", quick ? 1 : 6),
            (int)Number("--idle", quick ? 200 : 10_000),
            Number("--settle", quick ? 1 : 15),
            Number("--idle-seconds", quick ? 2 : 60),
            Number("--flood-seconds", quick ? 1 : 10),
            Text("--server") ?? FindServer());

        double Number(string name, double otherwise) => Text(name) is { } text ? double.Parse(text, CultureInfo.InvariantCulture) : otherwise;

        string? Text(string name)
        {
            for (var i = 0; i < arguments.Count - 1; i++)
            {
                if (arguments[i] == name)
                    return arguments[i + 1];
            }

            return null;
        }
    }

    private static string FindServer()
    {
        var directory = new DirectoryInfo(AppContext.BaseDirectory);
        while (directory is not null && !File.Exists(Path.Combine(directory.FullName, "Patchbay.slnx")))
            directory = directory.Parent;
        return directory is null
            ? throw new FileNotFoundException("Name the server: --server path/to/Patchbay.Host.dll")
            : Path.Combine(directory.FullName, "src/Patchbay.Host/bin/Release/net10.0/Patchbay.Host.dll");
    }
}
