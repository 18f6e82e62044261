namespace Patchbay.Tools.Audio.Streams;

/// <summary>The streams of one session by number, and how often it was told of bad frames. Safe for concurrent use.</summary>
internal sealed class SessionStreams(IToolSession session)
{
    /// <summary>Stream numbers whose last complaint is remembered; a session that makes up more numbers shares one.</summary>
    private const int RememberedComplaints = 256;

    private readonly Lock _lock = new();
    private readonly Dictionary<ushort, AudioStream> _streams = [];
    private readonly Dictionary<int, long> _complaints = [];
    private ushort _lastNumber;

    public IToolSession Session { get; } = session;

    /// <summary>The open streams in the order of their numbers.</summary>
    public IReadOnlyList<AudioStream> Open
    {
        get
        {
            lock (_lock)
                return [.. _streams.Values.OrderBy(stream => stream.Identity.StreamNo)];
        }
    }

    public AudioStream? Find(ushort number)
    {
        lock (_lock)
            return _streams.GetValueOrDefault(number);
    }

    /// <summary>Adds a stream under the next free number; null when there are <paramref name="most"/> already.</summary>
    public AudioStream? Add(Func<ushort, AudioStream> create, int most)
    {
        lock (_lock)
        {
            if (_streams.Count >= most)
                return null;
            do
                _lastNumber++;
            while (_lastNumber == 0 || _streams.ContainsKey(_lastNumber));
            var stream = create(_lastNumber);
            _streams.Add(_lastNumber, stream);
            return stream;
        }
    }

    public bool Remove(AudioStream stream)
    {
        lock (_lock)
            return _streams.Remove(stream.Identity.StreamNo);
    }

    /// <summary>Whether a complaint about a stream number may be answered now: once a second each.</summary>
    public bool MayComplain(ushort number, TimeProvider time)
    {
        var now = time.GetTimestamp();
        lock (_lock)
        {
            var key = _complaints.ContainsKey(number) || _complaints.Count < RememberedComplaints ? number : -1;
            if (_complaints.TryGetValue(key, out var last) && time.GetElapsedTime(last, now) < TimeSpan.FromSeconds(1))
                return false;
            _complaints[key] = now;
            return true;
        }
    }
}
