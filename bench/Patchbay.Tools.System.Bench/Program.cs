// What a sample of this machine costs: CPU time and allocated bytes per sample, and the memory of the history.
using System.Globalization;
using Patchbay.Tools.System;
using Patchbay.Tools.System.History;
using Patchbay.Tools.System.Sampling;

const int WarmUp = 20_000;
const int Samples = 10_000;

var before = GC.GetTotalMemory(forceFullCollection: true);
var store = new HistoryStore(100);
var history = GC.GetTotalMemory(forceFullCollection: true) - before;
GC.KeepAlive(store);

using var sources = SourceFactory.Create(new SystemOptions(), TimeProvider.System);
using var sampler = new Sampler(sources, TimeProvider.System);
for (var i = 0; i < WarmUp; i++)
    sampler.Sample();

var allocated = GC.GetTotalAllocatedBytes(precise: true);
var cpu = Environment.CpuUsage.TotalTime;
for (var i = 0; i < Samples; i++)
    sampler.Sample();
var microseconds = (Environment.CpuUsage.TotalTime - cpu).TotalMicroseconds / Samples;
var bytes = (GC.GetTotalAllocatedBytes(precise: true) - allocated) / (double)Samples;

Console.WriteLine("| figure | measured | at most |");
Console.WriteLine("| --- | --- | --- |");
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| CPU per sample | {microseconds:0.0} us | |"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| share of a core at 1 Hz | {microseconds / 1e6 * 100:0.0000} % | 0.1 % |"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| allocated per sample, whole process | {bytes:0.##} bytes | 0 |"));
Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"| history of 100 series | {history / 1048576.0:0.0} MiB | 16 MiB |"));
