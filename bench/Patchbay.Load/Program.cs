using System.Globalization;
using System.Runtime.InteropServices;
using Patchbay.Load;

// Patchbay beside a bare echo, in one run:
// `dotnet run -c Release --project bench/Patchbay.Load [--quick] [--only echo,resumable,idle,flood,away,comeback,client,telemetry,audio]`.
switch (args)
{
    case ["--echo"]:
        await EchoServer.RunAsync();
        return;
    case ["--hold", var url, var key, var count]:
        IdleHolder.Run(new Uri(url), key.Length == 0 ? null : key, int.Parse(count, CultureInfo.InvariantCulture));
        return;
    case ["--flood", var url, var key, var way]:
        Flooder.Run(new Uri(url), key, waits: way == "wait");
        return;
}

var settings = Settings.Read(args);
var summary = new Summary();
var only = Array.IndexOf(args, "--only") is var at and >= 0 ? args[at + 1].Split(',') : ["echo", "resumable", "idle", "flood", "away", "comeback", "client", "telemetry", "audio"];
Console.WriteLine("# Load\n");
Console.WriteLine($"{Environment.ProcessorCount} processors, .NET {Environment.Version}, {RuntimeInformation.OSDescription}, {settings.Rounds} rounds of {settings.RoundSeconds} s each; median (min–max).\n");
foreach (var (name, run) in new (string, Action<Settings, Summary>)[]
{
    ("echo", Throughput.BesideEcho), ("resumable", Throughput.Resumable), ("idle", Idle.Run), ("flood", Flood.Run), ("away", Away.Run), ("comeback", Comeback.Run),
    ("client", ClientCost.Run), ("telemetry", Telemetry.Run), ("audio", LiveAudio.Run),
})
{
    if (only.Contains(name))
        run(settings, summary);
}

summary.Print();
