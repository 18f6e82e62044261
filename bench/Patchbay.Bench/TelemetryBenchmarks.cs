using BenchmarkDotNet.Attributes;

namespace Patchbay.Bench;

/// <summary>One <c>tools/call</c> of <c>debug/echo</c> of 200 bytes, frame in to frame out, with nobody listening to the instruments and with the metrics page listening.</summary>
[MemoryDiagnoser]
public class TelemetryBenchmarks
{
    private InlineServer _server = null!;
    private byte[] _frame = [];

    /// <summary>Whether the metrics page listens.</summary>
    [Params(false, true)]
    public bool Metrics { get; set; }

    /// <summary>Prepares the message, and sees that a call is answered.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _server = new InlineServer(Metrics);
        _frame = Messages.Frame(Messages.Envelope);
        _server.Prove(_frame);
    }

    /// <summary>Ends the server.</summary>
    [GlobalCleanup]
    public void End() => _server.Dispose();

    /// <summary>From the frame in to the frame out, through both loops.</summary>
    [Benchmark(Description = "frame in to frame out")]
    public long Whole()
    {
        _server.Stream.Deliver(_frame);
        return _server.Stream.Written;
    }
}
