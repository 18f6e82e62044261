using System.Diagnostics.Metrics;
using System.Globalization;
using Patchbay.Protocol.Errors;
using Patchbay.Transport;

namespace Patchbay.Server.Telemetry;

/// <summary>What happens seldom and is counted where it happens: ends of connections and sessions, resumes, steps up the ladder.</summary>
internal sealed class EventInstruments
{
    private static readonly double[] SessionBoundaries = [1, 5, 10, 30, 60, 300, 900, 3_600, 14_400, 86_400];

    // The codes of RFC 6455 and of the protocol; a client may close with any number.
    private static readonly HashSet<int> KnownCodes = [1000, 1001, 1002, 1003, 1005, 1006, 1007, 1008, 1009, 1011, 1012, 1013, 4400, 4401, 4403, 4408, 4409, 4429, 4430];

    private readonly Counter<long> _opened;
    private readonly Counter<long> _closed;
    private readonly Counter<long> _resumes;
    private readonly Counter<long> _penalties;
    private readonly Counter<long> _errors;
    private readonly Histogram<double> _sessions;

    public EventInstruments(IMeterFactory factory)
    {
        var meter = PatchbayMeter.Of(factory);
        _opened = meter.CreateCounter<long>("patchbay.connections.opened", "{connection}", "Connections that passed the handshake.");
        _closed = meter.CreateCounter<long>("patchbay.connections.closed", "{connection}", "Connections that ended, by close code and side.");
        _resumes = meter.CreateCounter<long>("patchbay.session.resumes", "{resume}", "Attempts to resume a session, by outcome.");
        _penalties = meter.CreateCounter<long>("patchbay.penalty.steps", "{step}", "Steps of keys up the ladder of penalties, by the level reached.");
        _errors = meter.CreateCounter<long>("patchbay.errors", "{error}", "Errors sent to clients, by code; refused and invalid messages included.");
        _sessions = meter.CreateHistogram(
            "mcp.server.session.duration", "s", "Life of a session, from its first connection to its end.", null, new InstrumentAdvice<double> { HistogramBucketBoundaries = SessionBoundaries });
    }

    public void ConnectionOpened() => _opened.Add(1);

    public void ConnectionClosed(in ConnectionEnd end)
    {
        var code = KnownCodes.Contains(end.Code) ? end.Code.ToString(CultureInfo.InvariantCulture) : Tags.Other;
        _closed.Add(1, new(Tags.CloseCode, code), new KeyValuePair<string, object?>(Tags.ClosedBy, end.ByPeer ? "client" : "server"));
    }

    /// <summary>A resume was tried.</summary>
    /// <param name="outcome"><c>resumed</c>, or the reason of the protocol why not.</param>
    public void Resumed(string outcome) => _resumes.Add(1, new KeyValuePair<string, object?>(Tags.ResumeOutcome, outcome));

    public void PenaltyStepped(int level) => _penalties.Add(1, new KeyValuePair<string, object?>(Tags.PenaltyLevel, level));

    /// <summary>An error was sent.</summary>
    public void ErrorSent(ErrorCode code) => _errors.Add(1, new KeyValuePair<string, object?>(Tags.ErrorType, code.Name));

    public void SessionEnded(TimeSpan life) => _sessions.Record(Math.Max(0, life.TotalSeconds));
}
