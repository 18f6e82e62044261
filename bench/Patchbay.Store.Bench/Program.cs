using System.Diagnostics;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using Patchbay.Store;
using Patchbay.Store.Bench;
using Patchbay.Store.Memory;
using Patchbay.Store.Sqlite;

// One run, side by side: what a store carries at each durability, beside memory. `dotnet run -c Release --project bench/Patchbay.Store.Bench [seconds]`
var span = TimeSpan.FromSeconds(args is [var seconds] ? double.Parse(seconds, CultureInfo.InvariantCulture) : 5);
(string Name, Func<string, IStore> Open)[] stores =
[
    ("memory", _ => new MemoryStore(new StoreOptions(), TimeProvider.System)),
    ("balanced", directory => SqliteStore.Open(directory, new StoreOptions(), TimeProvider.System, NullLogger.Instance)),
    ("strict", directory => SqliteStore.Open(directory, new StoreOptions { Durability = Durability.Strict }, TimeProvider.System, NullLogger.Instance)),
];

Console.WriteLine("| load | durability | per second | beside memory | writes to a commit | CPU µs each | bytes allocated each | bytes written each |");
Console.WriteLine("| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |");
foreach (var load in Load.All)
{
    double memory = 0;
    foreach (var (name, open) in stores)
    {
        string directory = Directory.CreateTempSubdirectory("patchbay-bench-").FullName;
        try
        {
            var store = open(directory);
            await load.RunAsync(store, TimeSpan.FromSeconds(0.5));
            var before = store.Figures;
            long allocated = GC.GetTotalAllocatedBytes(precise: true);
            long written = WrittenBytes();
            var cpu = Environment.CpuUsage.TotalTime;
            var watch = Stopwatch.StartNew();
            long count = await load.RunAsync(store, span);
            double rate = count / watch.Elapsed.TotalSeconds;
            double microseconds = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / count;
            allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
            written = WrittenBytes() - written;
            var after = store.Figures;
            memory = name == "memory" ? rate : memory;
            double group = after.Commits == before.Commits ? 0 : (double)(after.Writes - before.Writes) / (after.Commits - before.Commits);
            Console.WriteLine($"| {load.Name} | {name} | {rate:N0} | {rate / memory:P1} | {(group == 0 ? "–" : group.ToString("N1", CultureInfo.InvariantCulture))} | {microseconds:N1} | {allocated / count:N0} | {written / count:N0} |");
            await store.DisposeAsync();
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }
}

Console.WriteLine();
Console.WriteLine("| durability | sessions of 10 messages | open and read, s | all resumed and replayed, s |");
Console.WriteLine("| --- | ---: | ---: | ---: |");
await Restart.RunAsync(Durability.Balanced);
await Restart.RunAsync(Durability.Strict);

// What the process has handed to write(2) and its kin; 0 where the system does not tell.
static long WrittenBytes() => OperatingSystem.IsLinux()
    ? long.Parse(File.ReadLines("/proc/self/io").First(line => line.StartsWith("wchar: ", StringComparison.Ordinal))["wchar: ".Length..], CultureInfo.InvariantCulture)
    : 0;
