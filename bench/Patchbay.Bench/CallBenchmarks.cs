using System.Text.Json;
using BenchmarkDotNet.Attributes;
using Patchbay.Protocol.Compact;
using Patchbay.Protocol.Envelope;
using Patchbay.Protocol.Limits;
using Patchbay.Protocol.Validation;
using Patchbay.Server.Dispatch;
using Patchbay.Transport;

namespace Patchbay.Bench;

/// <summary>One <c>tools/call</c> of <c>debug/echo</c> of 200 bytes: its steps, and all of them together.</summary>
[MemoryDiagnoser]
public class CallBenchmarks
{
    private static readonly ResponseMetrics Metrics = new(0.031, 0.002, 0.012);

    private readonly InlineServer _server = new();
    private byte[] _text = [];
    private byte[] _frame = [];
    private RequestMessage _request = null!;

    /// <summary>The dialect of the request and its answer.</summary>
    [Params(Dialect.Envelope, Dialect.Compact)]
    public Dialect Dialect { get; set; }

    /// <summary>Prepares the messages, and sees that a call is answered.</summary>
    [GlobalSetup]
    public void Prepare()
    {
        _text = Dialect == Dialect.Envelope ? Messages.Envelope : Messages.Compact;
        _frame = Messages.Frame(_text);
        _request = (RequestMessage)EnvelopeReader.Read(_text, Direction.ClientToServer).Message!;
        _server.Prove(_frame);
    }

    /// <summary>Ends the server.</summary>
    [GlobalCleanup]
    public void End() => _server.Dispose();

    /// <summary>Section 4, as far as it concerns the text: UTF-8, JSON, duplicates, depth, members.</summary>
    [Benchmark(Description = "1 validate the text")]
    public bool Validate() => JsonText.Check(_text, ProtocolLimits.Default, out _) is null;

    /// <summary>From valid text to a message.</summary>
    [Benchmark(Description = "2 read the message")]
    public Message? Read() => EnvelopeReader.Read(_text, Direction.ClientToServer).Message;

    /// <summary>From the message to the frame of its answer: the method, the schemas, the tool, the answer.</summary>
    [Benchmark(Description = "3 dispatch, run, write and send")]
    public ValueTask Dispatch() =>
        _server.Engine.Dispatcher.DispatchAsync(new Call(_server.Inbox, _request, _server.Engine.Time.GetTimestamp(), true, false));

    /// <summary>The answer's text alone.</summary>
    [Benchmark(Description = "of it: write the answer")]
    public int Write()
    {
        var message = new OutboundMessage();
        if (Dialect == Dialect.Envelope)
            EnvelopeWriter.Response(message, 1, _request.Id, Messages.Arguments, WriteArguments, Metrics);
        else
            CompactWriter.Response(message, _request.Id, Messages.Arguments, WriteArguments);
        var length = message.Length;
        message.Release();
        return length;
    }

    /// <summary>From the frame in to the frame out, through both loops.</summary>
    [Benchmark(Description = "frame in to frame out")]
    public long Whole()
    {
        _server.Stream.Deliver(_frame);
        return _server.Stream.Written;
    }

    /// <summary>The same without the guard: the text is not checked, the message not counted, no limit looked at.</summary>
    [Benchmark(Description = "frame in to frame out, unguarded")]
    public long Unguarded()
    {
        _server.Unguarded.Deliver(_frame);
        return _server.Unguarded.Written;
    }

    /// <summary>The figures of a call, for the server, its key and its tool: what the guard's metrics add to it.</summary>
    [Benchmark(Description = "of it: count the call")]
    public void Count() => _server.Inbox.Session.Counter.CountCall("debug/echo", TimeSpan.FromTicks(31), null);

    private static void WriteArguments(Utf8JsonWriter writer, byte[] arguments) => writer.WriteRawValue(arguments, skipInputValidation: true);
}
