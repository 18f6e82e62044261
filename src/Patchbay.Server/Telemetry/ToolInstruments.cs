using System.Diagnostics.Metrics;
using Patchbay.Server.Diagnostics;

namespace Patchbay.Server.Telemetry;

/// <summary>What each tool has done, asked at collection. Names come from the catalogue: a call of anything else has no tool to be counted for.</summary>
internal static class ToolInstruments
{
    public static void Add(Meter meter, Statistics server)
    {
        meter.CreateObservableCounter("patchbay.tool.calls", () => Each(server, tool => tool.Calls), "{call}", "Calls answered, by tool.");
        meter.CreateObservableCounter("patchbay.tool.errors", () => Errors(server), "{call}", "Calls answered with an error, by tool and code.");
        meter.CreateObservableCounter("patchbay.tool.executions", () => Each(server, tool => tool.Executions), "{execution}", "Executions that ended; a call answered from a record has none.");
        meter.CreateObservableCounter("patchbay.tool.execution.time", () => Each(server, tool => tool.ExecutionTime.TotalSeconds), "s", "Time tools have run.");
        meter.CreateObservableCounter("patchbay.tool.cpu.time", () => Known(server, tool => tool.CpuMilliseconds / 1e3), "s", "CPU time of tools; executions that were not measured are taken for the mean.");
        meter.CreateObservableCounter("patchbay.tool.allocated", () => Known(server, tool => tool.AllocatedBytes), "By", "Managed bytes allocated by tools; executions that were not measured are taken for the mean.");
    }

    private static IEnumerable<Measurement<T>> Each<T>(Statistics server, Func<ToolStatistics, T> figure)
        where T : struct =>
        server.Tools.Select(tool => new Measurement<T>(figure(tool.Value), Name(tool.Key)));

    private static IEnumerable<Measurement<double>> Known(Statistics server, Func<ToolStatistics, double?> figure) =>
        from tool in server.Tools
        let value = figure(tool.Value)
        where value is not null
        select new Measurement<double>(value.Value, Name(tool.Key));

    private static IEnumerable<Measurement<long>> Errors(Statistics server) =>
        from tool in server.Tools
        from error in tool.Value.ErrorCodes
        select new Measurement<long>(error.Value, Name(tool.Key), new KeyValuePair<string, object?>(Tags.ErrorType, error.Key));

    private static KeyValuePair<string, object?> Name(string tool) => new(Tags.Tool, tool);
}
