namespace Patchbay.Tools.System.History;

/// <summary>The names of the series on the wire: <c>area.figure</c>, as in the result's own sections.</summary>
internal static class SeriesNames
{
    private static readonly string[] Names =
    [
        "cpu.percent", "cpu.user", "cpu.system", "cpu.iowait", "cpu.steal", "cpu.load_1m", "cpu.pressure_percent",
        "memory.percent", "memory.used_bytes", "memory.available_bytes", "memory.swap_used_bytes", "memory.major_faults_per_s",
        "memory.swap_in_bytes_per_s", "memory.swap_out_bytes_per_s", "memory.pressure_percent",
        "disk.read_bytes_per_s", "disk.write_bytes_per_s", "disk.read_iops", "disk.write_iops", "disk.busy_percent", "disk.pressure_percent",
        "network.received_bytes_per_s", "network.sent_bytes_per_s", "network.errors_per_s", "network.drops_per_s", "network.tcp_retransmit_percent",
    ];

    /// <summary>How many series there are.</summary>
    public static int Count => Names.Length;

    /// <summary>The name of a series.</summary>
    public static string Name(this SeriesId series) => Names[(int)series];

    /// <summary>The series of one area, for example <c>cpu</c>.</summary>
    public static IEnumerable<SeriesId> Of(string area) =>
        Enum.GetValues<SeriesId>().Where(series => series.Name().StartsWith(area + ".", StringComparison.Ordinal));
}
