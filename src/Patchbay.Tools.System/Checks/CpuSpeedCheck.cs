using System.Security.Cryptography;
using Patchbay.Tools.Diagnostics;
using Patchbay.Tools.System.Performance;

namespace Patchbay.Tools.System.Checks;

/// <summary>How much slower a fixed piece of work runs now than it ever did since the server started: other work, throttling or a neighbour.</summary>
internal sealed class CpuSpeedCheck(TimeProvider time) : IDiagnosticCheck
{
    private const int Repeats = 5;
    private static readonly Threshold Slowdown = new(2, 5);
    private readonly byte[] _work = new byte[4 << 20];
    private double _bestMs = double.PositiveInfinity;

    public string Id => "cpu.speed";

    public string Component => Components.System;

    public DiagnosticLevel Level => DiagnosticLevel.Full;

    public ValueTask<CheckReading> RunAsync(CancellationToken cancellationToken)
    {
        Span<byte> digest = stackalloc byte[SHA256.HashSizeInBytes];
        var nowMs = double.PositiveInfinity;
        for (var i = 0; i < Repeats && !cancellationToken.IsCancellationRequested; i++)
        {
            var started = time.GetTimestamp();
            SHA256.HashData(_work, digest);
            nowMs = Math.Min(nowMs, time.GetElapsedTime(started).TotalMilliseconds);
        }

        _bestMs = Math.Min(_bestMs, nowMs);
        return new(Readings.Of("Time for a fixed piece of work, against the best since start", _bestMs > 0 ? nowMs / _bestMs : 1, "ratio", Slowdown,
            "Something else takes the CPUs, or they are throttled: see cpu.pressure, cpu.steal and cpu.throttled.", Readings.Evidence(("now_ms", nowMs), ("best_ms", _bestMs))));
    }
}
