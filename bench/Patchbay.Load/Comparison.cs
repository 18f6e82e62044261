namespace Patchbay.Load;

/// <summary>Drives several targets in turn with the same client code, A B A B, so that a change of the machine's mood meets all of them.</summary>
internal static class Comparison
{
    public const int Connections = 32;

    /// <summary>Measures and prints one table.</summary>
    /// <returns>The rounds of each driver.</returns>
    public static IReadOnlyList<Round[]> Run(IReadOnlyList<Driver> drivers, int inFlight, Settings settings)
    {
        foreach (var driver in drivers)
            driver.Run(inFlight, TimeSpan.FromSeconds(settings.WarmUpSeconds));
        var rounds = drivers.Select(_ => new Round[settings.Rounds]).ToArray();
        for (var round = 0; round < settings.Rounds; round++)
        {
            for (var i = 0; i < drivers.Count; i++)
                rounds[i][round] = drivers[i].Run(inFlight, TimeSpan.FromSeconds(settings.RoundSeconds));
        }

        Console.WriteLine("| server | CPU µs per message | messages per second | p50 µs | p99 µs | p99.9 µs | resident MiB |");
        Console.WriteLine("| --- | ---: | ---: | ---: | ---: | ---: | ---: |");
        for (var i = 0; i < drivers.Count; i++)
            Console.WriteLine(Row(drivers[i].Target.Name, rounds[i]));
        Console.WriteLine();
        return rounds;
    }

    /// <summary>A figure of one side as a ratio to another's in the same round.</summary>
    public static Spread Ratio(Round[] side, Round[] other, Func<Round, double> figure) =>
        Spread.Of(side.Zip(other, (a, b) => figure(a) / figure(b)));

    private static string Row(string name, Round[] rounds) => string.Join(
        " | ",
        $"| {name}",
        Spread.Of(rounds.Select(round => round.CpuMicroseconds)).Text("0.00"),
        Spread.Of(rounds.Select(round => round.PerSecond)).Text("N0"),
        Spread.Of(rounds.Select(round => round.Latencies.Percentile(0.5))).Text("N0"),
        Spread.Of(rounds.Select(round => round.Latencies.Percentile(0.99))).Text("N0"),
        Spread.Of(rounds.Select(round => round.Latencies.Percentile(0.999))).Text("N0"),
        Spread.Of(rounds.Select(round => (double)round.ResidentBytes)).Text("N0", 1048576) + " |");
}
