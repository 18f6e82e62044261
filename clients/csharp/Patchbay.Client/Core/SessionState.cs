using System.Text.Json;

namespace Patchbay.Client.Core;

/// <summary>What a numbered message is to us.</summary>
internal enum Arrival
{
    Next,
    Copy,
    Hole,
}

/// <summary>The resumable session as the client sees it: credentials, the last seq, and what is to be acknowledged (protocol section 6). Survives connections.</summary>
internal sealed class SessionState
{
    public const int AckEvery = 16;
    public const double AckAfter = 1;

    private string? _token;
    private JsonElement _epoch;
    private long _acked;

    /// <summary>Whether the server numbers its messages: from a resumable hello on.</summary>
    public bool Numbered { get; private set; }

    public string? SessionId { get; set; }

    public long LastSeq { get; private set; }

    public bool CanResume => _token is not null;

    public long Unacknowledged => Numbered ? LastSeq - _acked : 0;

    /// <summary>A resumable hello leaves: its answer will be seq 1.</summary>
    public void Begin()
    {
        Forget();
        Numbered = true;
    }

    /// <summary>The hello was answered; without a token the session is not resumable.</summary>
    public void Granted(string sessionId, string? token, JsonElement epoch)
    {
        SessionId = sessionId;
        if (string.IsNullOrEmpty(token))
        {
            Numbered = false;
            return;
        }

        _token = token;
        _epoch = epoch;
    }

    /// <summary>A null token is a replayed copy and never replaces one.</summary>
    public void Resumed(string? token) => _token = string.IsNullOrEmpty(token) ? _token : token;

    public void Forget()
    {
        Numbered = false;
        SessionId = null;
        _token = null;
        _epoch = default;
        LastSeq = _acked = 0;
    }

    /// <summary>Writes the params of <c>session/resume</c>. Its <c>last_seq</c> acknowledges as well.</summary>
    public void WriteResume(Utf8JsonWriter writer)
    {
        _acked = LastSeq;
        writer.WriteStartObject();
        writer.WriteString("session_id", SessionId);
        writer.WriteString("resume_token", _token);
        writer.WritePropertyName("epoch");
        if (_epoch.ValueKind == JsonValueKind.Undefined)
            writer.WriteNullValue();
        else
            _epoch.WriteTo(writer);
        writer.WriteNumber("last_seq", LastSeq);
        writer.WriteEndObject();
    }

    public Arrival Arrived(long seq)
    {
        if (seq <= LastSeq)
            return Arrival.Copy;
        if (seq > LastSeq + 1)
            return Arrival.Hole;
        LastSeq = seq;
        return Arrival.Next;
    }

    /// <summary>The seq to acknowledge now.</summary>
    public long TakeAck() => _acked = LastSeq;
}
