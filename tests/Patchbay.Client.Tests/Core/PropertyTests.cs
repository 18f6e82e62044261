using System.Buffers.Binary;
using FsCheck;
using FsCheck.Fluent;
using Patchbay.Client.Audio;
using Patchbay.Client.Core;

namespace Patchbay.Client.Tests.Core;

/// <summary>What holds whatever happens.</summary>
public class PropertyTests
{
    /// <summary>Whatever the peer, the clock and the user do: every request ends exactly once, and nothing is sent without a connection.</summary>
    [Fact]
    public void Every_request_ends_exactly_once_and_nothing_is_sent_without_a_connection()
    {
        var step = from name in Gen.Elements(CoreWorld.Steps) from number in Gen.Choose(0, 9) select (name, number);
        Prop.ForAll(step.ListOf().Select(steps => steps.ToArray()).ToArbitrary(), steps =>
        {
            var world = new CoreWorld();
            // Most worlds should see a session.
            foreach (var (name, number) in (ReadOnlySpan<(string, int)>)[("connect", 0), ("open", 0), ("welcome", 0), ("answer", steps.Length % 10), .. steps])
                world.Step(name, number);
            world.Bench.Core.Close(world.Bench.Now);
            world.Look();
            Assert.Equal(world.Begun.Order(), world.Ended.Order());
            Assert.Equal(double.PositiveInfinity, world.Bench.Core.NextDeadline);
            Assert.Equal(0, world.Bench.Core.OpenRequests);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(400).WithEndSize(120));
    }

    /// <summary>No 60 seconds hold more than the limit of what the gate let through.</summary>
    [Fact]
    public void The_gate_never_lets_more_than_the_limit_through_in_any_minute()
    {
        var world = from limit in Gen.Choose(1, 20) from gaps in Gen.Choose(0, 30_000).ListOf() select (limit, gaps.ToArray());
        Prop.ForAll(world.ToArbitrary(), told =>
        {
            var (limit, gaps) = told;
            var gate = new RateGate(enabled: true);
            gate.SetLimit(limit);
            var now = 0.0;
            var left = new List<double>();
            foreach (var gap in gaps)
            {
                now = Math.Max(now + (gap / 1000.0), gate.OpensAt(now + (gap / 1000.0)));
                Assert.True(gate.OpensAt(now) <= now);
                gate.Sent(now);
                left.Add(now);
            }

            Assert.All(left, start => Assert.InRange(left.Count(time => time >= start && time < start + 60), 1, limit));
        }).QuickCheckThrowOnFailure();
    }

    /// <summary>Frames hold the audio whole and in order, sequence and time go on without a gap, and the last alone says it is the last.</summary>
    [Fact]
    public void Frames_hold_the_audio_whole_and_in_order()
    {
        var codecs = new[] { (McpAudioCodec.S16Le, 2), (McpAudioCodec.S24Le, 3), (McpAudioCodec.F32Le, 4), (McpAudioCodec.MuLaw, 1) };
        var world = from codec in Gen.Elements(codecs) from channels in Gen.Choose(1, 3) from ms in Gen.Choose(1, 40) from bytes in Gen.Choose(0, 255).ListOf() select (codec, channels, ms, bytes.Select(value => (byte)value).ToArray());
        Prop.ForAll(world.ToArbitrary(), told =>
        {
            var ((codec, sampleBytes), channels, ms, bytes) = told;
            var block = sampleBytes * channels;
            var audio = Enumerable.Repeat(bytes, 20).SelectMany(part => part).Take(bytes.Length * 20 / block * block).ToArray();
            var framer = new Framer(513, new McpAudioFormat(codec, 8000, channels) { FrameDuration = TimeSpan.FromMilliseconds(ms) });
            var frames = new List<byte[]>();
            foreach (var piece in audio.Chunk(97))
                frames.AddRange(framer.Push(piece));
            frames.AddRange(framer.Finish());

            var samples = 0UL;
            for (var i = 0; i < frames.Count; i++)
            {
                var frame = frames[i].AsSpan();
                Assert.Equal((1, i == frames.Count - 1 ? 1 : 0), (frame[0], frame[1]));
                Assert.Equal(513, BinaryPrimitives.ReadUInt16LittleEndian(frame[2..]));
                Assert.Equal((uint)i, BinaryPrimitives.ReadUInt32LittleEndian(frame[4..]));
                Assert.Equal(samples, BinaryPrimitives.ReadUInt64LittleEndian(frame[8..]));
                Assert.InRange(frame.Length - 16, 0, 8 * ms * block);
                samples += (ulong)((frame.Length - 16) / block);
            }

            Assert.Equal(audio, frames.SelectMany(frame => frame.Skip(16)));
        }).QuickCheckThrowOnFailure();
    }
}
